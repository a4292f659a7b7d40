/** Words of 32 bits in a `sockaddr_in6`, the longer one, and one spare: the next begins at 8 bytes. */
export const addressWords = 8;

export const familyInet = 2;
export const familyInet6 = 10;

/** Bytes of `sockaddr_in` and `sockaddr_in6`. */
export const socketAddressBytes = (family: 4 | 6): number => (family === 4 ? 16 : 28);

/** @param host 4 or 16 bytes */
export function writeSocketAddress(words: Uint32Array, host: Uint8Array, port: number, scope = 0): void {
  words.fill(0, 0, addressWords);
  const bytes = new Uint8Array(words.buffer, words.byteOffset, addressWords * 4);
  const isIpv4 = host.byteLength === 4;
  bytes[0] = isIpv4 ? familyInet : familyInet6;
  bytes[2] = port >> 8;
  bytes[3] = port & 0xff;
  bytes.set(host, isIpv4 ? 4 : 8);
  words[6] = isIpv4 ? 0 : scope;
}

/** @param at index of the first word */
export function portIn(words: Uint32Array, at: number): number {
  const first = words[at] ?? 0;
  return (((first >>> 16) & 0xff) << 8) | (first >>> 24);
}

/** The 4 or 16 bytes of the host. */
export function hostIn(words: Uint32Array, at: number): Uint8Array {
  const isIpv4 = ((words[at] ?? 0) & 0xffff) === familyInet;
  return new Uint8Array(words.buffer, words.byteOffset + at * 4 + (isIpv4 ? 4 : 8), isIpv4 ? 4 : 16).slice();
}
