/**
 * How long to wait after the `failures`-th failure in a row (1, 2, …): doubling from `firstMs` to `maxMs`, then anywhere
 * between half of it and all of it, so that many who failed together don't come back together.
 */
export function backoffMs(failures: number, firstMs: number, maxMs: number, fraction: number): number {
  const whole = Math.min(maxMs, firstMs * 2 ** Math.min(30, Math.max(0, failures - 1)));
  return whole / 2 + (whole / 2) * fraction;
}
