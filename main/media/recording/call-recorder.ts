import { createOpusStereoEncoder, opusFrameSamples } from '../../../native-shims/opus/index.ts';
import { deviceFrameSamples } from '../devices/index.ts';
import { createOggOpusWriter } from './ogg-opus.ts';
import type { RecordingFault, RecordingFile } from './recording-file.ts';

/** Transparent for two voices that hardly ever speak at once; 43 MB an hour at most. */
const bitrateBps = 96_000;
/** Measured: 0.3 ms for 20 ms of both voices; more buys nothing that can be heard at this rate. */
const complexity = 3;
/** Four hours: a recording that somebody forgot ends before it fills the disk. */
export const recordingMaxMs = 4 * 3_600_000;
/**
 * 200 ms: a side that is this far behind the other has nothing to give (its device is changing), and is silent there.
 * Microphone and speaker give their frames in bursts of up to some 40 ms.
 */
const maxSkewSamples = 9_600;
/** Room for what one side may be ahead, and a burst on top. */
const laneSamples = 2 * maxSkewSamples;

export type RecordingEnd = RecordingFault | 'too-long' | null;

export interface RecorderOptions {
  readonly title: string;
  /** Names the stream within its file; random. */
  readonly serial: number;
  readonly file: RecordingFile;
  /** The longest time is over; the recorder has ended itself. */
  readonly onTooLong: () => void;
  /** For tests; four hours. */
  readonly maxMs?: number;
}

/** Both sides of a call on their way into a file: our own voice left, the other's right. Nothing is allocated per frame. */
export interface CallRecorder {
  /** 480 samples as they are sent; null: silence. */
  spoken(frame: Int16Array | null): void;
  /** 480 samples as they are played. */
  heard(frame: Int16Array): void;
  /** While paused nothing is taken, and no time passes in the file. */
  setPaused(paused: boolean): void;
  readonly recordedMs: number;
  /** Resolves when the file is whole and closed. */
  stop(): Promise<void>;
}

/** Samples of one side that wait for the other's. */
interface Lane {
  readonly samples: Int16Array;
  count: number;
}

export function createCallRecorder({ title, serial, file, onTooLong, maxMs = recordingMaxMs }: RecorderOptions): CallRecorder {
  const encoder = createOpusStereoEncoder({ bitrateBps, complexity });
  const writer = createOggOpusWriter({
    serial,
    channels: 2,
    preSkip: encoder.lookaheadSamples,
    title,
    write: (page) => file.write(page),
  });
  const left: Lane = { samples: new Int16Array(laneSamples), count: 0 };
  const right: Lane = { samples: new Int16Array(laneSamples), count: 0 };
  const stereo = new Int16Array(2 * opusFrameSamples);
  const silence = new Int16Array(deviceFrameSamples);
  let samples = 0;
  let paused = false;
  let stopped: Promise<void> | null = null;

  function push(lane: Lane, frame: Int16Array): void {
    if (paused || stopped !== null) return;
    lane.samples.set(frame, lane.count);
    lane.count += frame.length;
    while (Math.min(left.count, right.count) >= opusFrameSamples || lane.count > maxSkewSamples) encode(opusFrameSamples);
    if (samples >= maxMs * 48) {
      void stop();
      onTooLong();
    }
  }

  /** Takes up to a frame from each side; what a side does not have is silence. */
  function encode(wanted: number): void {
    for (let i = 0; i < opusFrameSamples; i += 1) {
      stereo[2 * i] = i < left.count ? (left.samples[i] ?? 0) : 0;
      stereo[2 * i + 1] = i < right.count ? (right.samples[i] ?? 0) : 0;
    }
    drop(left);
    drop(right);
    writer.packet(encoder.encode(stereo), opusFrameSamples);
    samples += wanted;
  }

  function stop(): Promise<void> {
    stopped ??= (async () => {
      for (let rest = Math.max(left.count, right.count); rest > 0; rest = Math.max(left.count, right.count)) {
        encode(Math.min(rest, opusFrameSamples));
      }
      // What the encoder still looks ahead to comes out with one more frame, unless the last one was short enough to hold it.
      if ((opusFrameSamples - (samples % opusFrameSamples)) % opusFrameSamples < encoder.lookaheadSamples) {
        stereo.fill(0);
        writer.packet(encoder.encode(stereo), opusFrameSamples);
      }
      writer.end(samples);
      encoder.free();
      await file.close();
    })();
    return stopped;
  }

  return {
    spoken: (frame) => push(left, frame ?? silence),
    heard: (frame) => push(right, frame),
    setPaused(next) {
      paused = next;
    },
    get recordedMs() {
      return Math.floor(samples / 48);
    },
    stop,
  };
}

function drop(lane: Lane): void {
  const taken = Math.min(lane.count, opusFrameSamples);
  lane.samples.copyWithin(0, taken, lane.count);
  lane.count -= taken;
}
