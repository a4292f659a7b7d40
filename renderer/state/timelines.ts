import type { TimelineItem } from '../../preload/contract/index.ts';
import type { Client } from './ports.ts';
import { codeOf } from './errors.ts';
import { follow } from './follow.ts';
import type { UiStore } from './store.ts';
import { freshTimeline, timelineAfter, timeOf, type Loading, type TimelineEvent, type TimelineState } from './timeline-window.ts';

/** Newest items fetched when a conversation opens, and fetched at a time when reading on. */
const pageItems = 60;

/** Where in a conversation: at a message, or at a moment. */
export type Place = { readonly messageId: string } | { readonly ms: number };

interface Open {
  users: number;
  readonly stop: AbortController;
  /** Counts what was asked for: an answer to something older is not wanted any more. */
  asked: number;
}

/** Open conversations: each is subscribed to while at least one view shows it. */
export class Timelines {
  readonly #client: Client;
  readonly #store: UiStore;
  readonly #open = new Map<string, Open>();

  constructor(client: Client, store: UiStore) {
    this.#client = client;
    this.#store = store;
  }

  /** Shows a conversation; the returned function lets go of it. */
  open(id: string): () => void {
    const entry = this.#open.get(id) ?? this.#subscribe(id);
    entry.users += 1;
    return () => {
      entry.users -= 1;
      if (entry.users > 0) return;
      entry.stop.abort();
      this.#open.delete(id);
      // Who comes back begins at the end, or at what is new.
      this.#store.setState(({ timelines }) => {
        const left = new Map(timelines);
        left.delete(id);
        return { timelines: left };
      });
    };
  }

  /** Reads on from the oldest, or the newest, item that is held. A failure shows in the state. */
  async loadOlder(id: string): Promise<void> {
    const { ready, older, loading, items } = this.#state(id);
    if (!ready || !older || loading !== null) return;
    const beforeMs = Math.min(...[...items.values()].map(timeOf));
    await this.#ask(id, 'older', async () => ({
      type: 'older',
      ...(await this.#client.conversations.page({ id, beforeMs, limit: pageItems })),
    })).catch(() => undefined); // said where the items would be
  }

  async loadNewer(id: string): Promise<void> {
    const { ready, newer, loading, items } = this.#state(id);
    if (!ready || !newer || loading !== null) return;
    const afterMs = Math.max(...[...items.values()].map(timeOf));
    await this.#ask(id, 'newer', async () => ({
      type: 'newer',
      ...(await this.#client.conversations.pageAfter({ id, afterMs, limit: pageItems })),
    })).catch(() => undefined); // said where the items would be
  }

  /** Goes to the end, if that is not held. */
  async toNewest(id: string): Promise<void> {
    if (!this.#state(id).newer) return;
    await this.#ask(id, 'elsewhere', async () => {
      const { items, more } = await this.#client.conversations.page({ id, beforeMs: null, limit: pageItems });
      return { type: 'elsewhere', items, older: more, newer: false };
    });
  }

  /** Sees to it that a message, or what was said at a moment and after it, is held. Fails like the request. */
  async show(id: string, place: Place): Promise<void> {
    const { ready, items, newer } = this.#state(id);
    if (ready && 'messageId' in place && items.has(place.messageId)) return;
    if (ready && 'ms' in place && holds([...items.values()], newer, place.ms)) return;
    await this.#ask(id, 'elsewhere', async () => ({
      type: 'elsewhere',
      ...(await this.#client.conversations.around({ id, at: place, limit: pageItems })),
    }));
  }

  /** Puts the answer into the window, unless something else was asked for meanwhile. */
  async #ask(id: string, way: Loading, request: () => Promise<TimelineEvent>): Promise<void> {
    const entry = this.#open.get(id);
    if (entry === undefined) return;
    entry.asked += 1;
    const { asked } = entry;
    this.#reduce(id, { type: 'load', way });
    try {
      const event = await request();
      if (entry.asked === asked && !entry.stop.signal.aborted) this.#reduce(id, event);
    } catch (error) {
      if (entry.asked === asked && !entry.stop.signal.aborted) this.#reduce(id, { type: 'failed' });
      throw error;
    }
  }

  #subscribe(id: string): Open {
    const entry: Open = { users: 0, stop: new AbortController(), asked: 0 };
    this.#open.set(id, entry);
    void follow(
      (signal) => this.#client.conversations.watchTimeline({ id, limit: pageItems }, { signal }),
      (change) => {
        const { newer, items, loading } = this.#state(id);
        this.#reduce(id, { type: 'change', change, limit: pageItems });
        // The line was broken while something else than the end was shown: what changed meanwhile nobody said.
        if (change.type === 'snapshot' && newer && loading === null) this.#again(id, [...items.values()]);
        const now = this.#state(id);
        if (now.items.size === 0 && now.newer && now.loading === null) void this.toNewest(id).catch(() => undefined); // said in the state
        if (now.items.size === 0 && now.older && now.loading === null) this.#again(id, [...items.values()]);
      },
      entry.stop.signal,
      (error) => {
        // Those say that the line or the engine broke, which the window tells. It is opened again in any case.
        const isOfLine = codeOf(error) === 'CANCELLED' || codeOf(error) === 'INTERNAL';
        if (!isOfLine && !this.#state(id).ready) this.#reduce(id, { type: 'failed' });
      },
    );
    return entry;
  }

  /** Reads once more what is shown. */
  #again(id: string, items: readonly TimelineItem[]): void {
    const middle = items[Math.floor(items.length / 2)];
    const at = { ms: middle === undefined ? 0 : timeOf(middle) };
    void this.#ask(id, 'elsewhere', async () => ({
      type: 'elsewhere',
      ...(await this.#client.conversations.around({ id, at, limit: 2 * pageItems })),
    })).catch(() => undefined); // said in the state
  }

  #state(id: string): TimelineState {
    return this.#store.getState().timelines.get(id) ?? freshTimeline;
  }

  #reduce(id: string, event: TimelineEvent): void {
    const next = timelineAfter(this.#state(id), event);
    this.#store.setState(({ timelines }) => ({ timelines: new Map(timelines).set(id, next) }));
  }
}

/** A moment lies within what is held. */
function holds(items: readonly TimelineItem[], newer: boolean, ms: number): boolean {
  const times = items.map(timeOf);
  return times.some((time) => time < ms) && (!newer || times.some((time) => time >= ms));
}
