export {
  decodeAnnouncement,
  encodeAnnouncement,
  presenceProtocol,
  presenceWireLimits,
  type Announcement,
} from './presence-wire.ts';
export { createPresence, type Presence, type PresenceOptions } from './presence.ts';
