import { seedPair, type NodeAddress, type SecretStream } from '../../../native-shims/hyperdht/index.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Random } from '../../ports/random.ts';
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
  readonly limitMs: number;
  readonly signal: AbortSignal;
}

/**
 * Connects to any of `targets` and gives the open connections to `use`, one at a time, until one is taken (`use` gives a
 * result); closes the others. Null if none was within the limit.
 */
export async function dial<T>(
  node: RoamingNode,
  targets: readonly DialTarget[],
  options: DialOptions,
  use: (stream: SecretStream) => Promise<T | null>,
): Promise<T | null> {
  const { clock, random, signal } = options;
  const streams: SecretStream[] = [];
  return new Promise<T | null>((resolve) => {
    let queue: Promise<void> = Promise.resolve();
    let pending = 0;
    let isHedged = false;
    let isAround = false;
    let isOver = false;
    /** With `use` now: its answer decides about it, even if we are called off meanwhile. */
    let inUse: SecretStream | null = null;

    const finish = (result: T | null, taken: SecretStream | null): void => {
      if (isOver) return;
      isOver = true;
      hedge.cancel();
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

    const open = (target: DialTarget, way: 'straight' | 'around'): void => {
      // A key of the moment: those who pass our packets on can't tell who is calling whom.
      const pair = seedPair(random.bytes(32));
      const stream = way === 'straight' ? node.connect(target.key, pair, target.relays) : node.connectAround(target.key, pair);
      if (stream === null) return;
      pending += 1;
      tame(stream, options.maxFrameBytes);
      streams.push(stream);
      stream.opened
        .then((isOpen) => {
          if (!isOpen) return undefined;
          queue = queue.then(() => tryOn(stream));
          return queue;
        })
        .then(settle, settle);
    };

    /** Those who are not there, or not soon, may be where only a gateway reaches them. */
    const goAround = (): void => {
      if (isOver || isAround) return;
      isAround = true;
      for (const target of targets) open(target, 'around');
    };

    const hedge = clock.setTimer(options.hedgeAfterMs, () => {
      if (isOver || isHedged) return;
      isHedged = true;
      for (const target of targets) open(target, 'straight');
      goAround();
    });
    const limit = clock.setTimer(options.limitMs, () => finish(null, null));
    signal.addEventListener('abort', onAbort, { once: true });
    if (signal.aborted || targets.length === 0) finish(null, null);
    else for (const target of targets) open(target, 'straight');
  });
}
