/**
 * State that others watch: the current value first, then changes. A slow watcher is never queued up for: it gets the
 * newest state of each thing once it is ready, so memory is bounded by what exists, not by how fast it changes.
 */
export interface ObservableValue<T> {
  get(): T;
  set(next: T): void;
  /** Ends when `signal` aborts. */
  watch(signal: AbortSignal | undefined): AsyncGenerator<T, void, void>;
}

export type CollectionChange<Key, Item> =
  | { readonly type: 'snapshot'; readonly items: Item[] }
  | { readonly type: 'upsert'; readonly item: Item }
  | { readonly type: 'remove'; readonly key: Key };

export interface ObservableCollection<Key, Item> {
  get(key: Key): Item | undefined;
  values(): Item[];
  upsert(item: Item): void;
  remove(key: Key): void;
  /** Makes the collection hold exactly these; watchers see only the differences. */
  replaceAll(items: readonly Item[]): void;
  watch(signal: AbortSignal | undefined): AsyncGenerator<CollectionChange<Key, Item>, void, void>;
}

/** A one-place bell: `ring` wakes whoever waits, or the next who does. */
interface Bell {
  ring(): void;
  wait(): Promise<void>;
}

function createBell(): Bell {
  let rung = false;
  let wake: (() => void) | null = null;
  return {
    ring() {
      rung = true;
      wake?.();
    },
    async wait() {
      if (!rung) await new Promise<void>((resolve) => (wake = resolve));
      rung = false;
      wake = null;
    },
  };
}

/** Runs `take` each time the bell rings until `signal` aborts; `enrol`/`leave` bracket the watcher's life. */
async function* drain<T>(
  signal: AbortSignal | undefined,
  watchers: Set<() => void>,
  bell: Bell,
  take: () => Iterable<T>,
): AsyncGenerator<T, void, void> {
  const ring = (): void => bell.ring();
  watchers.add(ring);
  signal?.addEventListener('abort', ring);
  try {
    for (;;) {
      if (signal?.aborted === true) return;
      for (const item of take()) yield item;
      await bell.wait();
    }
  } finally {
    watchers.delete(ring);
    signal?.removeEventListener('abort', ring);
  }
}

export function createValue<T>(initial: T, equal: (a: T, b: T) => boolean = Object.is): ObservableValue<T> {
  let current = initial;
  let version = 0;
  const watchers = new Set<() => void>();
  return {
    get: () => current,
    set(next) {
      if (equal(current, next)) return;
      current = next;
      version += 1;
      for (const ring of watchers) ring();
    },
    watch(signal) {
      let seen = -1;
      return drain(signal, watchers, createBell(), function* take() {
        if (seen === version) return;
        seen = version;
        yield current;
      });
    },
  };
}

export function createCollection<Key, Item>(
  keyOf: (item: Item) => Key,
  equal: (a: Item, b: Item) => boolean = Object.is,
): ObservableCollection<Key, Item> {
  const items = new Map<Key, Item>();
  const watchers = new Set<() => void>();
  const touched = new Set<Set<Key>>();
  const touch = (key: Key): void => {
    for (const pending of touched) pending.add(key);
    for (const ring of watchers) ring();
  };
  const upsert = (item: Item): void => {
    const key = keyOf(item);
    const before = items.get(key);
    if (before !== undefined && equal(before, item)) return;
    items.set(key, item);
    touch(key);
  };
  const remove = (key: Key): void => {
    if (items.delete(key)) touch(key);
  };
  return {
    get: (key) => items.get(key),
    values: () => [...items.values()],
    upsert,
    remove,
    replaceAll(next) {
      const keep = new Set(next.map((item) => keyOf(item)));
      for (const key of items.keys()) if (!keep.has(key)) remove(key);
      for (const item of next) upsert(item);
    },
    async *watch(signal) {
      const pending = new Set<Key>();
      touched.add(pending);
      let started = false;
      try {
        yield* drain(signal, watchers, createBell(), function* take(): Iterable<CollectionChange<Key, Item>> {
          if (!started) {
            started = true;
            pending.clear();
            yield { type: 'snapshot', items: [...items.values()] };
          }
          for (const key of pending) {
            pending.delete(key);
            const item = items.get(key);
            yield item === undefined ? { type: 'remove', key } : { type: 'upsert', item };
          }
        });
      } finally {
        touched.delete(pending);
      }
    },
  };
}

/** Events without a current state: a watcher gets what happens from now on. */
export interface EventFeed<T> {
  emit(event: T): void;
  watch(signal: AbortSignal | undefined): AsyncGenerator<T, void, void>;
}

/**
 * @param limit events that a watcher may fall behind
 * @param missed what one that fell further behind is told instead of all of them; without it, the oldest are lost to it
 */
export function createFeed<T>(limit: number, missed?: T): EventFeed<T> {
  const watchers = new Set<() => void>();
  const queues = new Set<T[]>();
  return {
    emit(event) {
      for (const queue of queues) {
        if (queue.length >= limit) {
          if (missed === undefined) queue.shift();
          else queue.splice(0, queue.length, missed);
        }
        queue.push(event);
      }
      for (const ring of watchers) ring();
    },
    async *watch(signal) {
      const queue: T[] = [];
      queues.add(queue);
      try {
        yield* drain(signal, watchers, createBell(), () => queue.splice(0));
      } finally {
        queues.delete(queue);
      }
    },
  };
}
