import { voiceMaxBytes, voiceMaxMs, type MicrophoneProblem } from '../../preload/contract/index.ts';
import { closeMicrophone, onUnplugged, openMicrophone, type MicrophoneChoice } from './microphone.ts';
import { openOpusEncoder, type OpusEncoder } from './opus-encoder.ts';
import type { SoundOutput } from './sound-output.ts';
import { watchLevel } from './watch-level.ts';

/** Room for the last page, and one more that is on its way. */
const spareBytes = 16 * 1024;

/** A finished recording. */
export interface RecordedVoice {
  readonly sound: Blob;
  readonly durationMs: number;
  /** 20 a second, RMS 0…1. */
  readonly levels: readonly number[];
}

export type RecordingStop = 'asked' | 'too-long' | 'unplugged';

export interface VoiceRecordingEvents {
  /** The microphone is open: from now on. */
  readonly onBegin: () => void;
  /** 20 times a second. RMS, 0…1. */
  readonly onLevel: (level: number, elapsedMs: number) => void;
  /** Once; nothing comes after it. */
  readonly onEnd: (voice: RecordedVoice, why: RecordingStop) => void;
  /** Instead of `onEnd`: nothing was recorded. */
  readonly onProblem: (problem: MicrophoneProblem) => void;
}

/** A voice message being recorded. */
export interface VoiceRecording {
  /** `onEnd` follows, if it had begun; else nothing. */
  finish(): void;
  /** As if it had never been. */
  discard(): void;
}

export function startVoiceRecording(
  output: SoundOutput,
  microphone: MicrophoneChoice,
  { onBegin, onLevel, onEnd, onProblem }: VoiceRecordingEvents,
): VoiceRecording {
  let isOver = false;
  let finish: ((why: RecordingStop) => void) | null = null;
  let letGo = (): void => undefined;

  const record = (stream: MediaStream, encoder: OpusEncoder, context: AudioContext): void => {
    const source = context.createMediaStreamSource(stream);
    const levels: number[] = [];
    const sinceS = context.currentTime;
    const elapsedMs = (): number => Math.min(voiceMaxMs, Math.round((context.currentTime - sinceS) * 1000));
    const level = watchLevel(context, (rms) => {
      levels.push(rms);
      onLevel(rms, elapsedMs());
      if (elapsedMs() >= voiceMaxMs || encoder.bytes > voiceMaxBytes - spareBytes) finish?.('too-long');
    });
    letGo = () => {
      level.stop();
      source.disconnect();
      closeMicrophone(stream);
      encoder.close();
      output.release();
    };
    finish = (why) => {
      if (isOver) return;
      isOver = true;
      const durationMs = elapsedMs();
      level.stop();
      encoder.finish().then(
        (sound) => {
          letGo();
          onEnd({ sound, durationMs, levels }, why);
        },
        () => {
          letGo();
          onProblem('failed');
        },
      );
    };
    source.connect(level.node);
    source.connect(encoder.node);
    onUnplugged(stream, () => finish?.('unplugged'));
    onBegin();
  };
  const open = async (): Promise<void> => {
    const { stream, problem } = await openMicrophone(microphone);
    if (problem !== null) {
      if (!isOver) onProblem(problem);
      return;
    }
    if (isOver) return closeMicrophone(stream);
    const context = output.acquire();
    letGo = () => {
      closeMicrophone(stream);
      output.release();
    };
    await output.encoderModule();
    const encoder = await openOpusEncoder(context);
    if (!isOver) return record(stream, encoder, context);
    encoder.close();
    return letGo();
  };
  open().catch(() => {
    letGo();
    if (!isOver) onProblem('failed');
  });
  return {
    finish() {
      if (finish === null) isOver = true;
      else finish('asked');
    },
    discard() {
      if (isOver) return;
      isOver = true;
      if (finish !== null) letGo();
    },
  };
}
