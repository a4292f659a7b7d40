import type { RouterFigures } from '../../../preload/contract/index.ts';
import type { TransportAddress } from '../../stun/index.ts';
import { isLoopback, isSameAddress } from '../ice/candidate.ts';

/** How places outside saw one socket of ours, and what came back when they were asked to answer from elsewhere. */
export interface RouterSigns {
  /** Of the socket that asked them all. */
  readonly localPort: number;
  /** Of this computer. */
  readonly ownHosts: readonly string[];
  /** As each place saw that socket. */
  readonly mapped: readonly TransportAddress[];
  /** An answer from another address, or from another port of the same, to a socket that had written to neither; null: nobody could be asked to. */
  readonly fromOtherHost: boolean | null;
  readonly fromOtherPort: boolean | null;
}

/** What the signs say of the router (RFC 4787 §4.1 and §5, found out as RFC 5780 §4.3 and §4.4 do). */
export function routerKind({ localPort, ownHosts, mapped, fromOtherHost, fromOtherPort }: RouterSigns): RouterFigures {
  const [first, ...others] = mapped;
  return {
    mapping: mappingOf(first, others, localPort, ownHosts),
    filtering:
      fromOtherHost === true ? 'open' : fromOtherPort === true ? 'by-host' : fromOtherPort === false ? 'by-port' : 'unknown',
    places: mapped.length,
    address: first?.host ?? null,
  };
}

function mappingOf(
  first: TransportAddress | undefined,
  others: readonly TransportAddress[],
  localPort: number,
  ownHosts: readonly string[],
): RouterFigures['mapping'] {
  if (first === undefined) return 'unknown';
  if (!others.every(({ host, port }) => isSameAddress(first, host, port))) return 'different';
  const isOurs = ownHosts.includes(first.host) || isLoopback(first.host);
  if (isOurs && first.port === localPort) return 'none';
  // One place alone can't tell whether the next would see the same.
  return others.length === 0 ? 'unknown' : 'same';
}
