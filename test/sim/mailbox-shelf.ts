import type { ItemBody, KeptItem, MailboxShelf } from '../../main/overlay/index.ts';
import { toHex } from '../../main/ports/hex.ts';

/** What a supernode keeps of mailboxes, without a disk; it outlives the node that is given it. */
export function memoryMailboxShelf(): MailboxShelf {
  const boxes = new Map<string, { readonly target: Uint8Array; readonly record: Uint8Array }>();
  const items = new Map<string, { readonly item: KeptItem; readonly body: ItemBody | null }>();
  const nameOf = (target: Uint8Array, id: Uint8Array): string => `${toHex(target)} ${toHex(id)}`;
  return {
    loadBoxes: () => [...boxes.values()],
    loadItems: () => [...items.values()].map(({ item }) => item),
    saveBox: (target, record) => void boxes.set(toHex(target), { target, record }),
    removeBox(target) {
      boxes.delete(toHex(target));
      for (const key of items.keys()) if (key.startsWith(toHex(target))) items.delete(key);
    },
    saveItem: (item, body) => void items.set(nameOf(item.target, item.id), { item, body }),
    removeItem: (target, id) => void items.delete(nameOf(target, id)),
    body: (target, id) => items.get(nameOf(target, id))?.body ?? null,
  };
}
