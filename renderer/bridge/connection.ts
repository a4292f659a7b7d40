import {
  bridgeClosed,
  createBridgeLink,
  createLastingClient,
  type BridgeClient,
  type BridgeLink,
} from '../../preload/contract/index.ts';
import type { Line } from './line.ts';

/** What the page knows about the engine. `up` after a `…-down` means that subscriptions are to be made anew. */
export type Lifecycle = 'up' | 'engine-down' | 'bridge-down';

/** Pauses between attempts: a restarted engine is there after 0.2 s; a computer that is busy is asked every 2 s. */
const firstPauseMs = 200;
const longestPauseMs = 2_000;
/** What a person asked for meanwhile waits this long for the engine to come back, then fails with CANCELLED. */
const patienceMs = 5_000;

export interface Connection {
  readonly client: BridgeClient;
  /** Counts the connections made so far; changes when subscriptions are to be made anew. */
  readonly generation: () => number;
  readonly state: () => Lifecycle;
  readonly onLifecycle: (listener: (state: Lifecycle) => void) => () => void;
  /** Resolves with the first connection. */
  readonly connected: Promise<void>;
  readonly close: () => void;
}

export interface ConnectionParts {
  readonly openLine: () => Promise<Line>;
  readonly setTimer: (delayMs: number, run: () => void) => { cancel(): void };
  /** The app ended, or is shown in another window now. */
  readonly onOver: () => void;
}

/** Keeps one line to the engine open, and one client over whichever line there is. */
export function keepConnected({ openLine, setTimer, onOver }: ConnectionParts): Connection {
  const listeners = new Set<(state: Lifecycle) => void>();
  const waiting = new Set<(link: BridgeLink | null) => void>();
  let link: BridgeLink | null = null;
  let line: Line | null = null;
  let pause: { cancel(): void } | null = null;
  let closed = false;
  let state: Lifecycle = 'bridge-down';
  let generation = 0;
  let failures = 0;
  let settleConnected: (() => void) | null = null;
  const connected = new Promise<void>((resolve) => (settleConnected = resolve));

  const become = (next: Lifecycle): void => {
    if (state === next && next !== 'up') return;
    state = next;
    for (const listener of listeners) listener(next);
  };
  const again = (): void => {
    const delayMs = Math.min(firstPauseMs * 2 ** failures, longestPauseMs);
    failures += 1;
    pause = setTimer(delayMs, () => void connect());
  };
  const connect = async (): Promise<void> => {
    pause = null;
    let opened: Line;
    try {
      opened = await openLine();
    } catch {
      if (!closed) again();
      return;
    }
    if (closed) return opened.close();
    line = opened;
    link = createBridgeLink(opened.wire);
    generation += 1;
    // At once, not when `ended` is noticed: what is asked in between waits for the next line instead of failing.
    opened.wire.onClose(() => {
      link = null;
    });
    for (const give of waiting) give(link);
    become('up');
    settleConnected?.();
    const openedGeneration = generation;
    // A line that lives for the longest pause was no failure.
    const steady = setTimer(longestPauseMs, () => {
      if (generation === openedGeneration) failures = 0;
    });
    const end = await opened.ended;
    steady.cancel();
    line = null;
    if (closed) return;
    become(end === 'engine' ? 'engine-down' : 'bridge-down');
    if (end === 'over') return onOver();
    again();
  };

  /** The link there is, or the next one. */
  const nextLink = (): Promise<BridgeLink> => {
    if (link !== null) return Promise.resolve(link);
    return new Promise((resolve, reject) => {
      const give = (next: BridgeLink | null): void => {
        waiting.delete(give);
        patience.cancel();
        if (next === null) reject(bridgeClosed());
        else resolve(next);
      };
      const patience = setTimer(patienceMs, () => give(null));
      waiting.add(give);
    });
  };

  void connect();
  return {
    client: createLastingClient(nextLink),
    generation: () => generation,
    state: () => state,
    onLifecycle(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    connected,
    close() {
      closed = true;
      pause?.cancel();
      for (const give of waiting) give(null);
      line?.close();
    },
  };
}
