import type { BroadcastChannel } from 'node:worker_threads';
import type { Allocations } from './allocations.ts';

/** What a thread did between `start` and `stop`. */
export interface ThreadReading {
  readonly elapsedMs: number;
  readonly cpuMs: number;
  /** On the heap. */
  readonly allocatedBytes: Allocations;
  readonly gcPausesMs: readonly number[];
  /** How late each tick of 10 ms was. */
  readonly latenessMs: readonly number[];
}

/** One at a time beside CPU time and pauses: to tick and to sample costs time, and should not be counted as the thread's. */
export type ProbeReads = 'cost' | 'lateness' | 'allocations';

/** What goes over the channel: a question to all probed threads, and each one's answer (to `start`: null). */
export type ProbeMessage =
  | {
      readonly kind: 'start' | 'stop';
      readonly reads: ProbeReads;
    }
  | {
      readonly kind: 'reading';
      readonly threadId: number;
      readonly reading: ThreadReading | null;
      readonly failure: string | null;
    };

export const probeChannel = 'lilliput-thread-probe';

export function tellProbes(channel: BroadcastChannel, message: ProbeMessage): void {
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- no window: its channels have no such argument
  channel.postMessage(message);
}

export function hearProbes(channel: BroadcastChannel, listener: (message: ProbeMessage) => void): void {
  // Both ends are of the same build.
  channel.addEventListener('message', (event) => listener((event as MessageEvent<ProbeMessage>).data));
}
