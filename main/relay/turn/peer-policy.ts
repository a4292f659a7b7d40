import { bytesOfHost } from '../../stun/index.ts';

/** Why nobody is relayed to an address. */
export type Refusal =
  | 'this network'
  | 'private'
  | 'carrier NAT'
  | 'loopback'
  | 'link-local or metadata'
  | 'special purpose'
  | 'documentation'
  | 'multicast'
  | 'reserved'
  | 'IPv4 inside IPv6'
  | 'own';

type Row = readonly [prefix: string, bits: number, why: Refusal];

/** IANA's special-purpose registry (RFC 6890), and what clouds put elsewhere. */
const refusedIpv4: readonly Row[] = [
  ['0.0.0.0', 8, 'this network'],
  ['10.0.0.0', 8, 'private'],
  ['100.64.0.0', 10, 'carrier NAT'],
  ['127.0.0.0', 8, 'loopback'],
  ['168.63.129.16', 32, 'link-local or metadata'], // the host of an Azure machine
  ['169.254.0.0', 16, 'link-local or metadata'],
  ['172.16.0.0', 12, 'private'],
  ['192.0.0.0', 24, 'special purpose'],
  ['192.0.2.0', 24, 'documentation'],
  ['192.88.99.0', 24, 'special purpose'], // 6to4 relays of old
  ['192.168.0.0', 16, 'private'],
  ['198.18.0.0', 15, 'special purpose'], // benchmarks
  ['198.51.100.0', 24, 'documentation'],
  ['203.0.113.0', 24, 'documentation'],
  ['224.0.0.0', 4, 'multicast'],
  ['240.0.0.0', 4, 'reserved'],
];

/** Asked first, for a good word; whatever is outside 2000::/3 is refused anyway. */
const refusedIpv6: readonly Row[] = [
  ['::1', 128, 'loopback'],
  ['::', 96, 'IPv4 inside IPv6'], // IPv4-compatible
  ['::ffff:0:0', 96, 'IPv4 inside IPv6'], // IPv4-mapped
  ['::ffff:0:0:0', 96, 'IPv4 inside IPv6'], // IPv4-translated
  ['64:ff9b::', 96, 'IPv4 inside IPv6'], // NAT64
  ['64:ff9b:1::', 48, 'IPv4 inside IPv6'], // local NAT64
  ['2001::', 32, 'IPv4 inside IPv6'], // Teredo
  ['2001::', 23, 'special purpose'],
  ['2001:db8::', 32, 'documentation'],
  ['2002::', 16, 'IPv4 inside IPv6'], // 6to4
  ['3fff::', 20, 'documentation'],
  ['fc00::', 7, 'private'],
  ['fe80::', 10, 'link-local or metadata'],
  ['fec0::', 10, 'private'], // site-local of old
  ['ff00::', 8, 'multicast'],
];

/** All that is given out for unicast in the internet so far. */
const globalUnicast: Row = ['2000::', 3, 'reserved'];

const compile = (rows: readonly Row[]): readonly { bytes: Uint8Array; bits: number; why: Refusal }[] =>
  rows.map(([prefix, bits, why]) => ({ bytes: bytesOfHost(prefix) ?? new Uint8Array(), bits, why }));
const ipv4Rows = compile(refusedIpv4);
const ipv6Rows = compile(refusedIpv6);
const globalRows = compile([globalUnicast]);

export interface PeerPolicy {
  /** Addresses of this computer, as `hostOfBytes` writes them. */
  readonly ownHosts: ReadonlySet<string>;
  /** For tests and laboratories only: 127.0.0.0/8 and ::1 are the internet. */
  readonly allowLoopback: boolean;
}

/** Null: packets may go there. Every IPv6 form that carries an IPv4 address is refused, whatever the address: nobody needs it. */
export function refusalOf(host: string, { ownHosts, allowLoopback }: PeerPolicy): Refusal | null {
  const bytes = bytesOfHost(host);
  if (bytes === null) return 'reserved';
  if (ownHosts.has(host)) return 'own';
  const why = bytes.byteLength === 4 ? matchIn(ipv4Rows, bytes) : refusalOfIpv6(bytes);
  return why === 'loopback' && allowLoopback ? null : why;
}

function refusalOfIpv6(bytes: Uint8Array): Refusal | null {
  const why = matchIn(ipv6Rows, bytes);
  if (why !== null) return why;
  if (matchIn(globalRows, bytes) === null) return 'reserved';
  // ISATAP (RFC 5214 §6.1) hides an IPv4 address behind any prefix.
  const isIsatap = ((bytes[8] ?? 0) & 0xfd) === 0 && bytes[9] === 0 && bytes[10] === 0x5e && bytes[11] === 0xfe;
  return isIsatap ? 'IPv4 inside IPv6' : null;
}

const matchIn = (rows: ReturnType<typeof compile>, bytes: Uint8Array): Refusal | null =>
  rows.find((row) => hasPrefix(bytes, row.bytes, row.bits))?.why ?? null;

function hasPrefix(bytes: Uint8Array, prefix: Uint8Array, bits: number): boolean {
  for (let index = 0; index * 8 < bits; index += 1) {
    const mask = 0xff & (0xff << Math.max(0, 8 - (bits - index * 8)));
    if (((bytes[index] ?? 0) & mask) !== ((prefix[index] ?? 0) & mask)) return false;
  }
  return true;
}
