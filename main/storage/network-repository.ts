import { z } from 'zod';
import type { KnownGateways, KnownNodes, OwnPort, ProvenRole, RecordShelf, ShelfPlace, ShelvedRecord } from '../overlay/index.ts';
import type { Random } from '../ports/random.ts';
import { bytesColumn, type StoreDatabase } from './database.ts';
import type { SecretBox } from './secret-box.ts';

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

/** Where this computer was a supernode that others reached, and when. */
export function provenRoleRepository(database: StoreDatabase): ProvenRole {
  const row = z.object({ host: z.string().min(1).max(64), port: z.int().min(1).max(65_535), atMs: z.int().nonnegative() });
  const select = database.query('SELECT host, port, at_ms AS atMs FROM proven_role', row);
  const replace = database.write('INSERT OR REPLACE INTO proven_role (only, host, port, at_ms) VALUES (1, ?, ?, ?)');
  const clear = database.write('DELETE FROM proven_role');
  return {
    load: () => select.get() ?? null,
    save(proven) {
      if (proven === null) clear.run();
      else replace.run(proven.host, proven.port, proven.atMs);
    },
  };
}

/** A network that lets no UDP out needs one of them; dozens are too many to try. */
const maxKnownGateways = 64;

/** Those with a key: any other is only a guess, and made anew. */
export function knownGatewaysRepository(database: StoreDatabase): KnownGateways {
  const row = z.object({
    host: z.string().min(1).max(64),
    port: z.int().min(1).max(65_535),
    key: bytesColumn.refine((key) => key.byteLength === 32),
  });
  const select = database.query('SELECT host, port, key FROM known_gateways ORDER BY rank', row);
  const clear = database.write('DELETE FROM known_gateways');
  const insert = database.write('INSERT OR IGNORE INTO known_gateways (host, port, key, rank) VALUES (?, ?, ?, ?)');
  return {
    load: () => select.all(),
    save: (gateways) =>
      database.transaction(() => {
        clear.run();
        for (const [rank, { host, port, key }] of gateways.slice(0, maxKnownGateways).entries()) {
          if (key !== null) insert.run(host, port, key, rank);
        }
      }),
  };
}

const gatewaySeedKey = 'own-gateway-seed';
const gatewaySeedBytes = 32;

/** What makes the key of our own gateway: the same in every run, since others keep it. */
export function ownGatewaySeed(database: StoreDatabase, box: SecretBox, random: Random): Uint8Array {
  const stored = database.query('SELECT value FROM meta WHERE key = ?', z.object({ value: bytesColumn })).get(gatewaySeedKey);
  const known = stored === undefined ? null : box.open(gatewaySeedKey, stored.value);
  if (known !== null && known.byteLength === gatewaySeedBytes) return known;
  const seed = random.bytes(gatewaySeedBytes);
  database.write('INSERT OR REPLACE INTO meta (key, value) VALUES (?, ?)').run(gatewaySeedKey, box.seal(gatewaySeedKey, seed));
  return seed;
}

/** Records as the overlay's shelf keeps them, which also bounds their number. */
export function recordShelf(database: StoreDatabase): RecordShelf {
  const rows = z.object({ target: bytesColumn, record: bytesColumn, expires_ms: z.number() });
  const tableOf = (place: ShelfPlace, table: string) => {
    const select = database.query(`SELECT target, record, expires_ms FROM ${table} ORDER BY target`, rows);
    const replace = database.write(`INSERT OR REPLACE INTO ${table} (target, record, expires_ms) VALUES (?, ?, ?)`);
    const remove = database.write(`DELETE FROM ${table} WHERE target = ?`);
    return {
      load: () => select.all().map(({ target, record, expires_ms }) => ({ target, place, record, expiresAtMs: expires_ms })),
      save: ({ target, record, expiresAtMs }: ShelvedRecord) => void replace.run(target, record, expiresAtMs),
      remove: (target: Uint8Array) => void remove.run(target),
    };
  };
  const tables = { held: tableOf('held', 'shelf'), waiting: tableOf('waiting', 'shelf_waiting') };
  return {
    load: () => [...tables.held.load(), ...tables.waiting.load()],
    save: (record) => tables[record.place].save(record),
    remove: (target, place) => tables[place].remove(target),
  };
}
