import type { CallView } from '../../preload/contract/index.ts';
import type { Clock, Timer } from '../ports/clock.ts';
import type { LineGate } from '../ports/line-gate.ts';

/** By then it is known what the path carries, if that is little. */
const beginningMs = 8_000;
/** Below this a packet of 700 bytes keeps the voice waiting for 60 ms. */
const narrowBps = 100_000;
/** A place that was found narrow stays so: what is known of it wanders while a call goes on. */
const rememberedMs = 30_000;

type Seen = Pick<CallView, 'id' | 'phase' | 'stats'>;

interface Talk {
  /** Monotonic; null: not yet. */
  talkingSinceMs: number | null;
  narrowUntilMs: number;
}

export interface CallGate extends LineGate {
  /** As `Calls.onChange` tells: each second while people talk. */
  callChanged(view: Seen): void;
}

/** Shut while a call is set up, for its first seconds, and for as long as the path is known to be narrow. */
export function createCallGate(clock: Clock): CallGate {
  const talks = new Map<string, Talk>();
  const waiting = new Set<() => void>();
  let timer: Timer | null = null;

  const endMs = ({ talkingSinceMs, narrowUntilMs }: Talk): number =>
    talkingSinceMs === null ? Infinity : Math.max(talkingSinceMs + beginningMs, narrowUntilMs);
  const shutUntilMs = (): number => Math.max(-Infinity, ...[...talks.values()].map(endMs));
  const isShut = (): boolean => shutUntilMs() > clock.monotonicMs();
  const look = (): void => {
    timer?.cancel();
    timer = null;
    const untilMs = shutUntilMs();
    const leftMs = untilMs - clock.monotonicMs();
    if (leftMs <= 0) for (const resolve of waiting) resolve();
    else if (waiting.size > 0 && untilMs < Infinity) timer = clock.setTimer(leftMs, look);
  };

  return {
    get isShut() {
      return isShut();
    },
    opened(patienceMs) {
      if (!isShut()) return Promise.resolve();
      return new Promise((resolve) => {
        const done = (): void => {
          patience.cancel();
          waiting.delete(done);
          resolve();
        };
        const patience = clock.setTimer(patienceMs, done);
        waiting.add(done);
        look();
      });
    },
    callChanged({ id, phase, stats }) {
      const nowMs = clock.monotonicMs();
      if (phase === 'ended') talks.delete(id);
      else {
        const talk = talks.get(id) ?? { talkingSinceMs: null, narrowUntilMs: -Infinity };
        talks.set(id, talk);
        if (phase === 'active') talk.talkingSinceMs ??= nowMs;
        if (stats !== null && stats.capacityBps !== null && stats.capacityBps < narrowBps)
          talk.narrowUntilMs = nowMs + rememberedMs;
      }
      look();
    },
  };
}
