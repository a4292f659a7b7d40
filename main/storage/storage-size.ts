import { z } from 'zod';
import type { StoreDatabase } from './database.ts';

export interface StorageSize {
  readonly messages: number;
  readonly calls: number;
  /** With pages in it that are free again. */
  readonly databaseBytes: number;
}

export function storageSize(database: StoreDatabase): () => StorageSize {
  const number = (sql: string): (() => number) => {
    const query = database.query(sql, z.object({ n: z.number() }));
    return () => query.get()?.n ?? 0;
  };
  const messages = number('SELECT count(*) AS n FROM messages');
  const calls = number('SELECT count(*) AS n FROM calls');
  const databaseBytes = number('SELECT page_count * page_size AS n FROM pragma_page_count(), pragma_page_size()');
  return () => ({ messages: messages(), calls: calls(), databaseBytes: databaseBytes() });
}
