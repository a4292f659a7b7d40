/**
 * The laboratory's own internet is closed, so its addresses can be what real ones look like: rules against private and
 * documentation addresses must see nothing special in them. Everybody has a /16 and a /32 of IPv6 to themselves, because
 * nodes are counted by network.
 */
export interface PublicAddress {
  readonly ipv4: string;
  readonly ipv6: string;
}

/** Supernodes come first in both. */
export const maxHosts = 100;

export const supernodeAddress = (index: number): PublicAddress => publicAddress(index + 1);
export const homeAddress = (index: number): PublicAddress => publicAddress(maxHosts + index + 1);

function publicAddress(number: number): PublicAddress {
  return { ipv4: `61.${number}.${number}.1`, ipv6: `2a0e:${number.toString(16)}::1` };
}

/** What an IPv6 home's network has behind its router. */
export const delegatedPrefix = (index: number): string => `2a0e:${(maxHosts + index + 1).toString(16)}:1`;

/** All homes number their rooms alike, as real routers do; only the last number differs from home to home. */
export const privateNetwork = '192.168.1';
export const privateHost = (index: number): string => `${privateNetwork}.${10 + index}`;

/** RFC 6598: between a carrier's NAT and the router of a home. */
export const carrierNetwork = (index: number): string => `100.64.${index}`;

/** The internet's end of every line, known on that line only. */
export const gatewayIpv4 = '169.254.1.1';
export const gatewayIpv6 = 'fe80::1';
/** A router's own end. */
export const routerIpv6 = 'fe80::2';
