import type { KnownRelay } from '../overlay/index.ts';
import type { RelayDescriptor } from '../tickets/index.ts';
import type { IceServer } from './call-media.ts';
import type { OfferedRelay } from './relay-signals.ts';

/** A call has so many at once: one may die, and its spare with it. */
const chosenRelays = 3;
/** What a relay counts as that only one side has measured: it may be anywhere. */
const unknownRttMs = 200;
/** Servers that media takes at most, and of those so many for STUN alone. */
const maxServers = 16;
const maxStunServers = 3;

/** A relay of a call, and what each side knows of it. */
export interface ChosenRelay {
  readonly relay: RelayDescriptor;
  /** Null: we don't know it, but by the other side's word. */
  readonly own: KnownRelay | null;
}

interface Candidate extends ChosenRelay {
  readonly isTheirs: boolean;
  readonly sumMs: number;
}

const nameOf = ({ key }: RelayDescriptor): string => Buffer.from(key).toString('hex');

/** The network that a relay stands in: two of one /24 (or /48) fall together. */
function networkOf({ host4, host6 }: RelayDescriptor): string {
  return host4?.split('.').slice(0, 3).join('.') ?? host6?.split(':').slice(0, 3).join(':') ?? '';
}

/**
 * Relays for both ends: those with the shortest way from one through them to the other, of different networks where there are
 * such. Each side's own list is in it with one at least, since who hides its address uses no relay that it has only heard of.
 */
export function chooseRelays(own: readonly KnownRelay[], theirs: readonly OfferedRelay[]): readonly ChosenRelay[] {
  const candidates = new Map<string, Candidate>();
  for (const known of own) {
    const sumMs = (known.rttMs ?? unknownRttMs) + unknownRttMs;
    candidates.set(nameOf(known.relay), { relay: known.relay, own: known, isTheirs: false, sumMs });
  }
  for (const { relay, rttMs } of theirs) {
    const known = candidates.get(nameOf(relay))?.own ?? null;
    const sumMs = (known?.rttMs ?? unknownRttMs) + (rttMs ?? unknownRttMs);
    // Where we know it ourselves, what it told us counts and not what we are told of it.
    candidates.set(nameOf(relay), { relay: known?.relay ?? relay, own: known, isTheirs: true, sumMs });
  }
  const sorted = [...candidates.values()].toSorted((left, right) => left.sumMs - right.sumMs);
  const networks = new Set<string>();
  const [apart, crowded]: [Candidate[], Candidate[]] = [[], []];
  for (const candidate of sorted) {
    const network = networkOf(candidate.relay);
    (networks.has(network) ? crowded : apart).push(candidate);
    networks.add(network);
  }
  const order = [...apart, ...crowded];
  const chosen = order.slice(0, chosenRelays);
  for (const isMissing of [({ isTheirs }: Candidate) => isTheirs, (candidate: Candidate) => candidate.own !== null]) {
    const first = order.find(isMissing);
    if (first !== undefined && !chosen.some(isMissing)) chosen.push(first);
  }
  return chosen.map(({ relay, own: known }) => ({ relay, own: known }));
}

/** Where to ask for our own address as others see it. */
export const stunServers = (known: readonly KnownRelay[]): readonly IceServer[] =>
  known
    .flatMap(({ relay, rttMs }) => addressesOf(relay).map((address) => ({ address, port: relay.udp, rttMs })))
    .filter(({ port }) => port !== 0)
    .slice(0, maxStunServers)
    .map(({ address, port, rttMs }) => ({ kind: 'stun', transport: 'udp', address, port, ...measured(rttMs) }));

/**
 * All the ways to the relays of a call, with what is said there. The ways of the nearest relay come first, and of each relay's the
 * one that is tried first: UDP, which suits voice, or TLS, which is let through where UDP is not.
 * @param isUdpBlocked no relay answers us over UDP
 */
export function turnServers(
  relays: readonly (ChosenRelay & { readonly username: string; readonly credential: string })[],
  isUdpBlocked: boolean,
): readonly IceServer[] {
  return relays
    .flatMap(({ relay, own, username, credential }) =>
      addressesOf(relay).flatMap((address) => {
        const common = { kind: 'turn', address, username, credential, ...measured(own?.rttMs ?? null) } as const;
        const servers: readonly IceServer[] = [
          { ...common, transport: 'udp', port: relay.udp },
          { ...common, transport: 'tcp', port: relay.tcp },
          { ...common, transport: 'tls', port: relay.tls, tlsPin: Buffer.from(relay.pin).toString('base64url') },
        ];
        return (isUdpBlocked ? servers.toReversed() : servers).filter(({ port }) => port !== 0);
      }),
    )
    .slice(0, maxServers - maxStunServers);
}

const addressesOf = ({ host4, host6 }: RelayDescriptor): readonly string[] =>
  [host4, host6].filter((address) => address !== null);

const measured = (rttMs: number | null): { readonly rttMs?: number } => (rttMs === null ? {} : { rttMs });
