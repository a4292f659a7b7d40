import { z } from 'zod';
import { boundedBytesField, counterField, decodeCbor, encodeCbor, fixedBytesField } from '../ports/cbor.ts';
import { sqliteValue } from '../storage/index.ts';
import { maxPieceBytes } from './archive-format.ts';

/** What the pieces of an archive hold, in this order: one `account`, `rows` as many as there are, one `end`. */
const recordSchema = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('account'),
    name: z.string().min(1).max(64),
    /** Of the app that made it. */
    app: z.string().max(32),
    madeMs: counterField,
    /** Of the database: newer than the reader's own, and it can't be brought back. */
    schema: z.int().min(1).max(100_000),
    /** As `main/identity` encodes them. */
    secrets: boundedBytesField(8192),
    /** What seals small secrets in the rows. */
    boxKey: fixedBytesField(32),
  }),
  z.object({
    kind: z.literal('rows'),
    table: z.string().max(64),
    columns: z.array(z.string().max(64)).min(1).max(64),
    rows: z.array(z.array(sqliteValue).max(64)).max(10_000),
  }),
  /** How many rows there were: more proof that none is missing, should a writer ever forget one. */
  z.object({ kind: z.literal('end'), rows: counterField }),
]);
export type ArchiveRecord = z.output<typeof recordSchema>;

export const encodeRecord = (record: ArchiveRecord): Uint8Array => encodeCbor(record);

/** Null: none. */
export const decodeRecord = (bytes: Uint8Array): ArchiveRecord | null => decodeCbor(bytes, recordSchema, maxPieceBytes);
