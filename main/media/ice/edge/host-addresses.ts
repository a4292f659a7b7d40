import { networkInterfaces } from 'node:os';

/** More addresses than this make more pairs to try than they make calls possible. */
const maxPerFamily = 4;

/**
 * The addresses we offer as host candidates: every usable one of this computer; loopback only if there is nothing else
 * (a container or an aeroplane, where the other account lives on the same computer).
 */
export function hostAddresses(): string[] {
  const all = Object.values(networkInterfaces()).flatMap((addresses) => addresses ?? []);
  const usable = all.filter(({ internal, address }) => !internal && !isLinkLocal(address));
  const chosen = usable.length > 0 ? usable : all.filter(({ internal }) => internal);
  const family = (name: 'IPv4' | 'IPv6'): string[] => [
    ...new Set(chosen.filter((entry) => entry.family === name).map(({ address }) => address)),
  ];
  return [...family('IPv4').slice(0, maxPerFamily), ...family('IPv6').slice(0, maxPerFamily)];
}

export const hasAddress = (host: string): boolean =>
  Object.values(networkInterfaces()).some((addresses) => addresses?.some(({ address }) => address === host));

/** RFC 3927, RFC 4291 §2.5.6: useless without a zone, which a candidate can't carry. */
const isLinkLocal = (address: string): boolean => address.startsWith('169.254.') || /^fe[89ab]/iu.test(address);
