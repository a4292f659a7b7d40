import { refusalOf, type RelayWish } from '../relay/index.ts';
import type { RelayChoice } from './boot.ts';

/** What decides whether this computer carries other people's calls, and from where. */
export interface RelayFacts {
  /** The person lets it, and what was given so far is within bounds. */
  readonly allowed: boolean;
  readonly supernode: boolean;
  /** Where others reach our node; null: not known. */
  readonly publicHost: string | null;
  /** What the overlay is bound to. */
  readonly bindHost: string;
  readonly isOwnHost: (host: string) => boolean;
  readonly choice: RelayChoice;
}

const nobodysHosts: ReadonlySet<string> = new Set();

/** Whether packets of calls may go to an address, or come from there. */
export const isRelayable = (host: string, allowLoopback: boolean): boolean =>
  refusalOf(host, { ownHosts: nobodysHosts, allowLoopback }) === null;

/** What the relay's process is to be started with; null: there is none. */
export function relayWish({ allowed, supernode, publicHost, bindHost, isOwnHost, choice }: RelayFacts): RelayWish | null {
  const { at, always, allowLoopback } = choice;
  if (!allowed || !supernode || publicHost === null) return null;
  const isReached = isRelayable(publicHost, allowLoopback);
  // In a home network nobody could be carried who needs it.
  if (!isReached && !always) return null;
  const { host, port } = at ?? { host: bindHost, port: 0 };
  const from = bindHost === '0.0.0.0' ? publicHost : bindHost;
  return {
    listen: [
      { transport: 'udp', host, port },
      { transport: 'tcp', host, port },
      { transport: 'tls', host, port: port === 0 || port === 65_535 ? 0 : port + 1 },
    ],
    // An address that others see and this computer does not have is one that a router translates: nothing can be bound to it.
    relayHosts: isReached && isOwnHost(from) ? { 4: from } : {},
    allowLoopback,
  };
}
