import {
  attribute,
  type ErrorCode,
  hasIntegrity,
  type IntegrityKey,
  longTermKey,
  type PasswordAlgorithm,
  passwordAlgorithmNumbers,
  type StunMessage,
  valueOf,
} from '../../stun/index.ts';
import type { ClientPath } from './client-path.ts';
import type { Nonces } from './nonce.ts';

/** What a user name stands for. */
export interface Ticket {
  /** The device that pays with its quota. */
  readonly device: string;
  readonly password: string;
  /** The id of the call that it is for, where the relay's kind of tickets names one. */
  readonly call?: string;
}

/** Who may have an allocation. */
export interface TicketVerifier {
  /** Null: nobody, or not any more. */
  check(username: string, nowMs: number): Ticket | null;
}

export interface Authenticated {
  readonly username: string;
  readonly ticket: Ticket;
  readonly integrity: IntegrityKey;
}

export type Authentication =
  | { readonly ok: true; readonly by: Authenticated }
  /** 401 and 438 come with a realm and a nonce: a challenge. */
  | { readonly ok: false; readonly code: Extract<ErrorCode, 400 | 401 | 438> };

/** RFC 8489 §14.3 allows 508 bytes; a ticket's name is shorter. */
const maxUsernameBytes = 508;

/** In the order of preference, as the challenge lists them: number and an empty list of parameters each. */
export const passwordAlgorithms = Buffer.from([0, passwordAlgorithmNumbers.sha256, 0, 0, 0, passwordAlgorithmNumbers.md5, 0, 0]);

/** Long-term credentials of a request (RFC 8489 §9.2.4). `ticketOf` finds the password; it is asked only for a fresh nonce. */
export function authenticate(
  message: StunMessage,
  {
    path,
    nowMs,
    nonces,
    realm,
    ticketOf,
    decoyPassword,
  }: {
    readonly path: ClientPath;
    readonly nowMs: number;
    readonly nonces: Nonces;
    readonly realm: string;
    readonly ticketOf: (username: string) => Ticket | null;
    /** Computed with where there is no ticket, so that a wrong name takes as long as a wrong password. */
    readonly decoyPassword: string;
  },
): Authentication {
  if (message.integrity === null && message.integritySha256 === null) return { ok: false, code: 401 };
  const username = valueOf(message, attribute.username);
  const toldRealm = valueOf(message, attribute.realm);
  const nonce = valueOf(message, attribute.nonce);
  if (username === null || username.length > maxUsernameBytes || toldRealm === null || nonce === null)
    return { ok: false, code: 400 };
  const algorithm = algorithmOf(message);
  if (algorithm === null) return { ok: false, code: 400 };
  if (!nonces.isFresh(nonce.toString(), path, nowMs)) return { ok: false, code: 438 };
  const name = username.toString();
  const ticket = ticketOf(name);
  const key = longTermKey(algorithm, name, realm, ticket?.password ?? decoyPassword);
  const isRight = hasIntegrity(message, key) && toldRealm.toString() === realm;
  if (ticket === null || !isRight) return { ok: false, code: 401 };
  return {
    ok: true,
    by: { username: name, ticket, integrity: { key, kind: message.integritySha256 === null ? 'sha1' : 'sha256' } },
  };
}

/** Neither attribute means MD5; one without the other, or another list than was offered, an attempt to talk us down: null. */
function algorithmOf(message: StunMessage): PasswordAlgorithm | null {
  const offered = valueOf(message, attribute.passwordAlgorithms);
  const chosen = valueOf(message, attribute.passwordAlgorithm);
  if (offered === null && chosen === null) return 'md5';
  if (offered === null || chosen === null || chosen.length !== 4 || !offered.equals(passwordAlgorithms)) return null;
  switch (chosen.readUInt32BE(0) >>> 16) {
    case passwordAlgorithmNumbers.md5:
      return 'md5';
    case passwordAlgorithmNumbers.sha256:
      return 'sha256';
    default:
      return null;
  }
}
