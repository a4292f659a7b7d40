import type { CallRelays } from '../calls/index.ts';
import { checkSignature, type OwnLinkIdentity } from '../identity/index.ts';
import type { Overlay, OverlayHealth } from '../overlay/index.ts';
import { isRelayable } from './relay-wish.ts';

/** What the calls of an account know of relays: those the overlay found, and the word of our device. */
export const relaysOfCalls = (
  overlay: Pick<Overlay, 'relays'> & { health(): Pick<OverlayHealth, 'gateway'> },
  identity: () => OwnLinkIdentity,
  allowLoopback: boolean,
): CallRelays => ({
  // Of its IPv4 address a relay's answer is the proof; of the other we have only its word, and it may name what is not its own.
  known: () =>
    overlay.relays.known().map((known) => {
      const { host6 } = known.relay;
      return host6 === null || isRelayable(host6, allowLoopback) ? known : { ...known, relay: { ...known.relay, host6: null } };
    }),
  isCarried: () => overlay.health().gateway !== null,
  mayAsk: (host) => isRelayable(host, allowLoopback),
  device: () => identity().device,
  sign: (domain, message) => identity().sign(domain, message),
  checkSignature,
});
