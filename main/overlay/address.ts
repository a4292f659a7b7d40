import type { HostPort } from '../ports/host-port.ts';

/** The four numbers of a dotted IPv4 address, or null. */
export function parseIpv4(host: string): readonly [number, number, number, number] | null {
  const match = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/u.exec(host);
  if (match === null) return null;
  const [a, b, c, d] = match.slice(1).map(Number);
  if (a === undefined || b === undefined || c === undefined || d === undefined) return null;
  return Math.max(a, b, c, d) <= 255 ? [a, b, c, d] : null;
}

/** Private (RFC 1918), shared (RFC 6598), link-local (RFC 3927) and loopback (RFC 1122) addresses. */
export function isPrivateHost(host: string): boolean {
  const ip = parseIpv4(host);
  if (ip === null) return false;
  const [a, b] = ip;
  return (
    a === 10 ||
    a === 127 ||
    (a === 172 && b >= 16 && b <= 31) ||
    (a === 192 && b === 168) ||
    (a === 100 && b >= 64 && b <= 127) ||
    (a === 169 && b === 254)
  );
}

export const isPort = (port: number): boolean => Number.isInteger(port) && port > 0 && port < 65536;

/** An address that a packet can be sent to: a unicast IPv4 address and a port. */
export function isReachableForm({ host, port }: HostPort): boolean {
  const ip = parseIpv4(host);
  return ip !== null && isPort(port) && ip[0] !== 0 && ip[0] < 224;
}

export const sameAddress = (left: HostPort, right: HostPort): boolean => left.host === right.host && left.port === right.port;
