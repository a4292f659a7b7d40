import {
  SqliteError,
  sqliteDatabase,
  type SqliteDatabase,
  type SqliteErrorKind,
  type SqliteOptions,
  type SqliteRow,
} from './sqlite.ts';

type NodeSqlite = typeof import('node:sqlite');

/** The runtime's own SQLite, or undefined where it has none (Electron 33 is Node 20). */
export function nodeSqlite(): NodeSqlite | undefined {
  return process.getBuiltinModule('node:sqlite');
}

/** Primary result codes, sqlite.org/rescode.html; the low byte of an extended code. */
const kinds: Readonly<Record<number, SqliteErrorKind>> = {
  5: 'busy',
  6: 'busy',
  8: 'io',
  10: 'io',
  11: 'corrupt',
  13: 'full',
  14: 'io',
  19: 'constraint',
  26: 'corrupt',
};

function asSqliteError(error: unknown): SqliteError {
  const code = error instanceof Error && 'errcode' in error && typeof error.errcode === 'number' ? error.errcode : 0;
  return new SqliteError(kinds[code & 0xff] ?? 'other', error instanceof Error ? error.message : String(error), error);
}

function guard<T>(run: () => T): T {
  try {
    return run();
  } catch (error) {
    throw asSqliteError(error);
  }
}

/** @throws SqliteError */
export function openNodeSqlite(module: NodeSqlite, path: string, options: SqliteOptions): SqliteDatabase {
  const database = guard(
    () => new module.DatabaseSync(path, { timeout: options.busyTimeoutMs, enableForeignKeyConstraints: true }),
  );
  return sqliteDatabase('node', {
    exec: (sql) => guard(() => database.exec(sql)),
    prepare(sql) {
      const statement = guard(() => database.prepare(sql));
      return {
        run: (...values) => guard(() => Number(statement.run(...values).changes)),
        get: (...values) => guard((): SqliteRow | undefined => statement.get(...values)),
        all: (...values) => guard((): SqliteRow[] => statement.all(...values)),
      };
    },
    close: () => guard(() => database.close()),
  });
}
