/** Time as the rest of the house sees it. Passed in, so that tests and simulations can own it. */
export interface Clock {
  /** Wall clock, milliseconds since the Unix epoch. May jump; use it for what people and records see. */
  nowMs(): number;
  /** Monotonic milliseconds from an arbitrary origin shared by all processes of one machine. Use it for durations. */
  monotonicMs(): number;
  /** Calls `run` once after `delayMs`. The timer never keeps the process alive on its own. */
  setTimer(delayMs: number, run: () => void): Timer;
}

export interface Timer {
  cancel(): void;
  /** It runs (again) after the same delay, counted from now; not after `cancel`. Makes no object, where a new timer makes a kilobyte of them. */
  restart(): void;
}
