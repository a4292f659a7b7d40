import { z } from 'zod';
import type { CardShelf } from '../overlay/index.ts';
import { bytesColumn, type StoreDatabase } from './database.ts';

/** Cards kept for others, as the overlay's keeper bounds them. */
export function cardShelf(database: StoreDatabase): CardShelf {
  const row = z.object({ target: bytesColumn, key: bytesColumn, card: bytesColumn, source: z.string() });
  const select = database.query('SELECT target, key, card, source FROM kept_cards', row);
  const replace = database.write('INSERT OR REPLACE INTO kept_cards (target, key, card, source) VALUES (?, ?, ?, ?)');
  const remove = database.write('DELETE FROM kept_cards WHERE target = ? AND key = ?');
  return {
    load: () => select.all(),
    save: ({ target, key, card, source }) => void replace.run(target, key, card, source),
    remove: (target, key) => void remove.run(target, key),
  };
}

export interface OwnCardRepository {
  load(): readonly Uint8Array[];
  save(cards: readonly Uint8Array[]): void;
}

/** Our own cards that may be with others, the last one last. */
export function ownCardRepository(database: StoreDatabase): OwnCardRepository {
  const select = database.query('SELECT card FROM own_cards ORDER BY rank', z.object({ card: bytesColumn }));
  const clear = database.write('DELETE FROM own_cards');
  const insert = database.write('INSERT INTO own_cards (rank, card) VALUES (?, ?)');
  return {
    load: () => select.all().map(({ card }) => card),
    save: (cards) =>
      database.transaction(() => {
        clear.run();
        for (const [rank, card] of cards.entries()) insert.run(rank, card);
      }),
  };
}
