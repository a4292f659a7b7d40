import type { Clock } from '../../ports/clock.ts';
import { deviceFrameMs, deviceFrameSamples, type AudioDevice, type DeviceHooks } from './audio-device.ts';
import { startPacedTicks } from './paced-ticks.ts';

/** A sentence and a bit; also the bound of what is kept. */
const maxRecordMs = 10_000;
/** A pause this long after speech means: your turn. */
const silenceMs = 1_500;
/** Mean magnitude above which a frame counts as speech (about −45 dBFS). */
const speechMagnitude = 180;
/** Kept before the first loud frame, so that the beginning of a word is not cut. */
const leadInFrames = 20;

type State = 'waiting' | 'recording' | 'playing';

/** The sound test's other end: hears you out, then says it again. */
export function createEchoDevice(clock: Clock): AudioDevice {
  const maxFrames = maxRecordMs / deviceFrameMs;
  const memory = new Int16Array(maxFrames * deviceFrameSamples);
  const heard = new Int16Array(deviceFrameSamples);
  const silence = new Int16Array(deviceFrameSamples);
  let ticks: { stop(): void } | null = null;
  let state: State = 'waiting';
  let frames = 0;
  let quietFrames = 0;
  let playAt = 0;

  const frameAt = (index: number): Int16Array => memory.subarray(index * deviceFrameSamples, (index + 1) * deviceFrameSamples);

  function listen(): void {
    const loud = magnitude(heard) > speechMagnitude;
    if (state === 'waiting') {
      if (frames === leadInFrames) {
        memory.copyWithin(0, deviceFrameSamples, frames * deviceFrameSamples);
        frames -= 1;
      }
      if (loud) state = 'recording';
    }
    frameAt(frames).set(heard);
    frames += 1;
    quietFrames = loud ? 0 : quietFrames + 1;
    if (state === 'recording' && (frames === maxFrames || quietFrames * deviceFrameMs >= silenceMs)) {
      state = 'playing';
      playAt = 0;
    }
  }

  function speak(hooks: DeviceHooks, dueMs: number): void {
    hooks.capture(frameAt(playAt), dueMs, false);
    playAt += 1;
    if (playAt >= frames) reset();
  }

  function reset(): void {
    state = 'waiting';
    frames = 0;
    quietFrames = 0;
  }

  const stop = (): Promise<void> => {
    ticks?.stop();
    ticks = null;
    return Promise.resolve();
  };
  return {
    start(hooks) {
      reset();
      ticks = startPacedTicks(clock, deviceFrameMs, (dueMs) => {
        hooks.play(heard, dueMs);
        if (state === 'playing') {
          speak(hooks, dueMs);
          return;
        }
        listen();
        hooks.capture(silence, dueMs, false);
      });
    },
    stop,
    close: stop,
  };
}

function magnitude(frame: Int16Array): number {
  let sum = 0;
  for (const sample of frame) sum += Math.abs(sample);
  return sum / frame.length;
}
