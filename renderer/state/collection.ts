import { missingCase } from './missing-case.ts';

/** A keyed subscription of the contract: the whole first, then what changed. */
export type CollectionEvent<Item> =
  | { readonly type: 'snapshot'; readonly items: readonly Item[] }
  | { readonly type: 'upsert'; readonly item: Item }
  | { readonly type: 'remove'; readonly key: string };

/** The next state of a collection. A snapshot replaces everything: what it does not hold is gone. */
export function applyChange<Item>(
  current: ReadonlyMap<string, Item>,
  change: CollectionEvent<Item>,
  keyOf: (item: Item) => string,
): ReadonlyMap<string, Item> {
  switch (change.type) {
    case 'snapshot':
      return new Map(change.items.map((item) => [keyOf(item), item]));
    case 'upsert':
      return new Map(current).set(keyOf(change.item), change.item);
    case 'remove': {
      if (!current.has(change.key)) return current;
      const next = new Map(current);
      next.delete(change.key);
      return next;
    }
    default:
      return missingCase(change);
  }
}
