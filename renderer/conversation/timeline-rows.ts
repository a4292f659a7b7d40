import type { CallRecordView, MessageView, TimelineItem } from '../../preload/contract/index.ts';
import { timeOf } from '../state/index.ts';
import { daysAgo } from '../ui/index.ts';

/** Messages of one side within this time of each other stand together. */
const groupWithinMs = 5 * 60_000;

export type TimelineRow =
  | { readonly kind: 'day'; readonly id: string; readonly atMs: number }
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

/** The rows of a conversation, oldest first: day separators, calls, and messages in groups. */
export function timelineRows(items: Iterable<TimelineItem>): readonly TimelineRow[] {
  const sorted = [...items].toSorted((a, b) => timeOf(a) - timeOf(b) || (a.id < b.id ? -1 : 1));
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
    if (item.kind === 'call') rows.push({ kind: 'call', id: item.id, call: item });
    else {
      rows.push({
        kind: 'bubble',
        id: item.id,
        message: item,
        first: !belongsTogether(before, item),
        last: !belongsTogether(item, after),
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
