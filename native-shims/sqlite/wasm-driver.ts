import { readFileSync, rmSync, rmdirSync, statfsSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Database, Statement } from 'node-sqlite3-wasm';
import { SqliteError, sqliteDatabase, type SqliteDatabase, type SqliteErrorKind, type SqliteOptions } from './sqlite.ts';

/** This driver gives no result codes, only SQLite's own English messages (sqlite3ErrStr), which are stable. */
const kinds: readonly (readonly [RegExp, SqliteErrorKind])[] = [
  [/database or disk is full/u, 'full'],
  [/(database|table) is locked/u, 'busy'],
  [/not a database|malformed/u, 'corrupt'],
  [/constraint failed/u, 'constraint'],
  [/disk I\/O error|unable to open|could not open|readonly/iu, 'io'],
];

/** Its file layer reports a full disk as a plain I/O error; below this much room that is what it means. */
const fullBelowBytes = 1024 * 1024;

function diskIsFull(path: string): boolean {
  try {
    const { bavail, bsize } = statfsSync(dirname(path));
    return bavail * bsize < fullBelowBytes;
  } catch {
    return false; // A directory that can't be asked is an I/O error, which is what the caller reports.
  }
}

function asSqliteError(error: unknown, path: string): SqliteError {
  const message = error instanceof Error ? error.message : String(error);
  const kind = kinds.find(([pattern]) => pattern.test(message))?.[1] ?? 'other';
  return new SqliteError(kind === 'io' && diskIsFull(path) ? 'full' : kind, message, error);
}

/** Databases this process holds open: its own lock is not a dead process's. */
const openHere = new Set<string>();

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

/**
 * The driver locks with a directory beside the file, which a killed process leaves behind for ever. So the holder's process
 * id is kept beside it, and the lock of a process that is gone is taken away.
 */
function dropDeadLock(path: string): void {
  let owner: number;
  try {
    owner = Number.parseInt(readFileSync(`${path}.lock-owner`, 'utf8'), 10);
  } catch {
    return; // Nobody wrote one: nothing to judge by.
  }
  const dead = owner === process.pid ? !openHere.has(path) : Number.isSafeInteger(owner) && owner > 0 && !isAlive(owner);
  if (!dead) return;
  try {
    rmdirSync(`${path}.lock`);
  } catch {
    // It was not locked.
  }
}

/** How often a held lock is looked at again. */
const lookAgainMs = 50;

/**
 * Tries until it is not `busy` any more, or `patienceMs` have gone by. SQLite's own waiting would see a lock that lies there,
 * never that its holder, killed a moment ago, is gone.
 */
async function patiently<T>(attempt: () => T, patienceMs: number): Promise<T> {
  for (let waitedMs = 0; ; waitedMs += lookAgainMs) {
    try {
      return attempt();
    } catch (error) {
      if (!(error instanceof SqliteError) || error.kind !== 'busy' || waitedMs >= patienceMs) throw error;
    }
    // oxlint-disable-next-line no-await-in-loop -- one look after the other
    await delay(lookAgainMs);
  }
}

/** Finalizing reports the last failure of the statement once more; it was reported when it happened. */
function finalize(statement: Statement): void {
  try {
    statement.finalize();
  } catch (error) {
    if (!statement.isFinalized) throw error;
  }
}

/**
 * SQLite as WebAssembly. Its file layer has no shared memory, so it holds the file exclusively, in which mode WAL works
 * without (sqlite.org/wal.html §9) and files are interchangeable with the runtime's own driver.
 *
 * @throws SqliteError
 */
export async function openWasmSqlite(path: string, options: SqliteOptions): Promise<SqliteDatabase> {
  const { default: module } = await import('node-sqlite3-wasm');
  const guard = <T>(run: () => T): T => {
    try {
      return run();
    } catch (error) {
      throw asSqliteError(error, path);
    }
  };
  const takeHold = (): Database => {
    dropDeadLock(path);
    const opened: Database = guard(() => new module.Database(path));
    try {
      guard(() => opened.exec('PRAGMA busy_timeout = 0; PRAGMA locking_mode = EXCLUSIVE'));
      // The first access takes the lock for good, or says who is in the way.
      guard(() => opened.exec('PRAGMA foreign_keys = ON; BEGIN IMMEDIATE; COMMIT'));
      writeFileSync(`${path}.lock-owner`, String(process.pid));
      return opened;
    } catch (error) {
      opened.close();
      throw error instanceof SqliteError ? error : asSqliteError(error, path);
    }
  };
  const database = await patiently(takeHold, options.busyTimeoutMs);
  guard(() => database.exec(`PRAGMA busy_timeout = ${Math.trunc(options.busyTimeoutMs)}`));
  openHere.add(path);
  const finalizers: (() => void)[] = [];
  return sqliteDatabase('wasm', {
    exec: (sql) => guard(() => database.exec(sql)),
    prepare(sql) {
      let statement: Statement | null = guard(() => database.prepare(sql));
      const drop = (): void => {
        if (statement !== null) finalize(statement);
        statement = null;
      };
      finalizers.push(drop);
      /** A statement that failed can't be bound again in this binding, so it is made anew. */
      const use = <T>(run: (ready: Statement) => T): T =>
        guard(() => {
          statement ??= database.prepare(sql);
          try {
            return run(statement);
          } catch (error) {
            drop();
            throw error;
          }
        });
      return {
        run: (...values) => use((ready) => ready.run(values).changes),
        // The binding's own `get` leaves the statement, and with it a read transaction, open.
        get: (...values) => use((ready) => ready.all(values)[0]),
        all: (...values) => use((ready) => ready.all(values)),
      };
    },
    close() {
      for (const drop of finalizers) drop();
      guard(() => database.close());
      openHere.delete(path);
      rmSync(`${path}.lock-owner`, { force: true });
    },
  });
}
