import { chmodSync, closeSync, fsyncSync, openSync, rmSync } from 'node:fs';
import { openSqlite, type SqliteDatabase, type SqliteDriverName } from '../../native-shims/sqlite/index.ts';
import { AppError } from '../ports/app-error.ts';
import type { Clock } from '../ports/clock.ts';
import type { KeyVault } from '../ports/key-vault.ts';
import type { RowBatch } from './account-rows.ts';
import { archivedTables } from './archived-tables.ts';
import { asAppError } from './database.ts';
import { migrate, schemaVersion } from './schema.ts';
import { keepSecretBoxKey } from './secret-box.ts';

/** A database in the making, beside the one that is in use, from the rows of an archive. Nobody else has it open. */
export interface BroughtBackDatabase {
  /** @throws AppError ARCHIVE_DAMAGED (no such table or column, or rows that break its rules), DISK_FULL */
  insert(batch: RowBatch): void;
  /** Brings it to today's version and onto the disk. @throws AppError */
  finish(): Promise<void>;
  /** Away with it. */
  discard(): void;
}

export interface BroughtBackOptions {
  readonly path: string;
  /** Of the database that the rows came from. */
  readonly version: number;
  /** What seals small secrets in it. */
  readonly boxKey: Uint8Array;
  readonly vault: KeyVault;
  readonly clock: Pick<Clock, 'nowMs'>;
  readonly driver?: SqliteDriverName | undefined;
}

/**
 * The computer that the archive came from may have said more since. Posts of ours are told apart by their ids, and changes by
 * their sequence, so that those to come have to be beyond all that it can have used: it began at the seconds since 1970, and nobody
 * says more than one thing a second, and ten thousand, meanwhile. Further on, one that begins anew (erased) would be behind.
 */
const sequencesSkipped = 10_000;

/** @throws AppError ARCHIVE_NEWER, STORAGE_LOCKED, DISK_FULL */
export async function beginBroughtBack(options: BroughtBackOptions): Promise<BroughtBackDatabase> {
  const { path, version, boxKey, vault, clock, driver } = options;
  if (version > schemaVersion) throw new AppError('ARCHIVE_NEWER', 'of a newer database', { version });
  if (version < 1) throw new AppError('ARCHIVE_DAMAGED', 'damaged', { version });
  const files = ['', '-journal', '-wal', '-shm'];
  const remove = (): void => {
    for (const suffix of files) rmSync(path + suffix, { force: true });
  };
  remove();
  const guarded = <T>(run: () => T): T => {
    try {
      return run();
    } catch (error) {
      throw asAppError(error);
    }
  };
  let sqlite: SqliteDatabase;
  try {
    sqlite = await openSqlite(path, { busyTimeoutMs: 1_000 }, driver);
  } catch (error) {
    throw asAppError(error);
  }
  guarded(() => {
    chmodSync(path, 0o600);
    // If the power fails it is made again from the archive; what counts is that it is on the disk when `finish` returns.
    sqlite.exec(
      'PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = MEMORY; PRAGMA synchronous = OFF; PRAGMA foreign_keys = OFF',
    );
    migrate(sqlite, 0, version);
  });
  const columnsOf = (table: string): readonly string[] =>
    sqlite
      .prepare(`SELECT name FROM pragma_table_info('${table}')`)
      .all()
      .map((row) => String(row['name']));
  const known: ReadonlyMap<string, readonly string[]> = new Map(archivedTables.map((table) => [table, columnsOf(table)]));
  return {
    insert({ table, columns, rows }) {
      const mayBe = known.get(table) ?? [];
      if (columns.length === 0 || columns.some((name) => !mayBe.includes(name)))
        throw new AppError('ARCHIVE_DAMAGED', 'damaged', { table: table.slice(0, 40) });
      const statement = guarded(() =>
        sqlite.prepare(`INSERT INTO ${table} (${columns.join(', ')}) VALUES (${columns.map(() => '?').join(', ')})`),
      );
      try {
        sqlite.transaction(() => {
          for (const row of rows) statement.run(...row);
        });
      } catch (error) {
        const failure = asAppError(error);
        // A full disk is one; anything else comes of rows that never were in such a table.
        throw failure.code === 'DISK_FULL' || failure.code === 'STORAGE_LOCKED'
          ? failure
          : new AppError('ARCHIVE_DAMAGED', 'damaged', failure.context);
      }
    },
    async finish() {
      const sealedKey = await vault.seal(boxKey);
      guarded(() => {
        sqlite.transaction(() => {
          // What was said to somebody whose conversation was erased while the archive was made.
          for (const table of ['messages', 'attachments', 'attachment_parts', 'outbox', 'reactions', 'letters', 'receipts_due'])
            if (known.get(table)?.includes('conversation_id') === true)
              sqlite.exec(`DELETE FROM ${table} WHERE conversation_id NOT IN (SELECT id FROM conversations)`);
          keepSecretBoxKey(sqlite, sealedKey);
        });
        migrate(sqlite, version);
        sqlite.exec(`
          UPDATE conversations SET last_out_sequence = max(last_out_sequence + ${sequencesSkipped}, ${Math.floor(clock.nowMs() / 1000)})
            WHERE last_out_sequence > 0;
          UPDATE messages SET delivery = 'waiting' WHERE direction = 'out' AND delivery = 'sent';
          UPDATE search_backfill SET ordinal = (SELECT coalesce(max(ordinal), 0) FROM messages)`);
        const verdict = sqlite.prepare('PRAGMA quick_check(1)').get()?.['quick_check'];
        if (verdict !== 'ok') throw new AppError('ARCHIVE_DAMAGED', 'damaged', { detail: String(verdict).slice(0, 200) });
        sqlite.close();
        flush(path);
      });
    },
    discard() {
      try {
        sqlite.close();
      } finally {
        remove();
      }
    },
  };
}

function flush(path: string): void {
  const file = openSync(path, 'r+');
  try {
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}
