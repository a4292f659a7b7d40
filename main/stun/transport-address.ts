import { isIPv4, isIPv6 } from 'node:net';

export type Family = 4 | 6;

/** Where UDP packets come from or go to. `host` is an address as the operating system writes it (RFC 5952), no name. */
export interface TransportAddress {
  readonly family: Family;
  readonly host: string;
  readonly port: number;
}

/** As numbers of an attribute (RFC 8489 §14.1, RFC 8656 §18.6). */
export const familyNumbers: Readonly<Record<Family, number>> = { 4: 0x01, 6: 0x02 };

export const familyOfNumber = (number: number): Family | null => (number === 0x01 ? 4 : number === 0x02 ? 6 : null);

export const addressBytes: Readonly<Record<Family, number>> = { 4: 4, 6: 16 };

/** The text of an address of 4 or 16 bytes. IPv4 in IPv6 is written in hexadecimal: no policy is passed by another spelling. */
export function hostOfBytes(bytes: Uint8Array): string {
  if (bytes.byteLength === 4) return bytes.join('.');
  const words = Array.from({ length: 8 }, (_, index) => ((bytes[index * 2] ?? 0) << 8) | (bytes[index * 2 + 1] ?? 0));
  const gap = longestGap(words);
  const text = (part: readonly number[]): string => part.map((word) => word.toString(16)).join(':');
  return gap === null ? text(words) : `${text(words.slice(0, gap.start))}::${text(words.slice(gap.end))}`;
}

/** The first of the longest runs of two zero words or more. */
function longestGap(words: readonly number[]): { readonly start: number; readonly end: number } | null {
  let best: { start: number; end: number } | null = null;
  for (let start = 0; start < words.length; start += 1) {
    let end = start;
    while (end < words.length && words[end] === 0) end += 1;
    if (end - start >= 2 && (best === null || end - start > best.end - best.start)) best = { start, end };
    start = Math.max(start, end - 1);
  }
  return best;
}

/** 4 or 16 bytes, or null for what is no address. A zone (`%eth0`) is no part of it. */
export function bytesOfHost(host: string): Uint8Array | null {
  if (isIPv4(host)) return Uint8Array.from(host.split('.'), Number);
  const [address = ''] = host.split('%');
  if (!isIPv6(address)) return null;
  const dotted = /^(.*:)(\d+\.\d+\.\d+\.\d+)$/u.exec(address);
  const four = dotted?.[2]?.split('.').map(Number) ?? [];
  const [a = 0, b = 0, c = 0, d = 0] = four;
  const hex = dotted === null ? address : `${dotted[1]}${((a << 8) | b).toString(16)}:${((c << 8) | d).toString(16)}`;
  const [head = '', tail] = hex.split('::');
  const wordsOf = (text: string): number[] => (text === '' ? [] : text.split(':').map((word) => Number.parseInt(word, 16)));
  const before = wordsOf(head);
  const after = wordsOf(tail ?? '');
  const zeros = Array.from({ length: 8 - before.length - after.length }, () => 0);
  return Uint8Array.from([...before, ...zeros, ...after].flatMap((word) => [word >> 8, word & 0xff]));
}

/** The /24 of an IPv4 and the /48 of an IPv6 address: whoever has one address of it may well have all. */
export function networkOfHost(host: string): string {
  const bytes = bytesOfHost(host);
  if (bytes === null) return host;
  return bytes.byteLength === 4
    ? `${bytes.subarray(0, 3).join('.')}/24`
    : `${Buffer.from(bytes.subarray(0, 6)).toString('hex')}/48`;
}
