import { createStreamOpener } from '../../native-shims/sodium/index.ts';
import { AppError } from '../ports/app-error.ts';
import { archiveHeaderBytes, archiveKey, decodeHeader, maxPieceBytes } from './archive-format.ts';
import { decodeRecord, type ArchiveRecord } from './archive-records.ts';

/** Reads exactly so many bytes from where it stands, or what is left. */
export type ReadBytes = (length: number) => Promise<Uint8Array>;

const damaged = (reason: 'cut' | 'damaged'): AppError => new AppError('ARCHIVE_DAMAGED', reason);

/**
 * The records of an archive, each of which is genuine. When it ends without an error, all were there.
 * @throws AppError ARCHIVE_PASSPHRASE, ARCHIVE_DAMAGED, ARCHIVE_NEWER
 */
export async function* readArchive(read: ReadBytes, passphrase: string): AsyncGenerator<ArchiveRecord, void, void> {
  const header = decodeHeader(await read(archiveHeaderBytes));
  const key = await archiveKey(passphrase, header);
  if (!header.isKey(key)) throw new AppError('ARCHIVE_PASSPHRASE', 'not the passphrase of this archive');
  const stream = createStreamOpener(key, header.streamHeader);
  for (let isLast = false; !isLast;) {
    // oxlint-disable-next-line no-await-in-loop -- one piece after the other is what a stream is
    const length = await read(4);
    if (length.byteLength < 4) throw damaged('cut');
    const size = Buffer.from(length).readUInt32BE();
    if (size > maxPieceBytes) throw damaged('damaged');
    // oxlint-disable-next-line no-await-in-loop -- likewise, one after the other
    const sealed = await read(size);
    if (sealed.byteLength < size) throw damaged('cut');
    const opened = stream.open(sealed);
    if (opened === null) throw damaged('damaged');
    const record = decodeRecord(opened.piece);
    if (record === null || (record.kind === 'end') !== opened.isLast) throw damaged('damaged');
    isLast = opened.isLast;
    yield record;
  }
  if ((await read(1)).byteLength > 0) throw damaged('damaged');
}
