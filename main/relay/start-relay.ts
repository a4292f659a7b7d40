import { isIPv6 } from 'node:net';
import { networkInterfaces } from 'node:os';
import type { Clock } from '../ports/clock.ts';
import type { HostPort } from '../ports/host-port.ts';
import type { Logger } from '../ports/logger.ts';
import type { Random } from '../ports/random.ts';
import { RelaySockets } from './edge/relay-sockets.ts';
import { StreamListener, type TlsIdentity } from './edge/stream-listener.ts';
import { UdpListener } from './edge/udp-listener.ts';
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
  /** Needed where one of them is `tls`. */
  readonly tls: TlsIdentity | null;
  /** Addresses to relay from, one of a family. None: nobody gets an allocation. */
  readonly relayHosts: Readonly<Partial<Record<Family, string>>>;
  readonly verifier: TicketVerifier | null;
  readonly limits: RelayLimits;
  /** For tests and laboratories only: 127.0.0.0/8 and ::1 are the internet. */
  readonly allowLoopback: boolean;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
}

export interface Relay {
  /** In the order of `listen`, with the ports that they got. */
  readonly points: readonly ListenPoint[];
  counts(): RelayCounts;
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
  const { clock, logger, random } = options;
  const ports = new RelaySockets({ hosts: options.relayHosts, clock, logger, server: () => server });
  const server: TurnServer = new TurnServer({
    ports,
    frames: new FramePool(frames),
    random,
    verifier: options.verifier,
    policy: { ownHosts: ownHosts(options.allowLoopback), allowLoopback: options.allowLoopback },
    limits: options.limits,
    realm,
    nowMs: clock.monotonicMs(),
  });
  const parts = { server, clock, logger };
  const listeners: (UdpListener | StreamListener)[] = [];
  const close = async (): Promise<void> => {
    server.stop();
    await Promise.all(listeners.map((listener) => listener.close()));
  };
  const open = (point: ListenPoint): Promise<UdpListener | StreamListener> => {
    if (point.transport === 'udp') return UdpListener.open(point, isIPv6(point.host) ? 6 : 4, parts);
    if (point.transport === 'tls' && options.tls === null) throw new Error('TLS needs a certificate');
    return StreamListener.open(point, point.transport === 'tls' ? options.tls : null, parts);
  };
  try {
    for (const point of options.listen) {
      // In order, so that what is open is known when one fails.
      // oxlint-disable-next-line no-await-in-loop
      listeners.push(await open(point));
    }
  } catch (error) {
    await close();
    throw error;
  }
  let timer = clock.setTimer(sweepMs, sweep);
  function sweep(): void {
    server.sweep(clock.monotonicMs());
    for (const listener of listeners) if (listener instanceof UdpListener) listener.sweep();
    timer = clock.setTimer(sweepMs, sweep);
  }
  return {
    points: options.listen.map((point, index) => ({ ...point, port: listeners[index]?.port ?? point.port })),
    counts: () => server.counts,
    async stop() {
      timer.cancel();
      await close();
    },
  };
}

/** What this computer answers to: relaying there would let strangers in behind its firewall. In a laboratory loopback is not ours alone. */
function ownHosts(allowLoopback: boolean): ReadonlySet<string> {
  const hosts = Object.values(networkInterfaces()).flatMap((entries) => entries ?? []);
  return new Set(
    hosts
      .filter(({ internal }) => !(internal && allowLoopback))
      .map(({ address }) => bytesOfHost(address))
      .flatMap((bytes) => (bytes === null ? [] : [hostOfBytes(bytes)])),
  );
}
