import { z } from 'zod';
import type { KnownNodes, OwnPort, RecordShelf } from '../overlay/index.ts';
import { bytesColumn, type StoreDatabase } from './database.ts';

/** Enough to find the network again after a long absence; each costs a ping when joining. */
const maxKnownNodes = 500;

export function knownNodesRepository(database: StoreDatabase): KnownNodes {
  const row = z.object({ host: z.string().min(1).max(64), port: z.int().min(1).max(65_535) });
  const select = database.query('SELECT host, port FROM known_nodes ORDER BY rank', row);
  const clear = database.write('DELETE FROM known_nodes');
  const insert = database.write('INSERT OR IGNORE INTO known_nodes (host, port, rank) VALUES (?, ?, ?)');
  return {
    load: () => select.all(),
    save: (nodes) =>
      database.transaction(() => {
        clear.run();
        for (const [rank, { host, port }] of nodes.slice(0, maxKnownNodes).entries()) insert.run(host, port, rank);
      }),
  };
}

export function ownPortRepository(database: StoreDatabase): OwnPort {
  const select = database.query('SELECT port FROM own_port', z.object({ port: z.int().min(1).max(65_535) }));
  const replace = database.write('INSERT OR REPLACE INTO own_port (only, port) VALUES (1, ?)');
  return {
    load: () => select.get()?.port ?? null,
    save: (port) => void replace.run(port),
  };
}

/** Records as the overlay's shelf keeps them, which also bounds their number. */
export function recordShelf(database: StoreDatabase): RecordShelf {
  const select = database.query(
    'SELECT target, record, expires_ms FROM shelf ORDER BY target',
    z
      .object({ target: bytesColumn, record: bytesColumn, expires_ms: z.number() })
      .transform(({ target, record, expires_ms }) => ({ target, record, expiresAtMs: expires_ms })),
  );
  const replace = database.write('INSERT OR REPLACE INTO shelf (target, record, expires_ms) VALUES (?, ?, ?)');
  const remove = database.write('DELETE FROM shelf WHERE target = ?');
  return {
    load: () => select.all(),
    save: (target, record, expiresAtMs) => void replace.run(target, record, expiresAtMs),
    remove: (target) => void remove.run(target),
  };
}
