import { createHash } from 'node:crypto';
import {
  attribute,
  longTermKey,
  passwordAlgorithmNumbers,
  type IntegrityKey,
  type PasswordAlgorithm,
  type StunMessage,
  type StunWriter,
  valueOf,
} from '../../../stun/index.ts';

/** A nonce that begins so tells what the server can, in 24 bits of base64 (RFC 8489 §9.2). */
const nonceCookie = 'obMatJos2';
const passwordAlgorithmsBit = 0x80_00_00;
const maxNonceBytes = 763;
const maxRealmBytes = 763;
/** Challenges that are followed before an answer: a first one, a stale nonce, and the older algorithm. */
const maxChallenges = 4;

/** Long-term credentials as a client uses them (RFC 8489 §9.2.3…9.2.5): what the server challenged with, and the key that follows. */
export class TurnCredentials {
  readonly #username: string;
  readonly #password: string;
  #realm: Buffer | null = null;
  #nonce: Buffer | null = null;
  #algorithms: Buffer | null = null;
  #algorithm: PasswordAlgorithm | null = null;
  #key: Buffer | null = null;
  #wasRefusedSha256 = false;
  #challenges = 0;

  constructor(username: string, password: string) {
    this.#username = username;
    this.#password = password;
  }

  /** Null until a challenge came. */
  get integrity(): IntegrityKey | null {
    if (this.#key === null) return null;
    return { key: this.#key, kind: this.#algorithm === 'sha256' ? 'sha256' : 'sha1' };
  }

  write(writer: StunWriter): void {
    if (this.#realm === null || this.#nonce === null) return;
    writer.text(attribute.username, this.#username);
    writer.bytes(attribute.realm, this.#realm);
    writer.bytes(attribute.nonce, this.#nonce);
    if (this.#algorithms === null || this.#algorithm === null) return;
    writer.bytes(attribute.passwordAlgorithms, this.#algorithms);
    writer.number(attribute.passwordAlgorithm, passwordAlgorithmNumbers[this.#algorithm] << 16);
  }

  /** A 401 or 438. @returns whether it is worth asking again */
  challenged(code: number, message: StunMessage): boolean {
    const realm = valueOf(message, attribute.realm) ?? this.#realm;
    const nonce = valueOf(message, attribute.nonce);
    this.#challenges += 1;
    if (realm === null || nonce === null || realm.length > maxRealmBytes || nonce.length > maxNonceBytes) return false;
    if (this.#challenges > maxChallenges) return false;
    const wasTried = this.#key !== null && code === 401;
    if (wasTried && this.#algorithm !== 'sha256') return false;
    // coturn names SHA-256 and may then not take it (its builds differ). The passwords are random: MD5 gives nothing away.
    this.#wasRefusedSha256 ||= wasTried;
    this.#realm = Buffer.from(realm);
    this.#nonce = Buffer.from(nonce);
    this.#choose(this.#nonce.toString('latin1'), valueOf(message, attribute.passwordAlgorithms));
    return true;
  }

  /** An authentic answer came: the next challenge is a new matter. */
  accepted(): void {
    this.#challenges = 0;
  }

  #choose(nonce: string, told: Buffer | null): void {
    const features = nonce.startsWith(nonceCookie)
      ? Buffer.from(nonce.slice(nonceCookie.length, nonceCookie.length + 4), 'base64')
      : Buffer.alloc(0);
    const isTold = features.length === 3 && (features.readUIntBE(0, 3) & passwordAlgorithmsBit) !== 0 && told !== null;
    const isOffered = isTold && readAlgorithms(told).includes(passwordAlgorithmNumbers.sha256);
    this.#algorithm = isOffered && !this.#wasRefusedSha256 ? 'sha256' : isTold && !this.#wasRefusedSha256 ? 'md5' : null;
    this.#algorithms = this.#algorithm === null ? null : Buffer.from(told ?? []);
    this.#key = longTermKey(
      this.#algorithm ?? 'md5',
      this.#username,
      (this.#realm ?? Buffer.alloc(0)).toString(),
      this.#password,
    );
  }
}

/** Numbers of a PASSWORD-ALGORITHMS attribute (RFC 8489 §14.11): each with parameters, which ours have none of. */
function readAlgorithms(value: Buffer): number[] {
  const numbers: number[] = [];
  for (let at = 0; at + 4 <= value.length; at += 4 + Math.ceil(value.readUInt16BE(at + 2) / 4) * 4) {
    numbers.push(value.readUInt16BE(at));
  }
  return numbers;
}

/** SHA-256 of a certificate's SubjectPublicKeyInfo, base64url: what a relay is told apart by instead of a name. */
export const pinOf = (spki: Buffer): string => createHash('sha256').update(spki).digest('base64url');
