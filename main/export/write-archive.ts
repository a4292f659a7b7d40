import { createStreamSealer, type Argon2Cost } from '../../native-shims/sodium/index.ts';
import { encodeSecrets, type AccountSecrets } from '../identity/index.ts';
import type { Clock } from '../ports/clock.ts';
import type { Random } from '../ports/random.ts';
import type { AccountRows } from '../storage/index.ts';
import { archiveCost, archiveKey, encodeHeader, newSalt } from './archive-format.ts';
import { encodeRecord, type ArchiveRecord } from './archive-records.ts';

export interface ArchiveSource {
  readonly secrets: AccountSecrets;
  readonly rows: AccountRows;
  readonly schemaVersion: number;
  readonly boxKey: Uint8Array;
  readonly app: string;
}

export interface ArchivePart {
  readonly bytes: Uint8Array;
  readonly fraction: number;
  readonly isLast: boolean;
}

export interface ArchiveWriter {
  next(): ArchivePart;
}

/** A few milliseconds of the engine's time; a row is at most some ten KiB. */
const rowsAtOnce = 200;

/**
 * @param cost for tests: what a guess of the passphrase costs
 * @returns gives the archive part by part; between two parts the engine does other things
 */
export async function beginArchive(
  source: ArchiveSource,
  passphrase: string,
  { clock, random }: { readonly clock: Clock; readonly random: Random },
  cost: Argon2Cost = archiveCost,
): Promise<ArchiveWriter> {
  const salt = newSalt((length) => random.bytes(length));
  const key = await archiveKey(passphrase, { salt, cost });
  const stream = createStreamSealer(key);
  const reader = source.rows.reader(rowsAtOnce);
  const total = source.rows.count();
  let written = 0;
  const piece = (record: ArchiveRecord, isLast: boolean): Uint8Array => {
    const sealed = stream.seal(encodeRecord(record), isLast);
    const length = Buffer.alloc(4);
    length.writeUInt32BE(sealed.byteLength);
    return Buffer.concat([length, sealed]);
  };
  let next = (): ArchivePart => {
    next = rows;
    const account: ArchiveRecord = {
      kind: 'account',
      name: source.secrets.name,
      app: source.app,
      madeMs: clock.nowMs(),
      schema: source.schemaVersion,
      secrets: encodeSecrets(source.secrets),
      boxKey: source.boxKey,
    };
    const header = encodeHeader({ cost, salt, streamHeader: stream.header }, key);
    return { bytes: Buffer.concat([header, piece(account, false)]), fraction: 0, isLast: false };
  };
  const rows = (): ArchivePart => {
    const batch = reader.next();
    if (batch === null) return { bytes: piece({ kind: 'end', rows: written }, true), fraction: 1, isLast: true };
    written += batch.rows.length;
    const record: ArchiveRecord = {
      kind: 'rows',
      table: batch.table,
      columns: [...batch.columns],
      rows: batch.rows.map((row) => [...row]),
    };
    // Rows may be added meanwhile.
    return { bytes: piece(record, false), fraction: Math.min(1, written / Math.max(1, total)), isLast: false };
  };
  return { next: () => next() };
}
