import type { MicrophoneFigures, MicrophoneProblem, SpeakerFigures } from '../../preload/contract/index.ts';
import type { UiAudio } from '../state/index.ts';

/** A breath, and most rooms have made some noise. Nobody has to speak. */
const listenMs = 2_000;
/** The person may be asked for leave meanwhile; whoever has not answered by then has not given it. */
const patienceMs = 9_000;
/** Enough to hear that it plays. */
const playMs = 700;

/** Listens to the microphone for a moment; nothing is kept or sent. */
export function probeMicrophone(audio: UiAudio, signal: AbortSignal): Promise<MicrophoneFigures> {
  return new Promise((resolve) => {
    let peak: number | null = null;
    let listening: ReturnType<typeof setTimeout> | null = null;
    const end = (problem: MicrophoneProblem | null): void => {
      check.stop();
      clearTimeout(patience);
      if (listening !== null) clearTimeout(listening);
      signal.removeEventListener('abort', stop);
      resolve({ isHere: true, problem, peak: peak === null ? null : Math.min(peak, 1) });
    };
    const stop = (): void => end(null);
    const patience = setTimeout(() => end('denied'), patienceMs);
    const check = audio.micCheck(
      (level) => {
        peak = Math.max(peak ?? 0, level);
        listening ??= setTimeout(() => end(null), listenMs);
      },
      // It may fail before there is anything to stop.
      (problem) => void Promise.resolve().then(() => end(problem)),
    );
    signal.addEventListener('abort', stop);
  });
}

/** Plays a moment of the ring. */
export async function probeSpeaker(audio: UiAudio, signal: AbortSignal): Promise<SpeakerFigures> {
  const { speakers } = await audio.listDevices();
  const played = await new Promise<boolean>((resolve) => {
    let loudest = 0;
    const test = audio.testSpeaker(
      (level) => {
        loudest = Math.max(loudest, level);
      },
      () => resolve(loudest > 0),
    );
    const timer = setTimeout(() => test.stop(), playMs);
    signal.addEventListener('abort', () => {
      clearTimeout(timer);
      test.stop();
    });
  });
  return { isHere: true, devices: speakers.length, played };
}
