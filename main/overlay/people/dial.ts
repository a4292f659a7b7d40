import { seedPair, type NodeAddress, type SecretStream } from '../../../native-shims/hyperdht/index.ts';
import type { Clock } from '../../ports/clock.ts';
import { toHex } from '../../ports/hex.ts';
import type { Random } from '../../ports/random.ts';
import type { BlindRelay, BlindRelays } from '../blind-relay/blind-relay-book.ts';
import type { RoamingNode } from '../gateway/roaming-node.ts';
import { tame } from './exchange.ts';

export interface DialTarget {
  readonly key: Uint8Array;
  readonly relays?: readonly NodeAddress[];
}

export interface DialOptions {
  readonly clock: Clock;
  readonly random: Random;
  readonly maxFrameBytes: number;
  /** A second connection beside a first that isn't open yet. */
  readonly hedgeAfterMs: number;
  /** `direct`: straight to them or not at all. */
  readonly ways: 'all' | 'direct';
  /** Where to meet them if the direct way isn't open soon. */
  readonly relays: BlindRelays;
  /** The direct way alone is given so long; one that fails sooner gives way sooner. */
  readonly relayAfterMs: number;
  readonly limitMs: number;
  readonly signal: AbortSignal;
}

/** Relays tried for one target, one after the other; and how long each is given. */
const maxRelays = 3;
const relayMs = 4_000;
/** Nobody listens on this key, or who did is gone: a relay would not find them either. */
const absent: ReadonlySet<string> = new Set(['PEER_NOT_FOUND', 'PEER_CONNECTION_FAILED']);

interface Journey {
  /** By key: a book that was renewed meanwhile has other objects. */
  readonly tried: string[];
  isAbsent: boolean;
}

const newJourney = (): Journey => ({ tried: [], isAbsent: false });

/**
 * Connects to any of `targets` and gives the open connections to `use`, one at a time, until one is taken (`use` gives a
 * result); closes the others. Directly first; through relays where that fails, is silent, or takes too long. Null if none was
 * taken within the limit.
 */
export async function dial<T>(
  node: RoamingNode,
  targets: readonly DialTarget[],
  options: DialOptions,
  use: (stream: SecretStream) => Promise<T | null>,
): Promise<T | null> {
  const { clock, random, signal, relays } = options;
  const streams: SecretStream[] = [];
  return new Promise<T | null>((resolve) => {
    let queue: Promise<void> = Promise.resolve();
    let pending = 0;
    let isHedged = false;
    let isAround = false;
    let isOver = false;
    /** With `use` now: its answer decides about it, even if we are called off meanwhile. */
    let inUse: SecretStream | null = null;
    const journeys = new Map(targets.map((target) => [target, newJourney()]));

    const finish = (result: T | null, taken: SecretStream | null): void => {
      if (isOver) return;
      isOver = true;
      hedge.cancel();
      relayTime.cancel();
      limit.cancel();
      signal.removeEventListener('abort', onAbort);
      for (const stream of streams) if (stream !== taken && stream !== inUse) stream.destroy();
      resolve(result);
    };
    const onAbort = (): void => finish(null, null);

    const settle = (): void => {
      pending -= 1;
      // All failed: quickly after one another, or the hedge is over too.
      if (pending === 0) goAround();
      if (pending === 0) finish(null, null);
    };

    const tryOn = async (stream: SecretStream): Promise<void> => {
      if (isOver) {
        stream.destroy();
        return;
      }
      inUse = stream;
      try {
        const result = await use(stream);
        if (result === null) stream.destroy();
        else finish(result, stream);
      } catch {
        // What `use` could not judge (its disk is full, say) is not taken.
        stream.destroy();
      } finally {
        inUse = null;
      }
    };

    /** Resolves when it is known that this connection isn't the one. */
    const follow = async (stream: SecretStream, relay: BlindRelay | null): Promise<void> => {
      tame(stream, options.maxFrameBytes);
      streams.push(stream);
      if (!(await stream.opened)) return;
      if (relay !== null) relays.noteRoute(stream, relay);
      queue = queue.then(() => tryOn(stream));
      await queue;
    };

    const openDirect = (target: DialTarget): void => {
      pending += 1;
      // A key of the moment: those who pass our packets on can't tell who is calling whom.
      const stream = node.connect(target.key, seedPair(random.bytes(32)), target.relays);
      stream.on('error', (error) => {
        const journey = journeys.get(target);
        if (journey !== undefined && absent.has(codeOf(error))) journey.isAbsent = true;
      });
      // Failed, or open and silent: FACTS has both. Not the way, either way.
      follow(stream, null)
        .then(() => openRelayed(target))
        .then(settle, settle);
    };

    const openRelayed = (target: DialTarget): void => {
      const journey = journeys.get(target);
      if (isOver || options.ways === 'direct' || journey === undefined || journey.isAbsent || journey.tried.length >= maxRelays)
        return;
      const relay = relays.known().find(({ key }) => !journey.tried.includes(toHex(key)));
      if (relay === undefined) return;
      journey.tried.push(toHex(relay.key));
      pending += 1;
      const stream = node.connectThrough(relay.key, target.key, seedPair(random.bytes(32)));
      const tooLong = clock.setTimer(relayMs, () => stream.destroy());
      stream.opened.finally(() => tooLong.cancel()).catch(() => undefined);
      follow(stream, relay)
        .then(() => openRelayed(target))
        .then(settle, settle);
    };

    /** Those who are not there, or not soon, may be where only a gateway reaches them. */
    const goAround = (): void => {
      if (isOver || isAround || options.ways === 'direct') return;
      isAround = true;
      for (const target of targets) {
        const stream = node.connectAround(target.key, seedPair(random.bytes(32)));
        if (stream === null) continue;
        pending += 1;
        follow(stream, null).then(settle, settle);
      }
    };

    const hedge = clock.setTimer(options.hedgeAfterMs, () => {
      if (isOver || isHedged) return;
      isHedged = true;
      for (const target of targets) openDirect(target);
      goAround();
    });
    const relayTime = clock.setTimer(options.relayAfterMs, () => {
      for (const target of targets) if (journeys.get(target)?.tried.length === 0) openRelayed(target);
    });
    const limit = clock.setTimer(options.limitMs, () => finish(null, null));
    signal.addEventListener('abort', onAbort, { once: true });
    if (signal.aborted || targets.length === 0) finish(null, null);
    else for (const target of targets) openDirect(target);
  });
}

const codeOf = (error: Error): string => ('code' in error && typeof error.code === 'string' ? error.code : '');
