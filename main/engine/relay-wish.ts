import { refusalOf, type RelayWish } from '../relay/index.ts';
import type { RelayChoice } from './boot.ts';

/** What decides whether this computer carries other people's calls, and from where. */
export interface RelayFacts {
  /** The person lets it, and what was given so far is within bounds. */
  readonly allowed: boolean;
  readonly supernode: boolean;
  /** Where others reach our node; null: not known. */
  readonly publicHost: string | null;
  /** A global address of IPv6 that this computer has. */
  readonly ownHost6: string | null;
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
export function relayWish({
  allowed,
  supernode,
  publicHost,
  ownHost6,
  bindHost,
  isOwnHost,
  choice,
}: RelayFacts): RelayWish | null {
  const { at, always, allowLoopback } = choice;
  if (!allowed || !supernode || publicHost === null) return null;
  const isReached = isRelayable(choice.publicHost ?? publicHost, allowLoopback);
  // In a home network nobody could be carried who needs it.
  if (!isReached && !always) return null;
  const { host, port } = at ?? { host: bindHost, port: 0 };
  const from = bindHost === '0.0.0.0' ? publicHost : bindHost;
  // An address that others see and this computer does not have is one that a router translates: nothing can be bound to it, and
  // whether packets to any port come in is known only where somebody says so.
  const isTranslated = !isOwnHost(from) || choice.publicHost !== null;
  const host4 = isTranslated ? (choice.publicHost === null ? null : host) : from;
  const host6 = ownHost6 !== null && isRelayable(ownHost6, allowLoopback) ? ownHost6 : null;
  const relays = isReached && host4 !== null;
  return {
    listen: [
      { transport: 'udp', host, port },
      { transport: 'tcp', host, port },
      { transport: 'tls', host, port: port === 0 || port === 65_535 ? 0 : port + 1 },
    ],
    listenBeside: host6,
    relayHosts: relays ? { 4: host4, ...(host6 === null ? {} : { 6: host6 }) } : {},
    publicHost: choice.publicHost,
    relayPorts: choice.ports,
    caps: choice.caps ?? null,
    allowLoopback,
  };
}
