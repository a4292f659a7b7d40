import { blake2b256, dhSecret, ed25519SignatureBytes } from '../../native-shims/sodium/index.ts';
import { maxTicketBytes, type TicketSide } from './ticket.ts';

/** A ticket with what makes it one: the bytes as they were signed, and both devices' words on them. */
export interface SignedTicket {
  readonly ticket: Uint8Array;
  readonly callerSignature: Uint8Array;
  readonly calleeSignature: Uint8Array;
}

/** What a TURN client says to a relay (RFC 8489 §9.2): both are text. */
export interface TurnCredentials {
  readonly username: string;
  readonly password: string;
}

const sideBytes: Readonly<Record<TicketSide, number>> = { caller: 0, callee: 1 };
const sideLength = 1;
const signaturesLength = 2 * ed25519SignatureBytes;
/** 466 characters; RFC 8489 §14.3 allows 508. */
export const maxUsernameChars = Math.ceil(((sideLength + maxTicketBytes + signaturesLength) * 4) / 3);

const passwordDomain = Buffer.from('lilliput/relay-password/1\0');

/** Side ‖ ticket ‖ caller's signature ‖ callee's signature, in base64url. */
export const usernameOf = (side: TicketSide, { ticket, callerSignature, calleeSignature }: SignedTicket): string =>
  Buffer.concat([Uint8Array.of(sideBytes[side]), ticket, callerSignature, calleeSignature]).toString('base64url');

/** Null for whatever no `usernameOf` gives: one ticket has one name. */
export function parseUsername(username: string): (SignedTicket & { readonly side: TicketSide }) | null {
  if (username.length > maxUsernameChars) return null;
  const bytes = new Uint8Array(Buffer.from(username, 'base64url'));
  const ticketEnd = bytes.byteLength - signaturesLength;
  if (ticketEnd <= sideLength || Buffer.from(bytes).toString('base64url') !== username) return null;
  const side = bytes[0] === sideBytes.caller ? 'caller' : bytes[0] === sideBytes.callee ? 'callee' : null;
  if (side === null) return null;
  return {
    side,
    ticket: bytes.slice(sideLength, ticketEnd),
    callerSignature: bytes.slice(ticketEnd, ticketEnd + ed25519SignatureBytes),
    calleeSignature: bytes.slice(ticketEnd + ed25519SignatureBytes),
  };
}

/**
 * The same at both ends: a device computes it from the secret half of its key in the ticket and the relay's public key, the
 * relay from its own secret and the public half in the ticket. Null for a key of low order.
 */
export function passwordOf(secretKey: Uint8Array, theirKey: Uint8Array, ticket: Uint8Array): string | null {
  const shared = dhSecret(secretKey, theirKey);
  return shared === null ? null : Buffer.from(blake2b256(passwordDomain, shared, ticket)).toString('base64url');
}

/** What one side says to one relay. Null: the relay's key is none. */
export function credentialsFor(
  side: TicketSide,
  signed: SignedTicket,
  ownDhSecret: Uint8Array,
  relayKey: Uint8Array,
): TurnCredentials | null {
  const password = passwordOf(ownDhSecret, relayKey, signed.ticket);
  return password === null ? null : { username: usernameOf(side, signed), password };
}
