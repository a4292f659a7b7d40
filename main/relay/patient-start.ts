import type { Clock, Timer } from '../ports/clock.ts';

/** A port that another program has is often free a moment later; one that never is costs an attempt in five minutes. */
const pauseMs = { first: 5_000, longest: 300_000 } as const;

export interface Patience<Started> {
  readonly start: () => Promise<Started>;
  readonly onStarted: (started: Started) => void;
  /** @param code of the operating system, or INTERNAL */
  readonly onFailed: (code: string, error: unknown, againInMs: number) => void;
  readonly clock: Clock;
}

/** Starts something, and tries again for as long as it can't be started, with growing pauses. @returns gives up */
export function startPatiently<Started>({ start, onStarted, onFailed, clock }: Patience<Started>): () => void {
  let pause: Timer | null = null;
  let isOver = false;
  const attempt = (againInMs: number): void => {
    start().then(
      (started) => onStarted(started),
      (error: unknown) => {
        if (isOver) return;
        onFailed(codeOf(error), error, againInMs);
        pause = clock.setTimer(againInMs, () => attempt(Math.min(againInMs * 2, pauseMs.longest)));
      },
    );
  };
  attempt(pauseMs.first);
  return () => {
    isOver = true;
    pause?.cancel();
  };
}

const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error ? String(error.code).slice(0, 40) : 'INTERNAL';
