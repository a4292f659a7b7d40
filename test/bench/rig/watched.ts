/** A subscription read in the background: what came, and waiting for what will. Made once, before what it is to see. */
export interface Watched<Item> {
  /** The first item, past or future, that is wanted. Rejects after `timeoutMs`, or when the subscription ends. */
  first(wanted: (item: Item) => boolean, what: string): Promise<Stamped<Item>>;
  stop(): void;
}

/** With the moment it reached this process, by `performance.now()`. */
export interface Stamped<Item> {
  readonly item: Item;
  readonly atMs: number;
}

const timeoutMs = 60_000;

type Collection<Item> =
  | { readonly type: 'snapshot'; readonly items: readonly Item[] }
  | { readonly type: 'upsert'; readonly item: Item }
  | { readonly type: 'remove' };

export const itemsOf = <Item>(change: Collection<Item>): readonly Item[] =>
  change.type === 'snapshot' ? change.items : change.type === 'upsert' ? [change.item] : [];

export async function watch<Change, Item>(
  subscribe: (signal: AbortSignal) => Promise<AsyncIterable<Change>>,
  unpack: (change: Change) => readonly Item[],
): Promise<Watched<Item>> {
  const ending = new AbortController();
  const seen: Stamped<Item>[] = [];
  const lookers = new Set<() => void>();
  let failure: Error | null = null;
  const changes = await subscribe(ending.signal);
  const read = async (): Promise<void> => {
    try {
      for await (const change of changes) {
        const atMs = performance.now();
        for (const item of unpack(change)) seen.push({ item, atMs });
        for (const look of lookers) look();
      }
    } catch (error) {
      failure = error instanceof Error ? error : new Error('the subscription broke', { cause: error });
      for (const look of lookers) look();
    }
  };
  void read();
  return {
    first: (wanted, what) =>
      new Promise((resolve, reject) => {
        const finish = (): void => {
          lookers.delete(look);
          clearTimeout(timer);
        };
        const timer = setTimeout(() => {
          finish();
          reject(new Error(`not seen in ${timeoutMs} ms: ${what}`));
        }, timeoutMs);
        let at = 0;
        const look = (): void => {
          for (; at < seen.length; at += 1) {
            const stamped = seen[at];
            if (stamped === undefined || !wanted(stamped.item)) continue;
            finish();
            resolve(stamped);
            return;
          }
          if (failure === null) return;
          finish();
          reject(failure);
        };
        lookers.add(look);
        look();
      }),
    stop: () => ending.abort(),
  };
}
