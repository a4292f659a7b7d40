import type { DhKeyPair } from '../../native-shims/sodium/index.ts';
import { toHex } from '../ports/hex.ts';
import { decodeTicket, isTicketTimely, relayId, ticketDomain } from './ticket.ts';
import { parseUsername, passwordOf } from './turn-credentials.ts';

/** `checkSignature` of `main/identity`: `device` is a key in hex. */
export type SignatureCheck = (device: string, domain: string, message: Uint8Array, signature: Uint8Array) => boolean;

export interface VerifierParts {
  /** The relay's own. */
  readonly keys: DhKeyPair;
  readonly checkSignature: SignatureCheck;
  /** Wall clock. */
  readonly nowMs: () => number;
}

export interface VerifiedTicket {
  /** The device key of the side that speaks, in hex: it pays with its quota. */
  readonly device: string;
  readonly password: string;
  /** The call's id, in hex. */
  readonly call: string;
}

/**
 * What a relay asks of a user name; matches the relay's `TicketVerifier`. A ticket carries its own proof, so nothing is stored
 * and nobody is asked. What costs little is looked at first; whoever made the name knows all that could be learnt from how
 * long the answer takes.
 */
export function createTicketVerifier({ keys, checkSignature, nowMs }: VerifierParts): {
  check(username: string): VerifiedTicket | null;
} {
  const ownId = relayId(keys.publicKey);
  return {
    check(username) {
      const named = parseUsername(username);
      const ticket = named === null ? null : decodeTicket(named.ticket);
      if (named === null || ticket === null || !isTicketTimely(ticket, nowMs() / 1000)) return null;
      if (!ticket.relays.some((id) => Buffer.compare(id, ownId) === 0)) return null;
      const [caller, callee] = [toHex(ticket.caller), toHex(ticket.callee)];
      // One device alone is no call.
      if (caller === callee) return null;
      const isSigned =
        checkSignature(caller, ticketDomain, named.ticket, named.callerSignature) &&
        checkSignature(callee, ticketDomain, named.ticket, named.calleeSignature);
      if (!isSigned) return null;
      const dh = named.side === 'caller' ? ticket.callerDh : ticket.calleeDh;
      const password = passwordOf(keys.secretKey, dh, named.ticket);
      return password === null ? null : { device: named.side === 'caller' ? caller : callee, password, call: toHex(ticket.call) };
    },
  };
}
