import { readFile, stat } from 'node:fs/promises';
import { AppError } from '../../ports/app-error.ts';
import type { Clock } from '../../ports/clock.ts';
import { deviceFrameMs, deviceFrameSamples, type AudioDevice, type DeviceHooks } from './audio-device.ts';
import { startPacedTicks } from './paced-ticks.ts';
import { decodeWav, maxWavBytes } from './wav.ts';
import { createWavRecorder, type WavRecorder } from './wav-recorder.ts';

export interface WavFiles {
  readonly playPath: string | null;
  readonly recordPath: string | null;
}

/**
 * Files as microphone and speaker, in real time. The file is spoken once from its beginning each time the device starts, then
 * there is silence; what the other says is recorded, one call after the other, until the device is closed.
 * @param skewPpm by so many millionths it runs faster than the clock
 * @throws AppError BAD_WAV if the file to play is none, or the recording can't be created
 */
export async function createWavDevice(clock: Clock, { playPath, recordPath }: WavFiles, skewPpm = 0): Promise<AudioDevice> {
  const frameMs = deviceFrameMs / (1 + skewPpm / 1e6);
  const speech = playPath === null ? null : await readWav(playPath);
  let hooks: DeviceHooks | null = null;
  let recorder: WavRecorder | null = null;
  if (recordPath !== null) {
    recorder = await createWavRecorder(recordPath, (detail) => hooks?.failed('speaker', `the recording stopped: ${detail}`));
  }
  const heard = new Int16Array(deviceFrameSamples);
  const spoken = new Int16Array(deviceFrameSamples);
  const silence = new Int16Array(deviceFrameSamples);
  let ticks: { stop(): void } | null = null;
  let recordStarted = false;

  return {
    start(given) {
      hooks = given;
      const startMs = clock.monotonicMs();
      let frames = 0;
      if (speech !== null) given.milestone('capture-started', startMs);
      ticks = startPacedTicks(clock, frameMs, (dueMs) => {
        // A pacer that could not run for long leaves time out, as a sound card does; the files keep to the clock.
        const missed = Math.max(0, Math.round((dueMs - startMs) / frameMs) - frames - 1);
        if (recordStarted) for (let i = 0; i < missed; i += 1) recorder?.write(silence);
        // A microphone gives a frame when its last sample is in: 10 ms after the first.
        const at = (frames + missed) * deviceFrameSamples;
        frames += missed + 1;
        for (let i = 0; i < deviceFrameSamples; i += 1) spoken[i] = speech?.[at + i] ?? 0;
        given.capture(spoken, dueMs, false);
        given.play(heard, dueMs);
        if (recorder === null) return;
        if (!recordStarted) given.milestone('record-started', dueMs);
        recordStarted = true;
        recorder.write(heard);
      });
    },
    async stop() {
      ticks?.stop();
      ticks = null;
      hooks = null;
      await Promise.resolve();
    },
    async close() {
      ticks?.stop();
      ticks = null;
      hooks = null;
      await recorder?.close();
      recorder = null;
    },
  };
}

async function readWav(path: string): Promise<Int16Array> {
  let bytes: Uint8Array;
  try {
    const { size } = await stat(path);
    if (size > maxWavBytes) throw new AppError('BAD_WAV', 'too large', { bytes: size });
    bytes = await readFile(path);
  } catch (error) {
    if (error instanceof AppError) throw error;
    throw new AppError('BAD_WAV', 'the file cannot be read', {
      detail: error instanceof Error ? error.message.slice(0, 200) : '',
    });
  }
  return decodeWav(bytes);
}
