/** First wait before a broken subscription is opened again, and the longest one: a restarting engine takes a second or two. */
const retryFirstMs = 200;
const retryMostMs = 3_000;

/**
 * Keeps a subscription of the contract open until `signal` aborts: each value goes to `onValue`; when the stream ends or fails
 * (engine restarted, socket dropped) it is opened again after a growing wait. `onBroken` hears of every break.
 */
export async function follow<Value>(
  open: (signal: AbortSignal) => Promise<AsyncIterable<Value>>,
  onValue: (value: Value) => void,
  signal: AbortSignal,
  onBroken: (error: unknown) => void = () => undefined,
): Promise<void> {
  let waitMs = retryFirstMs;
  while (!signal.aborted) {
    try {
      for await (const value of await open(signal)) {
        if (signal.aborted) return;
        waitMs = retryFirstMs;
        onValue(value);
      }
    } catch (error) {
      if (signal.aborted) return;
      onBroken(error);
    }
    await pause(waitMs, signal);
    waitMs = Math.min(waitMs * 2, retryMostMs);
  }
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal.addEventListener('abort', done);
  });
}
