import type { Clock, Timer } from '../ports/clock.ts';
import type { IdlePart } from './engine.ts';

export interface IdlePartOptions {
  /** 0: never away by itself. */
  readonly awayAfterMinutes: () => number;
  readonly changed: (isIdle: boolean) => void;
  readonly clock: Clock;
}

export interface IdlePartControl extends IdlePart {
  /** What the shell's system knows of keys and the mouse, in all windows. Once it speaks, pages are not heard. */
  hearShell(idleMs: number): void;
  settingChanged(): void;
  stop(): void;
}

const minuteMs = 60_000;

/** Whether anybody is at this computer: idle after as long without a key or the mouse as the person set. Nobody who tells: not idle. */
export function createIdlePart({ awayAfterMinutes, changed, clock }: IdlePartOptions): IdlePartControl {
  /** Monotonic; null: nobody tells. */
  let activeMs: number | null = null;
  let shellSpeaks = false;
  let isIdle = false;
  let timer: Timer | null = null;
  const judge = (): void => {
    timer?.cancel();
    timer = null;
    const afterMs = awayAfterMinutes() * minuteMs;
    const leftMs = activeMs === null || afterMs === 0 ? null : activeMs + afterMs - clock.monotonicMs();
    if (leftMs !== null && leftMs > 0) timer = clock.setTimer(leftMs, judge);
    const now = leftMs !== null && leftMs <= 0;
    if (now === isIdle) return;
    isIdle = now;
    changed(now);
  };
  const hear = (idleMs: number): void => {
    // Two pages may tell: the one that was touched last is right.
    activeMs = Math.max(activeMs ?? -Infinity, clock.monotonicMs() - idleMs);
    judge();
  };
  return {
    hearShell(idleMs) {
      shellSpeaks = true;
      hear(idleMs);
    },
    hearPage(idleMs) {
      if (!shellSpeaks) hear(idleMs);
    },
    settingChanged: judge,
    stop: () => timer?.cancel(),
  };
}
