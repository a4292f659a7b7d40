import { isIPv6 } from 'node:net';
import type { ProxyChoice } from '../../../ports/proxy-connect.ts';
import type { IceNet } from '../ice-net.ts';
import { hasAddress, hostAddresses } from './host-addresses.ts';
import { openStreamLink } from './stream-links.ts';
import { openUdp, openUdpLink } from './udp-sockets.ts';

/**
 * The computer's own network.
 * @param bindAddresses links to relays leave from here, too; null: from wherever the system likes
 * @param proxy asked at each link over TCP or TLS
 */
export function systemNet(bindAddresses: readonly string[] | null, proxy: () => ProxyChoice | null): IceNet {
  const localHost = (remote: string): string | null =>
    bindAddresses?.find((address) => isIPv6(address) === isIPv6(remote)) ?? null;
  return {
    hostAddresses,
    hasAddress,
    openUdp,
    openLink(server, handlers, done) {
      const host = localHost(server.address);
      if (server.transport === 'udp') openUdpLink(server, host, handlers, done);
      else openStreamLink(server, { host, proxy: proxy() }, handlers, done);
    },
  };
}
