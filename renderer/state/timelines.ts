import type { TimelineItem } from '../../preload/contract/index.ts';
import type { Client } from './ports.ts';
import { applyChange } from './collection.ts';
import { follow } from './follow.ts';
import type { TimelineState, UiStore } from './store.ts';

/** Newest items fetched when a conversation opens, and older ones fetched at a time when scrolling up. */
const pageItems = 60;

export const timeOf = (item: TimelineItem): number => (item.kind === 'message' ? item.atMs : item.startedMs);

const fresh: TimelineState = { items: new Map(), ready: false, more: false, loading: false };

/** Open conversations: each is subscribed to while at least one view shows it. */
export class Timelines {
  readonly #client: Client;
  readonly #store: UiStore;
  readonly #open = new Map<string, { users: number; stop: AbortController }>();

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
    };
  }

  async loadOlder(id: string): Promise<void> {
    const now = this.#state(id);
    if (!now.ready || !now.more || now.loading) return;
    this.#put(id, { ...now, loading: true });
    try {
      const beforeMs = Math.min(...[...now.items.values()].map(timeOf));
      const page = await this.#client.conversations.page({ id, beforeMs, limit: pageItems });
      const before = this.#state(id);
      const items = new Map([...page.items.map((item): [string, TimelineItem] => [item.id, item]), ...before.items]);
      this.#put(id, { ...before, items, more: page.more, loading: false });
    } catch (error) {
      this.#put(id, { ...this.#state(id), loading: false });
      throw error;
    }
  }

  #subscribe(id: string) {
    const entry = { users: 0, stop: new AbortController() };
    this.#open.set(id, entry);
    void follow(
      (signal) => this.#client.conversations.watchTimeline({ id, limit: pageItems }, { signal }),
      (change) => {
        const now = this.#state(id);
        const items = applyChange(now.items, change, (item: TimelineItem) => item.id);
        const more = change.type === 'snapshot' ? change.items.length >= pageItems : now.more;
        this.#put(id, { ...now, items, more, ready: true });
      },
      entry.stop.signal,
    );
    return entry;
  }

  #state(id: string): TimelineState {
    return this.#store.getState().timelines.get(id) ?? fresh;
  }

  #put(id: string, next: TimelineState): void {
    this.#store.setState(({ timelines }) => ({ timelines: new Map(timelines).set(id, next) }));
  }
}
