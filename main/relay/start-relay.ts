import { isIPv6 } from 'node:net';
import { networkInterfaces } from 'node:os';
import type { Clock } from '../ports/clock.ts';
import type { HostPort } from '../ports/host-port.ts';
import type { Logger } from '../ports/logger.ts';
import type { Random } from '../ports/random.ts';
import { BatchedUdp } from './edge/batched-udp.ts';
import { PortableUdp } from './edge/portable-udp.ts';
import { RelaySockets, type PortRange, type RelayHost } from './edge/relay-sockets.ts';
import { StreamListener, type TlsIdentity } from './edge/stream-listener.ts';
import type { EdgeParts, UdpEdge, UdpListener } from './edge/udp-edge.ts';
import { wireAlternates } from './edge/alternates.ts';
import { bytesOfHost, type Family, hostOfBytes } from '../stun/index.ts';
import type { TicketVerifier } from './turn/credentials.ts';
import { FramePool } from './turn/frame-pool.ts';
import type { RelayLimits } from './turn/limits.ts';
import { TurnServer, type RelayCounts } from './turn/turn-server.ts';

export interface ListenPoint extends HostPort {
  readonly transport: 'udp' | 'tcp' | 'tls';
}

export interface RelayOptions {
  /** Literal addresses; port 0 is any. */
  readonly listen: readonly ListenPoint[];
  /** Another literal address that is listened at by the same ports, as far as they are to be had there; the IPv6 one beside an IPv4 one. */
  readonly listenBeside?: string | null;
  /** Needed where one of them is `tls`. */
  readonly tls: TlsIdentity | null;
  /** Addresses to relay from, one of a family. None: nobody gets an allocation. */
  readonly relayHosts: Readonly<Partial<Record<Family, string>>>;
  /** What the world calls those addresses, and those that are listened at, where a router stands between; one of a family. */
  readonly publicHosts?: Readonly<Partial<Record<Family, string>>>;
  /** Ports to relay from; any, if there is nothing. */
  readonly relayPorts?: PortRange;
  /** How to speak UDP; the best that there is, if there is nothing. */
  readonly udp?: UdpEdge['name'];
  readonly verifier: TicketVerifier | null;
  readonly limits: RelayLimits;
  /** For tests and laboratories only: 127.0.0.0/8 and ::1 are the internet. */
  readonly allowLoopback: boolean;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
}

export interface Relay {
  /** In the order of `listen`, with the ports that they got; then those of `listenBeside` that are open. */
  readonly points: readonly ListenPoint[];
  /** How it speaks UDP. */
  readonly udp: UdpEdge['name'];
  counts(): RelayCounts;
  /** Gives no more allocations; what is carried goes on. */
  drain(): void;
  stop(): Promise<void>;
}

/** Named in the challenge; nothing depends on it but the hash of the password. */
const realm = 'lilliput';

/** 2 MiB: what the operating system may keep waiting before packets are lost. */
const frames = 1_024;

/** Allocations end when they run out, whenever this is; it only bounds how long their sockets stay open after that. */
const sweepMs = 1_000;

/** @throws Error of the operating system where it can't listen; nothing is left open then */
export async function startRelay(options: RelayOptions): Promise<Relay> {
  const { clock, logger, random, publicHosts = {} } = options;
  const pool = new FramePool(frames);
  const edge = await openEdge({ server: () => server, frames: pool, clock, logger, seed: seedOf(random) }, options.udp);
  const ports = new RelaySockets({
    hosts: relayHostsOf(options),
    range: options.relayPorts ?? null,
    edge,
    random,
    logger,
  });
  const server: TurnServer = new TurnServer({
    ports,
    frames: pool,
    random,
    verifier: options.verifier,
    policy: { ownHosts: ownHosts(options), allowLoopback: options.allowLoopback },
    limits: options.limits,
    realm,
    nowMs: clock.monotonicMs(),
  });
  const streamParts = { server, frames: pool, limits: options.limits.connections, clock, logger };
  const udpListeners: UdpListener[] = [];
  const listeners: (UdpListener | StreamListener)[] = [];
  const points: ListenPoint[] = [];
  const close = async (): Promise<void> => {
    server.stop();
    await Promise.all(listeners.map((listener) => listener.close()));
    await edge.close();
  };
  const listen = async ({ transport, host, port }: ListenPoint): Promise<UdpListener | StreamListener> => {
    if (transport === 'udp') {
      const family = isIPv6(host) ? 6 : 4;
      const listener = await edge.listen({ host, port }, family, canonical(publicHosts[family] ?? host));
      udpListeners.push(listener);
      return listener;
    }
    if (transport === 'tls' && options.tls === null) throw new Error('TLS needs a certificate');
    return StreamListener.open({ host, port }, transport === 'tls' ? options.tls : null, streamParts);
  };
  // In order, so that what is open is known when one fails.
  const open = async (point: ListenPoint): Promise<ListenPoint> => {
    const listener = await listen(point);
    listeners.push(listener);
    return { ...point, port: listener.port };
  };
  const openBeside = async (host: string): Promise<void> => {
    for (const point of points.slice()) {
      try {
        // oxlint-disable-next-line no-await-in-loop
        points.push(await open({ ...point, host }));
      } catch (error) {
        // The address went, or somebody has that port there: those of the other family are still served.
        logger.info('not listening beside', { host, transport: point.transport, detail: String(error).slice(0, 200) });
      }
    }
  };
  try {
    // oxlint-disable-next-line no-await-in-loop
    for (const point of options.listen) points.push(await open(point));
    if (options.listenBeside !== undefined && options.listenBeside !== null) await openBeside(options.listenBeside);
    // oxlint-disable-next-line no-await-in-loop
    for (const point of secondPorts(points)) await open(point);
  } catch (error) {
    await close();
    throw error;
  }
  wireAlternates(udpListeners);
  let timer = clock.setTimer(sweepMs, sweep);
  function sweep(): void {
    server.sweep(clock.monotonicMs());
    for (const listener of udpListeners) listener.sweep();
    timer = clock.setTimer(sweepMs, sweep);
  }
  return {
    points,
    udp: edge.name,
    counts: () => server.counts,
    drain: () => server.drain(),
    async stop() {
      timer.cancel();
      await close();
    },
  };
}

/** @throws Error where the way that is asked for is not there */
async function openEdge(parts: EdgeParts, name: UdpEdge['name'] | undefined): Promise<UdpEdge> {
  if (name === 'portable') return new PortableUdp(parts);
  const batched = await BatchedUdp.open(parts);
  if (batched === null && name === 'batched') throw new Error('UDP in batches is not to be had here');
  return batched ?? new PortableUdp(parts);
}

/** Behaviour discovery wants a second port (RFC 5780): any, beside a host's only one. */
function secondPorts(points: readonly ListenPoint[]): readonly ListenPoint[] {
  const udp = points.filter(({ transport }) => transport === 'udp');
  return udp
    .filter(({ host }) => udp.filter((other) => other.host === host).length === 1)
    .map((point) => ({ ...point, port: 0 }));
}

function relayHostsOf({ relayHosts, publicHosts }: RelayOptions): Readonly<Partial<Record<Family, RelayHost>>> {
  const entryOf = (family: Family): Partial<Record<Family, RelayHost>> => {
    const host = relayHosts[family];
    return host === undefined ? {} : { [family]: { host, knownAs: canonical(publicHosts?.[family] ?? host) } };
  };
  return { ...entryOf(4), ...entryOf(6) };
}

/** As addresses in messages are written, so that ours is known there. */
function canonical(host: string): string {
  const bytes = bytesOfHost(host);
  return bytes === null ? host : hostOfBytes(bytes);
}

const seedOf = (random: Random): number => new DataView(Uint8Array.from(random.bytes(4)).buffer).getInt32(0);

/** What this computer answers to: relaying there would let strangers in behind its firewall. In a laboratory loopback is not ours alone. */
function ownHosts({ allowLoopback, publicHosts }: RelayOptions): ReadonlySet<string> {
  const hosts = Object.values(networkInterfaces()).flatMap((entries) => entries ?? []);
  const own = hosts.filter(({ internal }) => !(internal && allowLoopback)).map(({ address }) => address);
  return new Set([...own, ...Object.values(publicHosts ?? {})].map(canonical));
}
