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

/** At least 56 bits: a guess costs a request, and requests are counted. Short, because it goes to whoever asks. */
const macBytes = { full: 8, short: 7 } as const;
const stampBytes = 2;

/** Nonces that need no memory: an age and a MAC over it and over the client's address, so that they can't be passed on. */
export class Nonces {
  readonly #secret: Uint8Array;

  /** @param secret 32 random bytes */
  constructor(secret: Uint8Array) {
    this.#secret = secret;
  }

  make(path: ClientPath, nowMs: number): string {
    return cookie + this.#seal(path, minuteOf(nowMs), macBytes.full).toString('base64url');
  }

  /** 12 characters, and no word about password algorithms: an answer to short requests must be short. */
  makeShort(path: ClientPath, nowMs: number): string {
    return this.#seal(path, minuteOf(nowMs), macBytes.short).toString('base64url');
  }

  isFresh(nonce: string, path: ClientPath, nowMs: number): boolean {
    const isFull = nonce.startsWith(cookie);
    const sealed = Buffer.from(isFull ? nonce.slice(cookie.length) : nonce, 'base64url');
    const mac = isFull ? macBytes.full : macBytes.short;
    if (sealed.length !== stampBytes + mac) return false;
    const minute = sealed.readUInt16BE(0);
    const age = (minuteOf(nowMs) - minute) & 0xffff;
    return timingSafeEqual(this.#seal(path, minute, mac), sealed) && age < nonceMinutes;
  }

  #seal({ transport, address }: ClientPath, minute: number, mac: number): Buffer {
    const stamp = Buffer.alloc(stampBytes);
    stamp.writeUInt16BE(minute, 0);
    const full = createHmac('sha256', this.#secret).update(stamp).update(`${transport} ${address.host} ${address.port}`).digest();
    return Buffer.concat([stamp, full.subarray(0, mac)]);
  }
}

const minuteOf = (nowMs: number): number => Math.floor(nowMs / minuteMs) & 0xffff;
