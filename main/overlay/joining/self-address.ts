import { networkInterfaces } from 'node:os';
import { isPrivateHost } from '../address.ts';

/** Bridges and tunnels of this machine's own making: no neighbour can reach us there. */
const inward = /^(?:docker|br-|veth|virbr|vmnet|vboxnet|tun|tap|wg|utun|zt|tailscale|podman|cni|lxc)/u;

/** The address that neighbours would use for a socket bound to all addresses: the first of a real network, else loopback. */
export function likelyHost(bindHost: string): string {
  if (bindHost !== '0.0.0.0') return bindHost;
  const addresses = Object.entries(networkInterfaces()).flatMap(([name, entries]) =>
    (entries ?? []).filter((entry) => entry.family === 'IPv4' && !entry.internal).map((entry) => ({ name, host: entry.address })),
  );
  const outward = addresses.filter(({ name }) => !inward.test(name));
  const best = outward.find(({ host }) => !isPrivateHost(host)) ?? outward[0] ?? addresses[0];
  return best?.host ?? '127.0.0.1';
}
