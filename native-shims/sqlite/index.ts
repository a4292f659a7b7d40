import { nodeSqlite, openNodeSqlite } from './node-driver.ts';
import type { SqliteDatabase, SqliteDriverName, SqliteOptions } from './sqlite.ts';
import { openWasmSqlite } from './wasm-driver.ts';

export {
  SqliteError,
  type SqliteDatabase,
  type SqliteDriverName,
  type SqliteErrorKind,
  type SqliteOptions,
  type SqliteRow,
  type SqliteStatement,
  type SqliteValue,
} from './sqlite.ts';

/**
 * Opens (or creates) a database file with the runtime's own SQLite, or with the WebAssembly one where there is none.
 *
 * @param driver for tests: insist on one
 * @throws SqliteError
 */
export async function openSqlite(path: string, options: SqliteOptions, driver?: SqliteDriverName): Promise<SqliteDatabase> {
  const module = driver === 'wasm' ? undefined : nodeSqlite();
  return module === undefined ? openWasmSqlite(path, options) : openNodeSqlite(module, path, options);
}
