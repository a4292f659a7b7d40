import type { CardShelf, KeptCard } from '../../main/overlay/index.ts';
import { toHex } from '../../main/ports/hex.ts';

/** What a supernode keeps of cards, without a disk; it outlives the node that is given it. */
export function memoryCardShelf(): CardShelf {
  const cards = new Map<string, KeptCard>();
  return {
    load: () => [...cards.values()],
    save: (card) => void cards.set(`${toHex(card.target)} ${toHex(card.key)}`, card),
    remove: (target, key) => void cards.delete(`${toHex(target)} ${toHex(key)}`),
  };
}
