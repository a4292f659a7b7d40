import type { TimelineItem } from '../../preload/contract/index.ts';
import { applyChange, type CollectionEvent } from './collection.ts';
import { missingCase } from './missing-case.ts';

/**
 * Items of a conversation that are held at most: a few screens. What is further away is read again when somebody goes there, so that a
 * conversation of a hundred thousand messages costs no more than a short one.
 */
export const windowMost = 400;

/** Which way is being read: further back, further on, or somewhere else altogether. */
export type Loading = 'older' | 'newer' | 'elsewhere';

/** From the subscription; its snapshot is of the newest items, `limit` of them if there are so many. */
interface Changed {
  readonly type: 'change';
  readonly change: CollectionEvent<TimelineItem>;
  readonly limit: number;
}

/** What is held of a conversation: a piece without gaps. */
export interface TimelineState {
  readonly items: ReadonlyMap<string, TimelineItem>;
  readonly ready: boolean;
  /** There may be items before, and after, these. */
  readonly older: boolean;
  readonly newer: boolean;
  readonly loading: Loading | null;
  /** What could not be read; null: all could. */
  readonly failed: Loading | null;
  /** Changes since reading began: what comes may have been read before them. */
  readonly since: readonly Changed[];
}

export const freshTimeline: TimelineState = {
  items: new Map(),
  ready: false,
  older: false,
  newer: false,
  loading: null,
  failed: null,
  since: [],
};

export type TimelineEvent =
  | Changed
  | { readonly type: 'load'; readonly way: Loading }
  | { readonly type: 'failed' }
  | { readonly type: 'older' | 'newer'; readonly items: readonly TimelineItem[]; readonly more: boolean }
  | { readonly type: 'elsewhere'; readonly items: readonly TimelineItem[]; readonly older: boolean; readonly newer: boolean };

export const timeOf = (item: TimelineItem): number => (item.kind === 'message' ? item.atMs : item.startedMs);

/** The order of a conversation. */
export const byTime = (a: TimelineItem, b: TimelineItem): number => timeOf(a) - timeOf(b) || (a.id < b.id ? -1 : 1);

/** What is held after something happened. */
export function timelineAfter(state: TimelineState, event: TimelineEvent): TimelineState {
  switch (event.type) {
    case 'change': {
      const since = state.loading === null ? state.since : [...state.since, event];
      return { ...changed(state, event), since };
    }
    case 'load':
      return { ...state, loading: event.way, failed: null, since: [] };
    case 'failed':
      return { ...state, loading: null, failed: state.loading ?? 'elsewhere', since: [] };
    case 'older': {
      const items = [...event.items, ...state.items.values()];
      return settled({ ...state, items: mapOf(items), older: event.more }, 'newest');
    }
    case 'newer': {
      const items = [...state.items.values(), ...event.items];
      return settled({ ...state, items: mapOf(items), newer: event.more }, 'oldest');
    }
    case 'elsewhere': {
      const { older, newer } = event;
      return settled({ ...state, items: mapOf(event.items), ready: true, older, newer }, 'oldest');
    }
    default:
      return missingCase(event);
  }
}

const mapOf = (items: readonly TimelineItem[]): ReadonlyMap<string, TimelineItem> =>
  new Map(items.map((item) => [item.id, item]));

/** What was read is there: what changed meanwhile is said to it again, and the far end is let go. */
function settled(state: TimelineState, far: 'oldest' | 'newest'): TimelineState {
  const now = state.since.reduce(changed, { ...state, loading: null, failed: null, since: [] });
  return trimmed(now, windowMost, far);
}

function changed(state: TimelineState, { change, limit }: Changed): TimelineState {
  if (change.type === 'snapshot') {
    // Of the newest: says nothing to who is elsewhere.
    if (state.newer) return state;
    return { ...state, items: applyChange(state.items, change, idOf), ready: true, older: change.items.length >= limit };
  }
  if (change.type === 'upsert' && !belongs(state, change.item)) return state;
  const next = { ...state, items: applyChange(state.items, change, idOf) };
  // A flood must not make it grow without end.
  return next.items.size > 2 * windowMost ? trimmed(next, windowMost, 'oldest') : next;
}

const idOf = (item: TimelineItem): string => item.id;

/** It is held, or lies where there is no gap between it and what is held. */
function belongs(state: TimelineState, item: TimelineItem): boolean {
  if (state.items.has(item.id)) return true;
  let before = false;
  let after = false;
  for (const held of state.items.values()) {
    if (byTime(held, item) < 0) before = true;
    else after = true;
    if (before && after) return true;
  }
  return (before || !state.older) && (after || !state.newer);
}

function trimmed(state: TimelineState, most: number, far: 'oldest' | 'newest'): TimelineState {
  if (state.items.size <= most) return state;
  const sorted = [...state.items.values()].toSorted(byTime);
  return far === 'oldest'
    ? { ...state, items: mapOf(sorted.slice(-most)), older: true }
    : { ...state, items: mapOf(sorted.slice(0, most)), newer: true };
}
