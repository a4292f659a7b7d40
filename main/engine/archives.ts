import { open, rm, type FileHandle } from 'node:fs/promises';
import type { BringBackProgress } from '../../preload/contract/index.ts';
import { beginArchive, readArchive, type ArchiveSource, type ArchiveWriter } from '../export/index.ts';
import { createSecretsFile, decodeSecrets, movedAccount, type AccountSecrets } from '../identity/index.ts';
import { AppError } from '../ports/app-error.ts';
import type { Clock, Timer } from '../ports/clock.ts';
import { toHex } from '../ports/hex.ts';
import type { KeyVault } from '../ports/key-vault.ts';
import type { Random } from '../ports/random.ts';
import { beginBroughtBack, type BroughtBackDatabase } from '../storage/index.ts';
import { createValue } from './observable.ts';
import {
  broughtBackIsReady,
  broughtBackPath,
  clearBroughtBack,
  databaseName,
  incomingPath,
  secretsName,
} from './profile-files.ts';

/** Whoever asks for the next part is quick; whoever does not is gone. */
const patienceMs = 60_000;
/** Of base64 a third more, well below what the bridge carries at once. */
const partBytes = 192 * 1024;

export interface ArchivesOptions {
  readonly profileDir: string;
  readonly vault: KeyVault;
  readonly clock: Clock;
  readonly random: Random;
  /** @throws AppError NOT_SIGNED_IN */
  readonly source: () => ArchiveSource;
  /** For tests: what a guess of the passphrase costs. */
  readonly cost?: Parameters<typeof beginArchive>[3];
}

export interface Archives {
  open(passphrase: string): Promise<string>;
  read(id: string): { bytes: string; fraction: number; isLast: boolean };
  close(id: string): void;
  put(id: string | null, bytes: string): Promise<string>;
  /** Prepares what was put for the next start. */
  bringBack(id: string, passphrase: string, signal: AbortSignal | undefined): AsyncGenerator<BringBackProgress, void, void>;
  stop(): Promise<void>;
}

interface Outgoing {
  readonly id: string;
  readonly writer: ArchiveWriter;
  readonly left: Uint8Array[];
  fraction: number;
  isLast: boolean;
  patience: Timer;
}

interface Incoming {
  readonly id: string;
  readonly file: FileHandle;
  size: number;
  inUse: boolean;
  patience: Timer;
}

/** Archives on their way through the bridge: one that is made, and one that comes, at most. */
export function createArchives({ profileDir, vault, clock, random, source, cost }: ArchivesOptions): Archives {
  let outgoing: Outgoing | null = null;
  let opening = false;
  let incoming: Incoming | null = null;
  const newId = (): string => toHex(random.bytes(16));

  const closeOutgoing = (): void => {
    outgoing?.patience.cancel();
    outgoing = null;
  };
  const dropIncoming = async (): Promise<void> => {
    const dropped = incoming;
    if (dropped === null) return;
    incoming = null;
    dropped.patience.cancel();
    await dropped.file.close();
    await rm(incomingPath(profileDir), { force: true });
  };
  const waitForMore = (): Timer => clock.setTimer(patienceMs, () => void dropIncoming());

  const takePart = (current: Outgoing): Uint8Array => {
    let size = current.left.reduce((sum, piece) => sum + piece.byteLength, 0);
    while (size < partBytes && !current.isLast) {
      const { bytes, fraction, isLast } = current.writer.next();
      current.left.push(bytes);
      size += bytes.byteLength;
      current.fraction = fraction;
      current.isLast = isLast;
    }
    const whole = Buffer.concat(current.left.splice(0));
    if (whole.byteLength > partBytes) current.left.push(whole.subarray(partBytes));
    return whole.subarray(0, partBytes);
  };

  return {
    async open(passphrase) {
      if (outgoing !== null || opening) throw new AppError('TOO_MANY', 'an archive is being made');
      opening = true;
      try {
        const writer = await beginArchive(source(), passphrase, { clock, random }, cost);
        const patience = clock.setTimer(patienceMs, closeOutgoing);
        outgoing = { id: newId(), writer, left: [], fraction: 0, isLast: false, patience };
        return outgoing.id;
      } finally {
        opening = false;
      }
    },
    read(id) {
      if (outgoing?.id !== id) throw new AppError('CANCELLED', 'archive-closed');
      const current = outgoing;
      current.patience.cancel();
      const part = takePart(current);
      const isLast = current.isLast && current.left.length === 0;
      if (isLast) outgoing = null;
      else current.patience = clock.setTimer(patienceMs, closeOutgoing);
      return { bytes: Buffer.from(part).toString('base64'), fraction: current.fraction, isLast };
    },
    close(id) {
      if (outgoing?.id === id) closeOutgoing();
    },
    async put(id, text) {
      if (id === null) {
        await dropIncoming();
        const file = await open(incomingPath(profileDir), 'w+', 0o600).catch(asStorageError);
        incoming = { id: newId(), file, size: 0, inUse: false, patience: waitForMore() };
      }
      const current = incoming;
      if (current === null || (id !== null && current.id !== id) || current.inUse)
        throw new AppError('CANCELLED', 'archive-closed');
      current.patience.cancel();
      current.inUse = true;
      try {
        const { bytesWritten } = await current.file
          .write(Buffer.from(text, 'base64'), 0, null, current.size)
          .catch(asStorageError);
        current.size += bytesWritten;
      } finally {
        current.inUse = false;
        current.patience = waitForMore();
      }
      return current.id;
    },
    async *bringBack(id, passphrase, signal) {
      const current = incoming;
      if (current === null || current.id !== id || current.inUse) throw new AppError('CANCELLED', 'archive-closed');
      current.patience.cancel();
      current.inUse = true;
      const progress = createValue<BringBackProgress>({ step: 'checking', fraction: 0 });
      const ended = new AbortController();
      const stopping = new AbortController();
      const both = signal === undefined ? stopping.signal : AbortSignal.any([signal, stopping.signal]);
      const work = prepare(current, passphrase, (fraction) => progress.set({ step: 'checking', fraction }), both).finally(() =>
        ended.abort(),
      );
      // Thrown below.
      work.catch(() => undefined);
      try {
        yield* progress.watch(ended.signal);
        const { name } = await work;
        yield { step: 'done', name };
      } finally {
        stopping.abort();
        await work.catch(() => undefined);
        current.inUse = false;
        // Another passphrase may be tried on what is there.
        current.patience = waitForMore();
      }
    },
    async stop() {
      closeOutgoing();
      await dropIncoming();
    },
  };

  async function prepare(
    { file, size }: Incoming,
    passphrase: string,
    onFraction: (fraction: number) => void,
    signal: AbortSignal,
  ): Promise<AccountSecrets> {
    clearBroughtBack(profileDir);
    let at = 0;
    const read = async (length: number): Promise<Uint8Array> => {
      if (signal.aborted) throw new AppError('CANCELLED', 'stopped');
      const bytes = new Uint8Array(Math.min(length, size - at));
      for (let filled = 0; filled < bytes.byteLength;) {
        // oxlint-disable-next-line no-await-in-loop -- one read after the other
        const { bytesRead } = await file.read(bytes, filled, bytes.byteLength - filled, at + filled).catch(asStorageError);
        if (bytesRead === 0) return bytes.subarray(0, filled);
        filled += bytesRead;
      }
      at += bytes.byteLength;
      onFraction(Math.min(1, at / size));
      return bytes;
    };
    let database: BroughtBackDatabase | null = null;
    let secrets: AccountSecrets | null = null;
    let rows = 0;
    try {
      for await (const record of readArchive(read, passphrase)) {
        if (record.kind === 'account') {
          if (database !== null) throw new AppError('ARCHIVE_DAMAGED', 'damaged');
          secrets = decodeSecrets(record.secrets);
          database = await beginBroughtBack({
            path: broughtBackPath(profileDir, databaseName),
            version: record.schema,
            boxKey: record.boxKey,
            vault,
            clock,
          });
        } else if (database === null) {
          throw new AppError('ARCHIVE_DAMAGED', 'damaged');
        } else if (record.kind === 'rows') {
          database.insert(record);
          rows += record.rows.length;
        } else if (record.rows !== rows) {
          throw new AppError('ARCHIVE_DAMAGED', 'damaged');
        }
      }
      if (database === null || secrets === null) throw new AppError('ARCHIVE_DAMAGED', 'damaged');
      await database.finish();
    } catch (error) {
      database?.discard();
      throw error;
    }
    const moved = movedAccount(secrets, { random, nowMs: clock.nowMs() });
    await createSecretsFile(broughtBackPath(profileDir, secretsName), vault).save(moved);
    if (signal.aborted) throw new AppError('CANCELLED', 'stopped');
    broughtBackIsReady(profileDir);
    return moved;
  }
}

function asStorageError(error: unknown): never {
  const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
  throw new AppError(code === 'ENOSPC' || code === 'EDQUOT' ? 'DISK_FULL' : 'STORAGE_LOCKED', 'archive file', { code });
}
