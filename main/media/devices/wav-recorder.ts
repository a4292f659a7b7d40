import { open, type FileHandle } from 'node:fs/promises';
import { AppError } from '../../ports/app-error.ts';
import { wavHeader, wavHeaderBytes } from './wav.ts';

/** Written in pieces of a second, with the header brought up to date: after a crash at most that much is missing. */
const flushSamples = 48_000;
/** A file's sizes are 32 bit; 3 hours is enough for any call and keeps far below. */
const maxSamples = 3 * 3600 * 48_000;

export interface WavRecorder {
  write(frame: Int16Array): void;
  /** Finishes the file. */
  close(): Promise<void>;
}

/**
 * Records to a WAV file. Frames are taken without waiting; the disk works behind.
 * @param onError called once, with the first failure; nothing more is recorded then
 * @throws AppError BAD_WAV if the file can't be created
 */
export async function createWavRecorder(path: string, onError: (detail: string) => void): Promise<WavRecorder> {
  let file: FileHandle;
  try {
    file = await open(path, 'w');
    await file.write(wavHeader(0), 0, wavHeaderBytes, 0);
  } catch (error) {
    throw new AppError('BAD_WAV', 'the recording cannot be written', { detail: describe(error) });
  }
  let pending = new Int16Array(flushSamples);
  let spare = new Int16Array(flushSamples);
  let filled = 0;
  let written = 0;
  let failed = false;
  let work: Promise<void> = Promise.resolve();

  function flush(): void {
    if (filled === 0 || failed) return;
    const samples = pending.subarray(0, filled);
    const at = wavHeaderBytes + written * 2;
    written += filled;
    const total = written;
    // Two buffers take turns: one is written while the other fills. A disk slower than a second a second gets new ones.
    pending = spare;
    spare = new Int16Array(flushSamples);
    filled = 0;
    work = work
      .then(async () => {
        const bytes = Buffer.from(samples.buffer, samples.byteOffset, samples.byteLength);
        await file.write(bytes, 0, bytes.length, at);
        await file.write(wavHeader(total), 0, wavHeaderBytes, 0);
      })
      .catch((error: unknown) => {
        if (!failed) onError(describe(error));
        failed = true;
      });
  }

  return {
    write(frame) {
      if (failed || written + filled + frame.length > maxSamples) return;
      if (filled + frame.length > flushSamples) flush();
      pending.set(frame, filled);
      filled += frame.length;
    },
    async close() {
      flush();
      await work;
      await file.close();
    },
  };
}

const describe = (error: unknown): string => (error instanceof Error ? error.message.slice(0, 200) : 'unknown');
