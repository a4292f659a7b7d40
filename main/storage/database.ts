import { z } from 'zod';
import {
  SqliteError,
  type SqliteDatabase,
  type SqliteErrorKind,
  type SqliteRow,
  type SqliteValue,
} from '../../native-shims/sqlite/index.ts';
import { AppError, type ErrorCode } from '../ports/app-error.ts';

/** What can go wrong with the disk while the app runs. */
export type StorageTrouble = 'DISK_FULL' | 'STORAGE_LOCKED' | 'STORAGE_CORRUPT';

export interface Query<Row> {
  get(...values: SqliteValue[]): Row | undefined;
  all(...values: SqliteValue[]): Row[];
}

export interface Write {
  /** @returns the number of rows changed */
  run(...values: SqliteValue[]): number;
}

/** A BLOB. */
export const bytesColumn = z.custom<Uint8Array>((value) => value instanceof Uint8Array);

/**
 * The database as repositories see it: rows parsed by a schema, failures as `AppError` (DISK_FULL, STORAGE_LOCKED,
 * STORAGE_CORRUPT, else INTERNAL).
 */
export interface StoreDatabase {
  query<Schema extends z.ZodType>(sql: string, row: Schema): Query<z.output<Schema>>;
  write(sql: string): Write;
  transaction<T>(work: () => T): T;
  /** What was deleted is in no journal any more either: at once, or when the transaction that runs has ended. */
  scrub(): void;
}

export function asAppError(error: unknown): AppError {
  if (error instanceof AppError) return error;
  if (!(error instanceof SqliteError)) throw error;
  return new AppError(codes[error.kind], `database: ${error.kind}`, { detail: error.message.slice(0, 400) });
}

const codes: Readonly<Record<SqliteErrorKind, ErrorCode>> = {
  full: 'DISK_FULL',
  busy: 'STORAGE_LOCKED',
  io: 'STORAGE_LOCKED',
  corrupt: 'STORAGE_CORRUPT',
  constraint: 'INTERNAL',
  other: 'INTERNAL',
};

const isTrouble = (code: ErrorCode): code is StorageTrouble =>
  code === 'DISK_FULL' || code === 'STORAGE_LOCKED' || code === 'STORAGE_CORRUPT';

/** @param onTrouble told of every failure of the disk, before it is thrown */
export function storeDatabase(sqlite: SqliteDatabase, onTrouble: (trouble: StorageTrouble) => void): StoreDatabase {
  const guard = <T>(run: () => T): T => {
    try {
      return run();
    } catch (error) {
      const mapped = error instanceof SqliteError ? asAppError(error) : error;
      if (error instanceof SqliteError && mapped instanceof AppError && isTrouble(mapped.code)) onTrouble(mapped.code);
      throw mapped;
    }
  };
  const parse = <Schema extends z.ZodType>(schema: Schema, row: SqliteRow, sql: string): z.output<Schema> => {
    const parsed = schema.safeParse(row);
    if (parsed.success) return parsed.data;
    onTrouble('STORAGE_CORRUPT');
    throw new AppError('STORAGE_CORRUPT', 'a row is not of its shape', { query: sql.slice(0, 100) });
  };
  let depth = 0;
  let scrubAfter = false;
  const scrub = (): void => {
    scrubAfter = depth > 0;
    if (depth === 0) guard(() => sqlite.exec('PRAGMA wal_checkpoint(TRUNCATE)'));
  };
  const transaction = <T>(work: () => T): T => {
    depth += 1;
    try {
      return guard(() => sqlite.transaction(work));
    } finally {
      depth -= 1;
      if (depth === 0 && scrubAfter) scrub();
    }
  };
  return {
    query(sql, schema) {
      const statement = guard(() => sqlite.prepare(sql));
      return {
        get(...values) {
          const row = guard(() => statement.get(...values));
          return row === undefined ? undefined : parse(schema, row, sql);
        },
        all: (...values) => guard(() => statement.all(...values)).map((row) => parse(schema, row, sql)),
      };
    },
    write(sql) {
      const statement = guard(() => sqlite.prepare(sql));
      return { run: (...values) => guard(() => statement.run(...values)) };
    },
    transaction,
    scrub,
  };
}
