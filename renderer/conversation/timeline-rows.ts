import type { CallRecordView, MessageView, TimelineItem } from '../../preload/contract/index.ts';
import { byTime, timeOf } from '../state/index.ts';
import { daysAgo } from '../ui/index.ts';

/** Messages of one side within this time of each other stand together. */
const groupWithinMs = 5 * 60_000;

export type TimelineRow =
  | { readonly kind: 'day'; readonly id: string; readonly atMs: number }
  /** From here on it had not been read. */
  | { readonly kind: 'new'; readonly id: 'new' }
  | { readonly kind: 'call'; readonly id: string; readonly call: CallRecordView }
  | {
      readonly kind: 'bubble';
      readonly id: string;
      readonly message: MessageView;
      /** First and last of its group; the last shows the time. */
      readonly first: boolean;
      readonly last: boolean;
      /** Ours, and the newest of those that wait until both are online: says so below. */
      readonly waits: boolean;
    };

/**
 * The rows of a conversation, oldest first: day separators, calls, and messages in groups.
 * @param newFromMs when the first message came that was not read; null: nothing is new
 */
export function timelineRows(items: Iterable<TimelineItem>, newFromMs: number | null = null): readonly TimelineRow[] {
  const sorted = [...items].toSorted(byTime);
  const firstNew = newFromMs === null ? -1 : sorted.findIndex((item) => timeOf(item) >= newFromMs);
  const lastWaiting = sorted.findLast(
    (item) => item.kind === 'message' && item.direction === 'out' && item.delivery === 'meeting',
  );
  const rows: TimelineRow[] = [];
  for (const [index, item] of sorted.entries()) {
    const before = sorted[index - 1];
    const after = sorted[index + 1];
    if (before === undefined || daysAgo(timeOf(before), timeOf(item)) !== 0) {
      rows.push({ kind: 'day', id: `day-${new Date(timeOf(item)).toDateString()}`, atMs: timeOf(item) });
    }
    if (index === firstNew) rows.push({ kind: 'new', id: 'new' });
    if (item.kind === 'call') rows.push({ kind: 'call', id: item.id, call: item });
    else {
      rows.push({
        kind: 'bubble',
        id: item.id,
        message: item,
        first: index === firstNew || !belongsTogether(before, item),
        last: index + 1 === firstNew || !belongsTogether(item, after),
        waits: item === lastWaiting,
      });
    }
  }
  return rows;
}

function belongsTogether(a: TimelineItem | undefined, b: TimelineItem | undefined): boolean {
  if (a?.kind !== 'message' || b?.kind !== 'message') return false;
  return a.direction === b.direction && b.atMs - a.atMs <= groupWithinMs && daysAgo(a.atMs, b.atMs) === 0;
}
