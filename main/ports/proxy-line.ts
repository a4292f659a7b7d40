import { isIPv4, isIPv6 } from 'node:net';
import type { HostPort } from './host-port.ts';

/**
 * The first line of a connection that one of our processes hands on to another, so that the other counts the client and not
 * us: PROXY protocol, version 1, by HAProxy (`PROXY TCP4 SOURCE DESTINATION PORT PORT\r\n`).
 */

/** The longest there is, by the protocol's own count. */
const maxBytes = 107;
const start = 'PROXY ';
const mapped = /^::ffff:(?<four>\d+\.\d+\.\d+\.\d+)$/iu;

/** @param client where the connection came from; IPv4 in IPv6's clothes is IPv4 */
export function proxyLine({ host, port }: HostPort): string {
  const source = mapped.exec(host)?.groups?.['four'] ?? host;
  return isIPv4(source) ? `PROXY TCP4 ${source} 0.0.0.0 ${port} 0\r\n` : `PROXY TCP6 ${source} :: ${port} 0\r\n`;
}

export type ProxyLine =
  /** The beginning is no such line; or not one of ours. */
  | { readonly kind: 'none' | 'bad' }
  /** So far it looks like one. */
  | { readonly kind: 'more' }
  | { readonly kind: 'line'; readonly client: HostPort; readonly bytes: number };

/** What a connection begins with. */
export function readProxyLine(beginning: Uint8Array): ProxyLine {
  const text = Buffer.from(beginning.subarray(0, maxBytes)).toString('latin1');
  const common = Math.min(text.length, start.length);
  if (text.slice(0, common) !== start.slice(0, common)) return { kind: 'none' };
  const end = text.indexOf('\r\n');
  if (end < 0) return { kind: beginning.length < maxBytes ? 'more' : 'bad' };
  const [, family, host = '', , portWord = '', , ...rest] = text.slice(0, end).split(' ');
  const port = /^\d{1,5}$/u.test(portWord) ? Number(portWord) : 0;
  const isHost = family === 'TCP4' ? isIPv4(host) : family === 'TCP6' && isIPv6(host);
  if (!isHost || port < 1 || port > 65_535 || rest.length > 0) return { kind: 'bad' };
  return { kind: 'line', client: { host, port }, bytes: end + 2 };
}
