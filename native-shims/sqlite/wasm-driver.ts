import { linkSync, readFileSync, renameSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
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
    return codeOf(error) === 'EPERM';
  }
}

/** Where the system counts its starts: a process id of the last one is nobody's now. */
function bootId(): string {
  try {
    return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
  } catch {
    return ''; // Not Linux: the id alone must do.
  }
}

/** @param words of a file that an older version may have written, without the start */
function isGone(words: string, path: string): boolean {
  const [id = '', boot = ''] = words.split(' ');
  const owner = Number.parseInt(id, 10);
  // An older version was torn off in the middle of writing.
  if (!Number.isSafeInteger(owner) || owner <= 0) return true;
  if (boot !== '' && bootId() !== '' && boot !== bootId()) return true;
  return owner === process.pid ? !openHere.has(path) : !isAlive(owner);
}

const codeOf = (error: unknown): unknown => (error instanceof Error && 'code' in error ? error.code : undefined);

/** @returns false if that one code stands in the way. @throws SqliteError full, io */
function unless(code: 'ENOENT' | 'EEXIST', run: () => void): boolean {
  try {
    run();
    return true;
  } catch (error) {
    if (codeOf(error) === code) return false;
    throw new SqliteError(codeOf(error) === 'ENOSPC' ? 'full' : 'io', String(error), error);
  }
}

function readIfThere(path: string): string | null {
  let words: string | null = null;
  unless('ENOENT', () => (words = readFileSync(path, 'utf8')));
  return words;
}

/** What file systems without hard links (FAT, exFAT, some network drives; Windows calls it EISDIR) answer. */
const noLinks: ReadonlySet<unknown> = new Set(['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EINVAL', 'EISDIR']);

/** `to` appears with the whole content of `from`, where links can be had. @returns false: something is there @throws SqliteError full, io */
const appear = (from: string, to: string): boolean =>
  unless('EEXIST', () => {
    try {
      linkSync(from, to);
    } catch (error) {
      if (!noLinks.has(codeOf(error))) throw error;
      // Who dies in the middle of it leaves half a line, which is nobody's.
      writeFileSync(to, readFileSync(from), { flag: 'wx' });
    }
  });

/** @throws SqliteError busy */
const beaten = (): never => {
  throw new SqliteError('busy', 'the database is being taken over');
};

/**
 * The driver locks with a directory beside the file, which a killed process leaves behind for ever. So who takes the lock writes down
 * before that who they are, and the lock of a process that is gone, or of nobody, is taken away.
 * @throws SqliteError busy: somebody who is alive has it; full, io
 */
function claim(path: string): void {
  const owner = `${path}.lock-owner`;
  const aside = `${owner}.${process.pid}`;
  const words = readIfThere(owner);
  if (words !== null && !isGone(words, path)) throw new SqliteError('busy', 'the database is locked');
  try {
    // Of several who find a dead one only one moves it away; who moved a fresh one by mistake puts it back.
    if (words !== null && !unless('ENOENT', () => renameSync(owner, aside))) beaten();
    if (words !== null && readIfThere(aside) !== words) {
      appear(aside, owner);
      beaten();
    }
    unless('EEXIST', () => writeFileSync(aside, `${process.pid} ${bootId()}`));
    if (!appear(aside, owner)) beaten();
  } finally {
    rmSync(aside, { force: true });
  }
  // Whoever made it is no more.
  rmSync(`${path}.lock`, { recursive: true, force: true });
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
  const letGo = (): void => {
    openHere.delete(path);
    rmSync(`${path}.lock-owner`, { force: true });
  };
  const takeHold = (): Database => {
    claim(path);
    openHere.add(path);
    let opened: Database | null = null;
    try {
      const taken: Database = guard(() => new module.Database(path));
      opened = taken;
      guard(() => taken.exec('PRAGMA busy_timeout = 0; PRAGMA locking_mode = EXCLUSIVE'));
      // The first access takes the lock for good, or says who is in the way.
      guard(() => taken.exec('PRAGMA foreign_keys = ON; BEGIN IMMEDIATE; COMMIT'));
      return taken;
    } catch (error) {
      opened?.close();
      letGo();
      throw error instanceof SqliteError ? error : asSqliteError(error, path);
    }
  };
  const database = await patiently(takeHold, options.busyTimeoutMs);
  guard(() => database.exec(`PRAGMA busy_timeout = ${Math.trunc(options.busyTimeoutMs)}`));
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
      letGo();
    },
  });
}
