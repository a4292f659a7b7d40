import { networkInterfaces } from 'node:os';
import { isGlobalIpv6 } from '../gateway/networks.ts';

/** An address by which anybody with IPv6 could reach this computer, if nothing keeps them out; null: it has none. */
export function globalIpv6(): string | null {
  const entries = Object.values(networkInterfaces()).flatMap((each) => each ?? []);
  return (
    entries.find(({ family, internal, address }) => family === 'IPv6' && !internal && isGlobalIpv6(address))?.address ?? null
  );
}
