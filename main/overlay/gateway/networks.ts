import { BlockList, isIPv6 } from 'node:net';
import type { HostPort } from '../../ports/host-port.ts';
import { parseIpv4 } from '../address.ts';
import type { Networks } from '../networks.ts';

/** IPv4 in IPv6's clothes: mapped (RFC 4291 §2.5.5.2) and by the well-known prefix of NAT64 (RFC 6052 §2.1). */
const embedding = /^(?:::ffff:|64:ff9b::)(?<four>\d+\.\d+\.\d+\.\d+)$/iu;
export const nat64Of = (host: string): string => `64:ff9b::${host}`;

const asFour = (host: string): string => embedding.exec(host)?.groups?.['four'] ?? host;

/** The network of an address of either family: /24, /48, as quotas count. */
export function networkOfClient(host: string): string {
  const four = asFour(host);
  const ip = parseIpv4(four);
  if (ip !== null) return `${ip[0]}.${ip[1]}.${ip[2]}.0/24`;
  return isIPv6(four) ? `${firstGroups(four)}::/48` : four;
}

/** The network of a gateway, as the directory's reader counts networks; of IPv6 the /48. */
export function networkOfGateway(networks: Networks, at: HostPort): string {
  const host = asFour(at.host);
  return isIPv6(host) ? networkOfClient(host) : networks.network({ host, port: at.port });
}

/** The first 48 bits, in one spelling. */
function firstGroups(host: string): string {
  const [head = ''] = host.split('::');
  const groups = head === '' ? [] : head.split(':');
  const whole = host.includes('::') ? [...groups, '0', '0', '0'] : groups;
  return whole
    .slice(0, 3)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(':');
}

const outside = new BlockList();
outside.addSubnet('2000::', 3, 'ipv6');

/** A global unicast address (RFC 4291 §2.4). */
export const isGlobalIpv6 = (host: string): boolean => isIPv6(host) && outside.check(host, 'ipv6');
