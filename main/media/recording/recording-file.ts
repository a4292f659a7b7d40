import { constants } from 'node:fs';
import { mkdir, open } from 'node:fs/promises';
import { dirname } from 'node:path';

/** Why a recording ended by itself. */
export type RecordingFault = 'disk-full' | 'failed';

/** A file that grows by pages, written one after the other in the background. */
export interface RecordingFile {
  write(page: Uint8Array): void;
  /** Resolves when everything given is on its way to the disk and the file is closed. */
  close(): Promise<void>;
}

/** What is needed of an open file: `FileHandle` is one. */
interface OpenedFile {
  write(bytes: Uint8Array, offset: number): Promise<{ readonly bytesWritten: number }>;
  close(): Promise<void>;
}

/** Makes the file and its folder, for this user only. One that is there already is never touched. */
async function createFile(path: string): Promise<OpenedFile> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  return open(path, constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL, 0o600);
}

/** 4 MB, minutes of sound: a disk that is this far behind is not coming back. */
const maxPendingBytes = 4 * 1024 * 1024;

const faultOf = (error: unknown): RecordingFault => {
  const code = error instanceof Error && 'code' in error ? error.code : null;
  return code === 'ENOSPC' || code === 'EDQUOT' ? 'disk-full' : 'failed';
};

/** @param onFault told once; nothing is written after it, and what was written stays */
export function createRecordingFile(
  path: string,
  onFault: (fault: RecordingFault) => void,
  create: (path: string) => Promise<OpenedFile> = createFile,
): RecordingFile {
  let pendingBytes = 0;
  let isFaulty = false;
  let handle: OpenedFile | null = null;

  const fail = (fault: RecordingFault): void => {
    if (isFaulty) return;
    isFaulty = true;
    // Not from within `write`: whoever writes is in the middle of a page.
    queueMicrotask(() => onFault(fault));
  };
  const begin = async (): Promise<void> => {
    handle = await create(path);
  };
  /** Each step after the one before; a step that fails ends the writing, not the chain. */
  let steps: Promise<void> = begin().catch((error: unknown) => fail(faultOf(error)));
  const then = (step: () => Promise<void>): void => {
    steps = steps.then(step).catch((error: unknown) => fail(faultOf(error)));
  };

  return {
    write(page) {
      if (isFaulty) return;
      pendingBytes += page.byteLength;
      if (pendingBytes > maxPendingBytes) return fail('failed');
      then(async () => {
        if (!isFaulty) await writeWhole(handle, page);
        pendingBytes -= page.byteLength;
      });
    },
    async close() {
      then(async () => {
        await handle?.close();
        handle = null;
      });
      await steps;
    },
  };
}

/** A full disk may take a part of a page before it says so. */
async function writeWhole(handle: OpenedFile | null, page: Uint8Array): Promise<void> {
  for (let at = 0; at < page.byteLength;) {
    const written = await handle?.write(page, at);
    if (written === undefined) return;
    at += written.bytesWritten;
  }
}
