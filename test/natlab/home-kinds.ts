/** What stands between a home and the internet. */
export const matrixKinds = ['fc', 'ar', 'pr', 'sym', 'cgn', 'cgs', 'blk', 'v6fw'] as const;
/** And those that are only called for by name. */
export const homeKinds = [...matrixKinds, 'ds', 'prx'] as const;
export type HomeKind = (typeof homeKinds)[number];

export const isHomeKind = (word: string): word is HomeKind => homeKinds.some((kind) => kind === word);

/** RFC 4787's words for mapping and filtering, where there is a NAT. */
export const describedKind: Readonly<Record<HomeKind, string>> = {
  fc: 'full cone: endpoint-independent mapping and filtering',
  ar: 'address-restricted: endpoint-independent mapping, address-dependent filtering',
  pr: 'port-restricted: endpoint-independent mapping, address- and port-dependent filtering',
  sym: 'symmetric: address- and port-dependent mapping and filtering',
  cgn: 'a port-restricted router behind a port-restricted carrier NAT',
  cgs: 'a port-restricted router behind a symmetric carrier NAT',
  blk: 'a firewall that lets out TCP to port 443 and nothing else',
  v6fw: 'IPv6 only, behind a firewall that lets in answers',
  ds: 'dual stack: IPv4 behind a symmetric NAT, IPv6 behind a firewall that lets in answers',
  prx: 'a router that passes nothing on, with an HTTP proxy in it',
};

/** How the outermost NAT behaves towards somebody who wants in. */
type Behaviour = 'open' | 'restricted' | 'symmetric';

/** Of its IPv4. */
const behaviour: Readonly<Record<Exclude<HomeKind, 'blk' | 'v6fw' | 'prx'>, Behaviour>> = {
  fc: 'open',
  ar: 'open',
  pr: 'restricted',
  cgn: 'restricted',
  sym: 'symmetric',
  cgs: 'symmetric',
  ds: 'symmetric',
};

/**
 * What theory promises two homes. `direct`: connectivity checks of both sides meet. `punched`: only many sockets against many
 * guessed ports meet, after a while. `relay`: nothing meets.
 */
export type Expectation = 'direct' | 'punched' | 'relay';

/** Which IP a home's computer has. */
export const hasIpv4 = (kind: HomeKind): boolean => kind !== 'v6fw';
export const hasIpv6 = (kind: HomeKind): boolean => kind === 'v6fw' || kind === 'ds';

export function expectedBetween(a: HomeKind, b: HomeKind): Expectation {
  if (a === 'blk' || b === 'blk' || a === 'prx' || b === 'prx') return 'relay';
  // Without a NAT in between, two firewalls open towards each other; to IPv4 there is no way but a relay of both families.
  if (hasIpv6(a) && hasIpv6(b)) return 'direct';
  if (a === 'v6fw' || b === 'v6fw') return 'relay';
  const both = [behaviour[a], behaviour[b]];
  if (both.includes('open') || !both.includes('symmetric')) return 'direct';
  return both.includes('restricted') ? 'punched' : 'relay';
}
