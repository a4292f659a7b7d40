import { createHmac, timingSafeEqual } from 'node:crypto';
import type { ClientPath } from './client-path.ts';

/**
 * Says that the server knows password algorithms (RFC 8489 §9.2): the cookie, then 24 bits of which the first is that one,
 * in base64. Without it a middleman could talk both sides down to MD5.
 */
const cookie = 'obMatJos2gAAA';

const minuteMs = 60_000;

/** RFC 8489 §9.2 wants it short enough to be of little use to a thief; a client learns of a new one in one round trip. */
export const nonceMinutes = 10;

/** 64 bits: a guess costs a request, and requests are counted. Short, because it goes to whoever asks. */
const macBytes = 8;
const stampBytes = 2;

/** Nonces that need no memory: an age and a MAC over it and over the client's address, so that they can't be passed on. */
export class Nonces {
  readonly #secret: Uint8Array;

  /** @param secret 32 random bytes */
  constructor(secret: Uint8Array) {
    this.#secret = secret;
  }

  make(path: ClientPath, nowMs: number): string {
    const minute = Math.floor(nowMs / minuteMs) & 0xffff;
    return cookie + this.#seal(path, minute).toString('base64url');
  }

  isFresh(nonce: string, path: ClientPath, nowMs: number): boolean {
    if (!nonce.startsWith(cookie)) return false;
    const sealed = Buffer.from(nonce.slice(cookie.length), 'base64url');
    if (sealed.length !== stampBytes + macBytes) return false;
    const minute = sealed.readUInt16BE(0);
    const age = (Math.floor(nowMs / minuteMs) - minute) & 0xffff;
    return timingSafeEqual(this.#seal(path, minute), sealed) && age < nonceMinutes;
  }

  #seal({ transport, address }: ClientPath, minute: number): Buffer {
    const stamp = Buffer.alloc(stampBytes);
    stamp.writeUInt16BE(minute, 0);
    const mac = createHmac('sha256', this.#secret).update(stamp).update(`${transport} ${address.host} ${address.port}`).digest();
    return Buffer.concat([stamp, mac.subarray(0, macBytes)]);
  }
}
