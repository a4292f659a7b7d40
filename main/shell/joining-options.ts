import { z } from 'zod';
import { readInvitation } from '../../preload/contract/index.ts';
import { writtenHostPortSchema, type HostPort } from '../ports/host-port.ts';

/** Nodes by which BitTorrent's own clients enter their DHT, run by its makers and by Transmission's. */
const usualRouters: readonly HostPort[] = [
  { host: 'router.bittorrent.com', port: 6881 },
  { host: 'router.utorrent.com', port: 6881 },
  { host: 'dht.transmissionbt.com', port: 6881 },
];

/**
 * Where BitTorrent's DHT is entered. A node that is bound to loopback can't reach the internet, and its DHT is not asked for.
 * @param given instead of the usual ones
 */
export function bitTorrentRouters(
  isWanted: boolean,
  given: readonly HostPort[] | undefined,
  listen: HostPort,
): readonly HostPort[] {
  if (!isWanted) return [];
  return given ?? (listen.host.startsWith('127.') ? [] : usualRouters);
}

/** An invitation link, as a person pastes it: the nodes that it names. */
export const writtenInvitationSchema = z.string().transform((text, context): HostPort[] => {
  const invitation = readInvitation(text);
  if (invitation !== null) return invitation.via.map((each) => writtenHostPortSchema.parse(each));
  context.addIssue({ code: 'custom', message: 'that is no invitation link' });
  return z.NEVER;
});
