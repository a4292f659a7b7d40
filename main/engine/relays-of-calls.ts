import type { CallRelays } from '../calls/index.ts';
import { checkSignature, type OwnLinkIdentity } from '../identity/index.ts';
import type { Overlay } from '../overlay/index.ts';
import { isRelayable } from './relay-wish.ts';

/** What the calls of an account know of relays: those the overlay found, and the word of our device. */
export const relaysOfCalls = (
  overlay: Pick<Overlay, 'relays'>,
  identity: () => OwnLinkIdentity,
  allowLoopback: boolean,
): CallRelays => ({
  known: () => overlay.relays.known(),
  mayAsk: (host) => isRelayable(host, allowLoopback),
  device: () => identity().device,
  sign: (domain, message) => identity().sign(domain, message),
  checkSignature,
});
