import { array, assert, constantFrom, integer, property } from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { TimelineItem } from '../../../../preload/contract/index.ts';
import { newLineAfter, noNewLine } from '../../../../renderer/conversation/new-line.ts';
import {
  inOrder,
  nothingSelected,
  selectedMost,
  selectionAfter,
  type Selection,
} from '../../../../renderer/conversation/selection.ts';
import { timelineRows } from '../../../../renderer/conversation/timeline-rows.ts';
import {
  byTime,
  freshTimeline,
  timelineAfter,
  windowMost,
  type TimelineEvent,
  type TimelineState,
} from '../../../../renderer/state/timeline-window.ts';
import { aMessage } from '../samples.ts';

const messages = Array.from({ length: 1_000 }, (_, index) =>
  aMessage({ id: index.toString(16).padStart(32, '0'), atMs: index * 1_000, text: `message ${index}` }),
);
const between = (from: number, to: number): readonly TimelineItem[] => messages.slice(from, to);
const message = (index: number) => messages[index] ?? aMessage({});
const after = (...events: readonly TimelineEvent[]): TimelineState => events.reduce(timelineAfter, freshTimeline);
const snapshot = (from: number, to: number): TimelineEvent => ({
  type: 'change',
  change: { type: 'snapshot', items: between(from, to) },
  limit: 60,
});
const put = (item: TimelineItem): TimelineEvent => ({ type: 'change', change: { type: 'upsert', item }, limit: 60 });
const gone = (key: string): TimelineEvent => ({ type: 'change', change: { type: 'remove', key }, limit: 60 });
const numbers = (state: TimelineState): readonly number[] =>
  [...state.items.values()].toSorted(byTime).map((item) => Number.parseInt(item.id, 16));
const run = (from: number, to: number): readonly number[] => Array.from({ length: to - from }, (_, index) => from + index);

describe('What is held of a conversation', () => {
  it('begins with the newest, and knows whether there is more', () => {
    expect(after(snapshot(940, 1_000))).toMatchObject({ ready: true, older: true, newer: false });
    expect(after(snapshot(990, 1_000))).toMatchObject({ ready: true, older: false, newer: false });
  });
  it('grows at both ends', () => {
    const middle = after(
      snapshot(940, 1_000),
      { type: 'load', way: 'elsewhere' },
      { type: 'elsewhere', items: between(500, 560), older: true, newer: true },
      { type: 'load', way: 'older' },
      { type: 'older', items: between(440, 500), more: true },
      { type: 'load', way: 'newer' },
      { type: 'newer', items: between(560, 620), more: true },
    );
    expect(numbers(middle)).toEqual(run(440, 620));
    expect(middle).toMatchObject({ older: true, newer: true, loading: null });
  });
  it('never has a gap: what lies beyond an end that is not reached stays out', () => {
    const middle = after({ type: 'elsewhere', items: between(500, 560), older: true, newer: true });
    // A receipt for something old, a new message, one that comes back from the middle.
    expect(numbers([put(message(3)), put(message(999))].reduce(timelineAfter, middle))).toEqual(run(500, 560));
    const without = timelineAfter(middle, gone(message(520).id));
    expect(numbers(without)).not.toContain(520);
    expect(numbers(timelineAfter(without, put(message(520))))).toEqual(run(500, 560));
    expect(numbers(timelineAfter(after(snapshot(940, 999)), put(message(999))))).toEqual(run(940, 1_000));
  });
  it('loses nothing that happens while something is on its way', () => {
    const state = after(
      snapshot(940, 999),
      { type: 'elsewhere', items: between(500, 560), older: true, newer: true },
      { type: 'load', way: 'elsewhere' },
      put(message(999)),
      gone(message(950).id),
      { type: 'elsewhere', items: between(939, 999), older: true, newer: false },
    );
    expect(numbers(state)).toEqual(run(939, 1_000).filter((number) => number !== 950));
    expect(state.since).toEqual([]);
  });
  it('tells what could not be read, and keeps what there is', () => {
    const state = after(snapshot(940, 1_000), { type: 'load', way: 'older' }, { type: 'failed' });
    expect(state).toMatchObject({ failed: 'older', loading: null });
    expect(numbers(state)).toEqual(run(940, 1_000));
  });
  it('lets the far end go, so that it stays small in a conversation of any length', () => {
    let state = after(snapshot(940, 1_000));
    for (let from = 940; from > 0; from -= 60) {
      const older: TimelineEvent = { type: 'older', items: between(Math.max(0, from - 60), from), more: from > 60 };
      state = timelineAfter(timelineAfter(state, { type: 'load', way: 'older' }), older);
      expect(state.items.size).toBeLessThanOrEqual(windowMost);
    }
    expect(numbers(state)).toEqual(run(0, windowMost));
    expect(state).toMatchObject({ older: false, newer: true });
    const flooded = messages.reduce((now, item) => timelineAfter(now, put(item)), after(snapshot(0, 1)));
    expect(flooded.items.size).toBeLessThanOrEqual(2 * windowMost);
    expect(numbers(flooded).at(-1)).toBe(999);
    expect(flooded.older).toBe(true);
  });
  it('is one piece without gaps, whatever happens in whatever order', () => {
    const acts = array(constantFrom('older', 'newer', 'new', 'old', 'jump', 'newest'), { maxLength: 40 });
    assert(
      property(acts, integer({ min: 0, max: 900 }), (list, seed) => {
        let newest = 900;
        let state = after(snapshot(840, 900));
        for (const [index, act] of list.entries()) {
          const held = numbers(state);
          const [first = 0, last = 0] = [held[0], held.at(-1)];
          if (act === 'older' && state.older)
            state = timelineAfter(state, { type: 'older', items: between(Math.max(0, first - 60), first), more: first > 60 });
          else if (act === 'newer' && state.newer)
            state = timelineAfter(state, {
              type: 'newer',
              items: between(last + 1, Math.min(newest, last + 61)),
              more: last + 61 < newest,
            });
          else if (act === 'new' && newest < 1_000) state = timelineAfter(state, put(message(newest++)));
          else if (act === 'old') state = timelineAfter(state, put(message((seed * 7 + index * 13) % newest)));
          else if (act === 'jump') {
            const from = (seed + index * 97) % (newest - 60);
            const items = between(from, from + 60);
            state = timelineAfter(state, { type: 'elsewhere', items, older: from > 0, newer: from + 60 < newest });
          } else if (act === 'newest')
            state = timelineAfter(state, { type: 'elsewhere', items: between(newest - 60, newest), older: true, newer: false });
          const now = numbers(state);
          expect(now).toEqual(run(now[0] ?? 0, (now.at(-1) ?? -1) + 1));
          expect(state.newer || now.at(-1) === newest - 1).toBe(true);
          expect(state.older || now[0] === 0).toBe(true);
        }
      }),
    );
  });
});

describe('The "New" line', () => {
  it('stands above the first message that was unread on opening, also after it was read', () => {
    const opened = newLineAfter(noNewLine, 5_000, null);
    expect(opened.fromMs).toBe(5_000);
    const read = newLineAfter(opened, null, 5_000);
    expect(read.fromMs).toBe(5_000);
    expect(newLineAfter(opened, 6_000, null).fromMs).toBe(5_000);
  });
  it('moves up to what came late and stands above it', () => {
    expect(newLineAfter(newLineAfter(noNewLine, 5_000, null), 4_000.5, null).fromMs).toBe(4_000.5);
  });
  it('moves to what comes next while nobody looks, and not to what comes while somebody does', () => {
    const read = newLineAfter(newLineAfter(noNewLine, 5_000, null), null, 5_000);
    expect(newLineAfter(read, 9_000, 5_000).fromMs).toBe(5_000);
    expect(newLineAfter(read, 9_000, null).fromMs).toBe(9_000);
    expect(newLineAfter(noNewLine, 9_000, 5_000).fromMs).toBeNull();
  });
  it('stands above what came further up while somebody looked at the end', () => {
    expect(newLineAfter({ fromMs: 5_000, read: true }, 6_000.5, 8_000)).toEqual({ fromMs: 6_000.5, read: false });
    expect(newLineAfter(noNewLine, 6_000.5, 8_000).fromMs).toBe(6_000.5);
  });
  it('is a row above its message, which begins a group of its own', () => {
    const rows = timelineRows(between(0, 3), 1_000);
    expect(rows.map((row) => (row.kind === 'bubble' ? `${row.first ? '<' : ''}${row.last ? '>' : ''}` : row.kind))).toEqual([
      'day',
      '<>',
      'new',
      '<',
      '>',
    ]);
  });
});

describe('Choosing messages', () => {
  const order = messages.slice(0, 700);
  const chosen = (selection: Selection) => inOrder(selection).map(({ id }) => Number.parseInt(id, 16));
  it('is one by one, or up to where Shift points, in either direction', () => {
    let selection = selectionAfter(nothingSelected, { type: 'toggle', message: message(10) });
    selection = selectionAfter(selection, { type: 'extend', message: message(13), order });
    expect(chosen(selection)).toEqual([10, 11, 12, 13]);
    selection = selectionAfter(selection, { type: 'extend', message: message(8), order });
    expect(chosen(selection)).toEqual([8, 9, 10, 11, 12, 13]);
    selection = selectionAfter(selection, { type: 'toggle', message: message(9) });
    expect(chosen(selection)).toEqual([8, 10, 11, 12, 13]);
    for (const index of [8, 10, 11, 12, 13]) selection = selectionAfter(selection, { type: 'toggle', message: message(index) });
    expect(selection).toEqual(nothingSelected);
  });
  it('keeps to as many as can be dealt with at once', () => {
    const first = selectionAfter(nothingSelected, { type: 'extend', message: message(0), order });
    const all = selectionAfter(first, { type: 'extend', message: message(699), order });
    expect(chosen(all)).toHaveLength(selectedMost);
    expect(selectionAfter(all, { type: 'clear' })).toEqual(nothingSelected);
  });
});
