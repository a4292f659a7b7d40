import { Client } from 'bittorrent-dht';
import { z } from 'zod';
import type { Clock } from '../../../ports/clock.ts';
import { hostPortText, type HostPort } from '../../../ports/host-port.ts';
import type { Logger } from '../../../ports/logger.ts';
import { isPrivateHost } from '../../address.ts';
import { GuardedSocket } from './guarded-socket.ts';
import { meetingHashes } from './period.ts';

/** How BitTorrent's mainline DHT (BEP 5) is entered. */
export interface BitTorrentOptions {
  /** Nodes that are asked first. */
  readonly routers: readonly HostPort[];
  /** Tests and laboratories: loopback is the internet. */
  readonly believesPrivate: boolean;
}

/** Where all routers are on this computer or in this home, so is the DHT that they lead to: a laboratory's. Null: by none, never. */
export const bitTorrentBy = (routers: readonly HostPort[]): BitTorrentOptions | null =>
  routers.length === 0 ? null : { routers, believesPrivate: routers.every(({ host }) => isPrivateHost(host)) };

/** A visit to the meeting place, once. Nothing is left running after it: no node of that DHT stays here. */
export interface MeetingPlace {
  /**
   * Names nodes as they are found, of strangers' making. Ends when everybody near the infohash was asked, or after 15 s.
   * @param announcePort where our node listens, to be found there by others; null: only look
   */
  visit(announcePort: number | null, onNode: (node: HostPort) => void, signal: AbortSignal): Promise<VisitReport>;
}

export interface VisitReport {
  /** Nodes of that DHT that are in the table at the end: 0 means that it could not be reached. */
  readonly nodes: number;
  /** Announced, at so many infohashes at least one node took it. */
  readonly announced: number;
}

/** A lookup takes 2–6 s on a home line; behind dead nodes (2 s each, 16 at a time) it takes longer. */
const visitLimitMs = 15_000;
/** Of one node's answer: so that the lies of one that is near the infohash leave room for what others say. */
const maxPerAnswer = 20;
/** Of one visit. */
const maxNamed = 400;

interface RawClient {
  readonly nodes: { count(): number };
  listen(port: number, host: string, done: () => void): void;
  lookup(infohash: Buffer, done: (error: Error | null) => void): void;
  announce(infohash: Buffer, port: number, done: (error: Error | null) => void): void;
  on(event: 'peer', listener: (peer: unknown, infohash: unknown, from: unknown) => void): void;
  on(event: 'error' | 'warning', listener: (error: unknown) => void): void;
  destroy(done: () => void): void;
}

// The package ships no types; `RawClient` is what we use of it.
const BitTorrentClient = Client as new (options: Readonly<Record<string, unknown>>) => RawClient;

const peerSchema = z.object({ host: z.string().max(15), port: z.int().min(1).max(65_535) });
const fromSchema = z.object({ address: z.string().max(64), port: z.int() });

export function createMeetingPlace(
  options: Pick<BitTorrentOptions, 'routers'>,
  bindHost: string,
  clock: Clock,
  log: Logger,
): MeetingPlace {
  return {
    visit: (announcePort, onNode, signal) => {
      const hashes = meetingHashes(clock.nowMs()).map((hash) => Buffer.from(hash));
      return visit({ routers: options.routers, bindHost, hashes, announcePort, onNode: bounded(onNode), signal, clock, log });
    },
  };
}

interface Visit {
  readonly routers: readonly HostPort[];
  readonly bindHost: string;
  readonly hashes: readonly Buffer[];
  readonly announcePort: number | null;
  readonly onNode: (peer: unknown, from: unknown) => void;
  readonly signal: AbortSignal;
  readonly clock: Clock;
  readonly log: Logger;
}

function visit({ routers, bindHost, hashes, announcePort, onNode, signal, clock, log }: Visit): Promise<VisitReport> {
  if (signal.aborted || routers.length === 0) return Promise.resolve({ nodes: 0, announced: 0 });
  const trouble = (error: unknown): void =>
    log.debug('bittorrent-trouble', { detail: error instanceof Error ? error.message : String(error) });
  return new Promise((resolve) => {
    const client = new BitTorrentClient({
      bootstrap: routers.map(({ host, port }) => ({ host, port })),
      socket: new GuardedSocket(trouble),
      // Of what strangers ask us to keep there is nothing: the socket lets no question in.
      maxTables: hashes.length,
      maxPeers: 1,
      maxValues: 1,
    });
    let waiting = hashes.length;
    let announced = 0;
    let isOver = false;
    const end = (): void => {
      if (isOver) return;
      isOver = true;
      limit.cancel();
      signal.removeEventListener('abort', end);
      const nodes = client.nodes.count();
      client.destroy(() => resolve({ nodes, announced }));
    };
    const limit = clock.setTimer(visitLimitMs, end);
    signal.addEventListener('abort', end, { once: true });
    client.on('error', (error) => {
      trouble(error);
      end();
    });
    client.on('warning', trouble);
    client.on('peer', (peer, _, from) => {
      if (!isOver) onNode(peer, from);
    });
    const done = (error: Error | null): void => {
      if (error === null && announcePort !== null) announced += 1;
      waiting -= 1;
      if (waiting === 0) end();
    };
    client.listen(0, bindHost, () => {
      for (const hash of hashes) {
        if (announcePort === null) client.lookup(hash, done);
        else client.announce(hash, announcePort, (error) => done(error ?? null));
      }
    });
  });
}

/** The first few of each answer, and so many in all. */
function bounded(onNode: (node: HostPort) => void): Visit['onNode'] {
  const perAnswer = new Map<string, number>();
  const named = new Set<string>();
  return (peer, from) => {
    const node = peerSchema.safeParse(peer);
    const source = fromSchema.safeParse(from);
    if (!node.success || !source.success || named.size >= maxNamed) return;
    const answerer = `${source.data.address}:${source.data.port}`;
    const count = perAnswer.get(answerer) ?? 0;
    const key = hostPortText(node.data);
    if (count >= maxPerAnswer || named.has(key)) return;
    perAnswer.set(answerer, count + 1);
    named.add(key);
    onNode(node.data);
  };
}
