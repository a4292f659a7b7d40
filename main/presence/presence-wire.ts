import { z } from 'zod';
import { decodeCbor, encodeCbor } from '../ports/cbor.ts';
import type { WireLimits } from '../ports/peer-wire.ts';

export const presenceProtocol = 'lilliput/presence/1';

/** A person changes their state a few times an hour; a few at once after a call. */
export const presenceWireLimits: WireLimits = { maxMessageBytes: 128, maxMessagesPerSecond: 5 };

const announcementSchema = z.object({
  /** `offline` while the session is up: they don't want to be seen. */
  state: z.enum(['online', 'away', 'dnd', 'offline']),
  onCall: z.boolean(),
  /** They don't want it kept when they were last there. */
  hidesLastSeen: z.boolean().default(false),
});

/** All of a person's presence at once; each replaces the one before. */
export type Announcement = Readonly<z.output<typeof announcementSchema>>;

export const encodeAnnouncement = ({ state, onCall, hidesLastSeen }: Announcement): Uint8Array =>
  encodeCbor({ state, onCall, ...(hidesLastSeen ? { hidesLastSeen } : {}) });

/** Null if malformed. */
export const decodeAnnouncement = (bytes: Uint8Array): Announcement | null =>
  decodeCbor(bytes, announcementSchema, presenceWireLimits.maxMessageBytes);
