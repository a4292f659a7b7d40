import type { MicrophoneProblem } from '../../preload/contract/index.ts';
import { closeMicrophone, onUnplugged, openMicrophone, type MicrophoneChoice } from './microphone.ts';
import type { SoundOutput } from './sound-output.ts';
import { watchLevel } from './watch-level.ts';

/** A running microphone check. Nothing is recorded or sent. */
export interface MicCheck {
  stop(): void;
}

/** @param onLevel RMS, 0…1 of full scale, 20 times a second */
export function startMicCheck(
  output: SoundOutput,
  microphone: MicrophoneChoice,
  onLevel: (level: number) => void,
  onProblem: (problem: MicrophoneProblem) => void,
): MicCheck {
  let isStopped = false;
  let close: (() => void) | null = null;
  const run = async (): Promise<void> => {
    const { stream, problem } = await openMicrophone(microphone);
    if (isStopped) {
      if (stream !== null) closeMicrophone(stream);
      return;
    }
    if (problem !== null) {
      onProblem(problem);
      return;
    }
    close = listen(output, stream, onLevel);
    onUnplugged(stream, () => {
      if (!isStopped) onProblem('unplugged');
    });
  };
  run().catch(() => onProblem('failed'));
  return {
    stop: () => {
      if (isStopped) return;
      isStopped = true;
      close?.();
    },
  };
}

function listen(output: SoundOutput, stream: MediaStream, onLevel: (level: number) => void): () => void {
  const context = output.acquire();
  const source = context.createMediaStreamSource(stream);
  const level = watchLevel(context, onLevel);
  source.connect(level.node);
  return () => {
    source.disconnect();
    level.stop();
    closeMicrophone(stream);
    output.release();
  };
}
