import { AppError } from '../ports/app-error.ts';
import type { Clock } from '../ports/clock.ts';

/** Resolves to `fallback` if `work` takes longer; `work` itself goes on unheard. Rejections of `work` pass through. */
export function within<T, F>(clock: Clock, limitMs: number, work: Promise<T>, fallback: F): Promise<T | F> {
  return new Promise((resolve, reject) => {
    const timer = clock.setTimer(limitMs, () => resolve(fallback));
    work.then(
      (value) => {
        timer.cancel();
        resolve(value);
      },
      (error: unknown) => {
        timer.cancel();
        reject(error instanceof Error ? error : new Error(String(error)));
      },
    );
  });
}

/** The signal's wish, as an error. @throws AppError CANCELLED */
export function throwIfAborted(signal: AbortSignal): void {
  if (signal.aborted) throw new AppError('CANCELLED', 'aborted');
}

/** Rejects with CANCELLED as soon as the signal says so. */
export function abortable<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const onAbort = (): void => reject(new AppError('CANCELLED', 'aborted'));
    if (signal.aborted) onAbort();
    else signal.addEventListener('abort', onAbort, { once: true });
    // Also when nobody waits for it any more: its failure must have somebody to hear it.
    work
      .then(resolve, (error: unknown) => reject(error instanceof Error ? error : new Error(String(error))))
      .finally(() => signal.removeEventListener('abort', onAbort));
  });
}

/** Resolves after so long, or as soon as the signal is aborted. */
export function pause(clock: Clock, delayMs: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const end = (): void => {
      timer.cancel();
      signal.removeEventListener('abort', end);
      resolve();
    };
    const timer = clock.setTimer(delayMs, end);
    signal.addEventListener('abort', end, { once: true });
    if (signal.aborted) end();
  });
}
