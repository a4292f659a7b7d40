import { traceKeptMs } from '../state/index.ts';

/** A moment of a chart; null: nothing was known. */
export interface ChartPoint {
  readonly atMs: number;
  readonly value: number | null;
}

/** Charts are drawn in this box and stretched to their place. */
export const chartBox = { width: 300, height: 40 } as const;

/** The smallest of `tops` that is not below the highest value; the last if none is. */
export function topOf(points: readonly ChartPoint[], tops: readonly [number, ...number[]]): number {
  const highest = highestOf(points) ?? 0;
  return tops.find((top) => top >= highest) ?? tops.at(-1) ?? tops[0];
}

export function highestOf(points: readonly ChartPoint[]): number | null {
  const known = points.flatMap(({ value }) => (value === null ? [] : [value]));
  return known.length === 0 ? null : Math.max(...known);
}

const xOf = (atMs: number, nowMs: number): number => chartBox.width * (1 - (nowMs - atMs) / traceKeptMs);
const yOf = (value: number, top: number): number => chartBox.height * (1 - Math.min(1, Math.max(0, value / top)));

/** A line through the known values, broken where nothing was known or nothing came for a while. */
export function linePath(points: readonly ChartPoint[], top: number, nowMs: number): string {
  let path = '';
  let beforeMs = -Infinity;
  for (const { atMs, value } of points) {
    if (value === null) {
      beforeMs = -Infinity;
      continue;
    }
    path += `${atMs - beforeMs <= 3_000 ? 'L' : 'M'}${xOf(atMs, nowMs).toFixed(1)} ${yOf(value, top).toFixed(1)}`;
    beforeMs = atMs;
  }
  return path;
}

export interface Bar {
  readonly key: number;
  readonly x: number;
  readonly y: number;
  readonly height: number;
}

/** One bar per value; none for nothing. */
export function barsOf(points: readonly ChartPoint[], top: number, nowMs: number): readonly Bar[] {
  return points.flatMap(({ atMs, value }) => {
    if (value === null || value <= 0) return [];
    // The smallest loss can still be seen.
    const y = Math.min(yOf(value, top), chartBox.height - 1);
    return [{ key: atMs, x: xOf(atMs, nowMs), y, height: chartBox.height - y }];
  });
}
