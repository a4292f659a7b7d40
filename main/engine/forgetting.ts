import type { KeepFor } from '../../preload/contract/index.ts';
import { AppError } from '../ports/app-error.ts';
import type { Clock, Timer } from '../ports/clock.ts';
import type { Logger } from '../ports/logger.ts';
import type { ForgettingRepository } from '../storage/index.ts';

/** Longer than any window offers to undo. */
const clearedForMs = 30_000;
/** Some 10 ms of the engine's time… */
const atOnce = 200;
/** …with room for everything else between. */
const pauseMs = 50;
/** The start is busy enough. */
const firstLookMs = 60_000;
const dayMs = 86_400_000;

export interface ForgettingOptions {
  readonly repository: ForgettingRepository;
  readonly keepFor: () => KeepFor;
  /** These are no longer there. */
  readonly gone: (items: readonly { readonly conversationId: string; readonly id: string }[]) => void;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** Does away with what was cleared or has become too old: a little at a time, every day, and when something changes. */
export interface Forgetting {
  /** Something was cleared: for good when it can no longer be undone. */
  cleared(): void;
  /** The rule of the settings, or of a conversation, is another. */
  ruleChanged(): void;
  stop(): void;
}

export function startForgetting({ repository, keepFor, gone, clock, logger }: ForgettingOptions): Forgetting {
  let timer: Timer | null = null;
  let daily: Timer | null = null;
  const undoable = new Set<Timer>();
  /** Before when what was cleared goes; what was cleared in a run before this can't be undone by anybody. */
  let clearedBeforeMs = clock.nowMs() + 1;
  let removed = 0;

  const later = (delayMs: number): void => {
    timer?.cancel();
    timer = clock.setTimer(delayMs, step);
  };
  const batch = (): boolean => {
    const cleared = repository.purgeCleared(clearedBeforeMs, atOnce);
    const { items, more } = cleared.more ? cleared : repository.removeTooOld(keepFor(), clock.nowMs(), atOnce);
    removed += items.length;
    if (items.length > 0 && !cleared.more) gone(items);
    return more;
  };
  const step = (): void => {
    timer = null;
    try {
      if (batch()) return later(pauseMs);
      if (removed === 0) return undefined;
      // Once at the end: emptying the journal after each batch would wear the disk.
      repository.scrub();
      logger.info('forgotten', { items: removed });
      removed = 0;
    } catch (error) {
      // A full disk, say. What is due stays due.
      if (!(error instanceof AppError)) throw error;
      logger.warn('not-forgotten', { code: error.code });
    }
    return undefined;
  };
  const everyDay = (delayMs: number): void => {
    daily = clock.setTimer(delayMs, () => {
      step();
      everyDay(dayMs);
    });
  };
  everyDay(firstLookMs);
  return {
    cleared() {
      const due = clock.setTimer(clearedForMs, () => {
        undoable.delete(due);
        clearedBeforeMs = clock.nowMs() - clearedForMs + 1;
        step();
      });
      undoable.add(due);
    },
    ruleChanged: () => later(pauseMs),
    stop() {
      for (const each of [timer, daily, ...undoable]) each?.cancel();
    },
  };
}
