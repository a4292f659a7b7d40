import { isIPv6 } from 'node:net';
import { proxyFromEnvironment } from '../../../ports/proxy-connect.ts';
import type { IceNet } from '../ice-net.ts';
import { hasAddress, hostAddresses } from './host-addresses.ts';
import { openStreamLink } from './stream-links.ts';
import { openUdp, openUdpLink } from './udp-sockets.ts';

/** The computer's own network. @param bindAddresses links to relays leave from here, too; null: from wherever the system likes */
export function systemNet(bindAddresses: readonly string[] | null): IceNet {
  const proxy = proxyFromEnvironment(process.env);
  const localHost = (remote: string): string | null =>
    bindAddresses?.find((address) => isIPv6(address) === isIPv6(remote)) ?? null;
  return {
    hostAddresses,
    hasAddress,
    openUdp,
    openLink(server, handlers, done) {
      const host = localHost(server.address);
      if (server.transport === 'udp') openUdpLink(server, host, handlers, done);
      else openStreamLink(server, { host, proxy }, handlers, done);
    },
  };
}
