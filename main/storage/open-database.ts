import { chmodSync, closeSync, existsSync, mkdirSync, openSync, readSync, renameSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { openSqlite, SqliteError, type SqliteDatabase, type SqliteDriverName } from '../../native-shims/sqlite/index.ts';
import { AppError } from '../ports/app-error.ts';
import type { Logger } from '../ports/logger.ts';
import { asAppError } from './database.ts';
import { applicationId, migrate, schemaVersion } from './schema.ts';

/** Another program (a backup, a virus scanner) may hold the file for a moment; a second instance holds it for ever. */
const busyTimeoutMs = 2_000;

/** Reading every page of a file this large takes well under a second; a larger one is judged by its header and schema only. */
const checkBelowBytes = 128 * 1024 * 1024;

export interface OpenedDatabase {
  readonly sqlite: SqliteDatabase;
  /** Where the old file is kept, if it could not be used and a new one was begun. */
  readonly keptAt: string | null;
}

export interface DatabaseLocation {
  readonly path: string;
  readonly nowMs: number;
  readonly logger: Logger;
  readonly driver?: SqliteDriverName | undefined;
}

/**
 * Opens the database, or creates it. One that is damaged, no database, not ours or written by a newer version is kept aside
 * under a name with the time in it, and a new one begun.
 *
 * @throws AppError DISK_FULL, STORAGE_LOCKED: the file is left as it is
 */
export async function openDatabase(location: DatabaseLocation): Promise<OpenedDatabase> {
  try {
    mkdirSync(dirname(location.path), { recursive: true, mode: 0o700 });
  } catch (error) {
    throw new AppError('STORAGE_LOCKED', 'the profile folder can not be made', { detail: String(error).slice(0, 400) });
  }
  try {
    return { sqlite: await openOurs(location), keptAt: null };
  } catch (error) {
    const failure = asAppError(error);
    if (failure.code !== 'STORAGE_CORRUPT') throw failure;
    const keptAt = keepAside(location.path, location.nowMs);
    location.logger.error('database-set-aside', { reason: failure.reason });
    try {
      return { sqlite: await openOurs(location), keptAt };
    } catch (second) {
      throw asAppError(second);
    }
  }
}

/** sqlite.org/fileformat2.html §1.3.1 */
const magic = Buffer.from('SQLite format 3\0');

/** Looked at before SQLite does: it deletes the journals of what is no database, and they may be all that is left. */
function hasForeignHeader(path: string): boolean {
  if (!existsSync(path)) return false;
  const file = openSync(path, 'r');
  try {
    const head = Buffer.alloc(magic.byteLength);
    const length = readSync(file, head, 0, head.byteLength, 0);
    return length > 0 && !head.equals(magic);
  } finally {
    closeSync(file);
  }
}

async function openOurs({ path, driver }: DatabaseLocation): Promise<SqliteDatabase> {
  if (hasForeignHeader(path)) throw new AppError('STORAGE_CORRUPT', 'not a database');
  const sqlite = await openSqlite(path, { busyTimeoutMs }, driver);
  try {
    chmodSync(path, 0o600);
    // One engine owns the file: a second one hears STORAGE_LOCKED at once, not at its first write.
    sqlite.exec('PRAGMA locking_mode = EXCLUSIVE; BEGIN IMMEDIATE; COMMIT');
    const version = checkedVersion(sqlite, path);
    // FULL: a message is acknowledged once stored, and must then survive a power cut too (sqlite.org/pragma.html#pragma_synchronous).
    // secure_delete: what is deleted is overwritten, not only forgotten.
    sqlite.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; PRAGMA secure_delete = ON');
    migrate(sqlite, version);
    return sqlite;
  } catch (error) {
    closeQuietly(sqlite);
    throw error;
  }
}

/** @returns the schema version of the file, 0 if it is new. @throws AppError STORAGE_CORRUPT, SqliteError */
function checkedVersion(sqlite: SqliteDatabase, path: string): number {
  const number = (sql: string, column: string): number => Number(sqlite.prepare(sql).get()?.[column] ?? 0);
  const version = number('PRAGMA user_version', 'user_version');
  const tables = number('SELECT count(*) AS n FROM sqlite_schema', 'n');
  const owner = number('PRAGMA application_id', 'application_id');
  if (version > schemaVersion) throw new AppError('STORAGE_CORRUPT', 'written by a newer version', { version });
  if (tables > 0 && (owner !== applicationId || version === 0)) throw new AppError('STORAGE_CORRUPT', 'not our database');
  if (tables > 0 && statSync(path).size <= checkBelowBytes) {
    const verdict = sqlite.prepare('PRAGMA quick_check(1)').get()?.['quick_check'];
    if (verdict !== 'ok') throw new AppError('STORAGE_CORRUPT', 'damaged', { detail: String(verdict).slice(0, 400) });
  }
  return version;
}

/** Closing a damaged file may fail once more; what matters was reported already. */
function closeQuietly(sqlite: SqliteDatabase): void {
  try {
    sqlite.close();
  } catch (error) {
    if (!(error instanceof SqliteError)) throw error;
  }
}

/** Renames the file and its journals out of the way. Never onto an existing file. */
function keepAside(path: string, nowMs: number): string {
  const stamp = new Date(nowMs).toISOString().replaceAll(/[:.]/gu, '-');
  let kept = `${path}.kept-${stamp}`;
  for (let copy = 2; existsSync(kept); copy += 1) kept = `${path}.kept-${stamp}-${copy}`;
  try {
    for (const suffix of ['', '-wal', '-shm', '-journal']) {
      if (existsSync(path + suffix)) renameSync(path + suffix, kept + suffix);
    }
  } catch (error) {
    throw new AppError('STORAGE_LOCKED', 'the damaged database can not be set aside', { detail: String(error).slice(0, 400) });
  }
  return kept;
}
