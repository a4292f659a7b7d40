import { dhKeyPair, keyPairFromSeed } from '../../native-shims/sodium/index.ts';
import { turnServers, type IceServer } from '../calls/index.ts';
import { signBytes } from '../identity/index.ts';
import type { KnownRelay } from '../overlay/index.ts';
import type { Random } from '../ports/random.ts';
import { callIdBytes, credentialsFor, encodeTicket, relayId, ticketDomain } from '../tickets/index.ts';

const seedBytes = 32;

/**
 * The ways to relays, with a ticket to try them by. A ticket is for two devices that both signed; a check has nobody to call, so
 * it makes two device keys for this one ticket and forgets them. To a relay that is a call like any other, within the limits of
 * our network, and it tells nothing of who checks.
 *
 * @param relays at most four
 */
export function trialServers(relays: readonly KnownRelay[], random: Random, nowMs: number): readonly (readonly IceServer[])[] {
  const [caller, callee] = [keyPairFromSeed(random.bytes(seedBytes)), keyPairFromSeed(random.bytes(seedBytes))];
  const [callerDh, calleeDh] = [dhKeyPair(random.bytes(seedBytes)), dhKeyPair(random.bytes(seedBytes))];
  return relays.map((known) => {
    const ticket = encodeTicket({
      call: random.bytes(callIdBytes),
      caller: caller.publicKey,
      callee: callee.publicKey,
      callerDh: callerDh.publicKey,
      calleeDh: calleeDh.publicKey,
      // By that relay's own clock, which judges it.
      from: Math.max(0, Math.floor((nowMs + known.clockOffsetMs) / 1000)),
      relays: [relayId(known.relay.key)],
    });
    const signed = {
      ticket,
      callerSignature: signBytes(ticketDomain, ticket, caller.secretKey),
      calleeSignature: signBytes(ticketDomain, ticket, callee.secretKey),
    };
    const words = credentialsFor('caller', signed, callerDh.secretKey, known.relay.key);
    if (words === null) return [];
    return turnServers([{ relay: known.relay, own: known, username: words.username, credential: words.password }], false);
  });
}
