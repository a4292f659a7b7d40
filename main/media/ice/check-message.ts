import {
  attribute,
  findAttribute,
  hasIntegrity,
  method,
  numberOf,
  StunWriter,
  valueOf,
  type StunMessage,
  type TransportAddress,
} from '../../stun/index.ts';

/** A connectivity check (RFC 8445 §7.1). */
export interface Check {
  /** Who is asked, and who asks: `USERNAME` is both, in this order. */
  readonly toUfrag: string;
  readonly fromUfrag: string;
  readonly priority: number;
  readonly role: 'controlling' | 'controlled';
  readonly tieBreaker: bigint;
  /** The controlling side wants media on this pair, for the n-th time that it wants something; null: it does not. */
  readonly nomination: number | null;
  /** Nothing comes to who asks, on the pair that media uses. */
  readonly isInDoubt: boolean;
}

/** A check is some 120 bytes; the longest user name of SDP is 256 on each side. */
export const checkMaxBytes = 700;

/** RFC 8839 §5.4 */
const maxUfragChars = 256;

/** @returns the length; signed with `key`, the password of who is asked */
export function writeCheck(buffer: Buffer, transactionId: Uint8Array, check: Check, key: Buffer): number {
  const writer = new StunWriter(buffer, method.binding, 'request', transactionId);
  writer.text(attribute.username, `${check.toUfrag}:${check.fromUfrag}`);
  writer.number(attribute.priority, check.priority);
  const tieBreaker = Buffer.alloc(8);
  tieBreaker.writeBigUInt64BE(check.tieBreaker, 0);
  writer.bytes(check.role === 'controlling' ? attribute.iceControlling : attribute.iceControlled, tieBreaker);
  if (check.nomination !== null) {
    writer.bytes(attribute.useCandidate, new Uint8Array(0));
    writer.number(attribute.nomination, check.nomination);
  }
  if (check.isInDoubt) writer.bytes(attribute.doubt, new Uint8Array(0));
  return writer.finish({ key, kind: 'sha1' }, true);
}

/** Null for what is no check. Whether it is authentic is another question (`isSignedWith`). */
export function readCheck(message: StunMessage): Check | null {
  if (message.class !== 'request' || message.method !== method.binding || !message.hasFingerprint) return null;
  const username = valueOf(message, attribute.username);
  const priority = numberOf(message, attribute.priority);
  if (username === null || username.length > 2 * maxUfragChars + 1 || priority === null || priority > 0x7f_ff_ff_ff) return null;
  const [toUfrag = '', fromUfrag = '', ...rest] = username.toString('latin1').split(':');
  const role = findAttribute(message, attribute.iceControlling) === null ? 'controlled' : 'controlling';
  const tieBreaker = valueOf(message, role === 'controlling' ? attribute.iceControlling : attribute.iceControlled);
  if (rest.length > 0 || fromUfrag === '' || tieBreaker?.length !== 8) return null;
  const nominates = role === 'controlling' && findAttribute(message, attribute.useCandidate) !== null;
  return {
    toUfrag,
    fromUfrag,
    priority,
    role,
    tieBreaker: tieBreaker.readBigUInt64BE(0),
    nomination: nominates ? (numberOf(message, attribute.nomination) ?? 0) : null,
    isInDoubt: findAttribute(message, attribute.doubt) !== null,
  };
}

/** RFC 8445 §7: checks and answers without integrity, or without fingerprint, are not ours. */
export const isSignedWith = (message: StunMessage, key: Buffer): boolean => message.hasFingerprint && hasIntegrity(message, key);

/** @returns the length; signed with `key`, our own password */
export function writeAnswer(buffer: Buffer, transactionId: Uint8Array, seenFrom: TransportAddress, key: Buffer): number {
  const writer = new StunWriter(buffer, method.binding, 'success', transactionId);
  writer.address(attribute.xorMappedAddress, seenFrom);
  return writer.finish({ key, kind: 'sha1' }, true);
}

/** Both of us think to have the same role, and the other one is to change his (RFC 8445 §7.3.1.1). */
export function writeRoleConflict(buffer: Buffer, transactionId: Uint8Array, key: Buffer): number {
  const writer = new StunWriter(buffer, method.binding, 'error', transactionId);
  writer.error(487);
  return writer.finish({ key, kind: 'sha1' }, true);
}

/** The number of an error response (RFC 8489 §14.8); null if there is none in it. */
export function errorCodeOf(message: StunMessage): number | null {
  const value = valueOf(message, attribute.errorCode);
  return value === null || value.length < 4 ? null : (value.readUInt8(2) & 7) * 100 + value.readUInt8(3);
}
