import type { SoundOutput } from './sound-output.ts';
import { renderSound } from './sounds.ts';
import { watchLevel } from './watch-level.ts';

/** A sound on its way to the chosen speaker. */
export interface SpeakerTest {
  stop(): void;
}

/**
 * Plays the ring once, the longest of the app's sounds, and tells the level of what goes to the speaker.
 * @param onLevel RMS, 0…1 of full scale, 20 times a second; 0 at the end
 * @param onEnd also after `stop`
 */
export function startSpeakerTest(output: SoundOutput, onLevel: (level: number) => void, onEnd: () => void): SpeakerTest {
  const context = output.acquire();
  const sound = renderSound('ring', context.sampleRate);
  const buffer = new AudioBuffer({ length: sound.length, sampleRate: context.sampleRate });
  buffer.copyToChannel(sound, 0);
  const source = new AudioBufferSourceNode(context, { buffer });
  const level = watchLevel(context, onLevel);
  source.connect(level.node).connect(context.destination);
  let isOver = false;
  const end = (): void => {
    if (isOver) return;
    isOver = true;
    level.stop();
    output.release();
    onLevel(0);
    onEnd();
  };
  source.addEventListener('ended', end, { once: true });
  source.start();
  return {
    stop() {
      if (!isOver) source.stop();
      end();
    },
  };
}
