import type { TraceEvent } from '../../../main/media/audio/index.ts';

/**
 * The longest time without a packet of sound, ms.
 * @param fromMs on the trace's clock; a silence that had begun before counts whole
 */
export function longestGapMs(events: readonly TraceEvent[], fromMs: number): number {
  let longest = 0;
  let lastMs: number | null = null;
  for (const event of events) {
    if (event.type !== 'arrived') continue;
    if (lastMs !== null && event.atMs >= fromMs) longest = Math.max(longest, event.atMs - lastMs);
    lastMs = event.atMs;
  }
  return longest;
}

/** When the first packet of sound came, ms on the trace's clock; null if none did. */
export const firstArrivalMs = (events: readonly TraceEvent[]): number | null =>
  events.find(({ type }) => type === 'arrived')?.atMs ?? null;
