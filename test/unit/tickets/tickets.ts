import { dhKeyPair, keyPairFromSeed, type DhKeyPair, type KeyPair } from '../../../native-shims/sodium/index.ts';
import { signBytes } from '../../../main/identity/signed.ts';
import { encodeTicket, relayId, ticketDomain, type RelayTicket, type SignedTicket } from '../../../main/tickets/index.ts';

export const relayKeys: DhKeyPair = dhKeyPair(new Uint8Array(32).fill(7));
export const callerDevice: KeyPair = keyPairFromSeed(new Uint8Array(32).fill(1));
export const calleeDevice: KeyPair = keyPairFromSeed(new Uint8Array(32).fill(2));
export const callerDh: DhKeyPair = dhKeyPair(new Uint8Array(32).fill(3));
export const calleeDh: DhKeyPair = dhKeyPair(new Uint8Array(32).fill(4));
export const fromS = 1_700_000_000;

export const goodTicket: RelayTicket = {
  call: new Uint8Array(16).fill(9),
  caller: callerDevice.publicKey,
  callee: calleeDevice.publicKey,
  callerDh: callerDh.publicKey,
  calleeDh: calleeDh.publicKey,
  from: fromS,
  relays: [relayId(relayKeys.publicKey)],
};

/** Signed by the two devices, whatever the bytes are. */
export const signBoth = (
  ticket: Uint8Array,
  [one, other]: readonly [KeyPair, KeyPair] = [callerDevice, calleeDevice],
): SignedTicket => ({
  ticket,
  callerSignature: signBytes(ticketDomain, ticket, one.secretKey),
  calleeSignature: signBytes(ticketDomain, ticket, other.secretKey),
});

export const signed = (changes: Partial<RelayTicket> = {}): SignedTicket => signBoth(encodeTicket({ ...goodTicket, ...changes }));
