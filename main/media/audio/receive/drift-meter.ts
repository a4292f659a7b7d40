/**
 * How fast the sender's clock runs against ours, from the fastest packet of each five seconds: jitter only ever makes packets
 * later. Display only: the playout delay follows drift by itself, as it follows every other change of the way.
 */
export interface DriftMeter {
  /** @param timestamp 32 bit, 48 kHz */
  packet(timestamp: number, arrivalMs: number): void;
  /** Above 0: the sender's clock is slower than ours. Null until 30 s are known. */
  readonly ppm: number | null;
}

const windowMs = 5_000;
/** Two minutes: long against jitter, short against a sound card warming up. */
const windows = 24;
const windowsNeeded = 6;
/** No sound card is this far off; it was the way that changed. */
const maxPpm = 1_000;

export function createDriftMeter(): DriftMeter {
  const minima = new Float64Array(windows);
  let count = 0;
  /** Fractions, written in place: each write to a captured variable would put a number on the heap. */
  const state = { windowStartMs: Number.NaN, leastMs: Number.POSITIVE_INFINITY, lastTimestamp: Number.NaN, mediaMs: 0 };

  /** Least squares over the windows' minima: ms of growth per ms, as parts per million. */
  function slope(): number | null {
    const known = Math.min(count, windows);
    if (known < windowsNeeded) return null;
    const middle = (known - 1) / 2;
    let products = 0;
    let squares = 0;
    for (let i = 0; i < known; i += 1) {
      products += (i - middle) * (minima[(count - known + i) % windows] ?? 0);
      squares += (i - middle) ** 2;
    }
    const ppm = (products / squares / windowMs) * 1e6;
    return Math.abs(ppm) > maxPpm ? null : ppm;
  }

  return {
    packet(timestamp, arrivalMs) {
      if (Number.isNaN(state.windowStartMs)) {
        state.windowStartMs = arrivalMs;
        state.lastTimestamp = timestamp;
      }
      state.mediaMs += ((timestamp - state.lastTimestamp) | 0) / 48;
      state.lastTimestamp = timestamp;
      state.leastMs = Math.min(state.leastMs, arrivalMs - state.mediaMs);
      if (arrivalMs - state.windowStartMs < windowMs) return;
      minima[count % windows] = state.leastMs;
      count += 1;
      state.windowStartMs = arrivalMs;
      state.leastMs = Number.POSITIVE_INFINITY;
    },
    get ppm() {
      return slope();
    },
  };
}
