/** What SQLite stores. Integers beyond 2^53 are refused by one driver and rounded by neither: don't store them. */
export type SqliteValue = number | string | Uint8Array | null;

export type SqliteRow = Readonly<Record<string, unknown>>;

/**
 * full: no room on the disk (or in the page limit); busy: another connection holds a lock beyond the busy timeout;
 * corrupt: not a database, or a damaged one; constraint: a rule of the schema; io: the file can't be reached.
 */
export type SqliteErrorKind = 'full' | 'busy' | 'corrupt' | 'constraint' | 'io' | 'other';

export class SqliteError extends Error {
  readonly kind: SqliteErrorKind;

  constructor(kind: SqliteErrorKind, message: string, cause?: unknown) {
    super(message, { cause });
    this.name = 'SqliteError';
    this.kind = kind;
  }
}

export interface SqliteStatement {
  /** Runs it to the end; returns the number of rows changed. */
  run(...values: SqliteValue[]): number;
  /** The first row, or undefined. */
  get(...values: SqliteValue[]): SqliteRow | undefined;
  all(...values: SqliteValue[]): SqliteRow[];
}

/** One connection, used from one thread, synchronous. Every method throws `SqliteError` and nothing else. */
export interface SqliteDatabase {
  readonly driver: SqliteDriverName;
  /** Several statements, no values. */
  exec(sql: string): void;
  /** Lives until the database is closed. Values are bound to `?` in order. */
  prepare(sql: string): SqliteStatement;
  /** Runs `work` inside a write transaction; rolled back if it throws. Nested calls join the outer one. */
  transaction<T>(work: () => T): T;
  /** Closing twice is harmless. */
  close(): void;
}

export type SqliteDriverName = 'node' | 'wasm';

export interface SqliteOptions {
  /** How long to wait for another connection's lock. */
  readonly busyTimeoutMs: number;
}

/** What a driver provides; the rest of `SqliteDatabase` is the same for all of them. */
export interface SqliteConnection {
  exec(sql: string): void;
  prepare(sql: string): SqliteStatement;
  close(): void;
}

/** Joins a driver's connection and the shared transaction rules into a database. */
export function sqliteDatabase(driver: SqliteDriverName, connection: SqliteConnection): SqliteDatabase {
  let depth = 0;
  let open = true;
  return {
    driver,
    exec: (sql) => connection.exec(sql),
    prepare: (sql) => connection.prepare(sql),
    transaction(work) {
      if (depth > 0) return work();
      connection.exec('BEGIN IMMEDIATE');
      depth += 1;
      let result;
      try {
        result = work();
        connection.exec('COMMIT');
      } catch (error) {
        rollBack(connection);
        throw error;
      } finally {
        depth -= 1;
      }
      return result;
    },
    close() {
      if (!open) return;
      open = false;
      connection.close();
    },
  };
}

/** A full disk may already have rolled back by itself (sqlite.org/lang_transaction.html); then there is nothing left to do. */
function rollBack(connection: SqliteConnection): void {
  try {
    connection.exec('ROLLBACK');
  } catch (error) {
    if (!(error instanceof SqliteError) || error.kind !== 'other') throw error;
  }
}
