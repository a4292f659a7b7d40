import type { SoundOutput } from './sound-output.ts';

/** As often as the page paints a moving hand. */
const tellEveryMs = 80;

export interface VoicePlaybackEvents {
  readonly onPosition: (positionMs: number) => void;
  /** Played to its end, or it can't be played. */
  readonly onEnd: (failed: boolean) => void;
}

/** A voice message being played, on the chosen speaker. Speed leaves the pitch alone. */
export interface VoicePlayback {
  resume(): void;
  pause(): void;
  seek(positionMs: number): void;
  setRate(rate: number): void;
  close(): void;
}

/**
 * An element of the page decodes, so that seeking and speed are the browser's; through the audio graph it goes where the page's
 * other sounds go.
 */
export function startVoicePlayback(
  output: SoundOutput,
  sound: Blob,
  fromMs: number,
  rate: number,
  { onPosition, onEnd }: VoicePlaybackEvents,
): VoicePlayback {
  const address = URL.createObjectURL(sound);
  const element = new Audio(address);
  element.preservesPitch = true;
  element.playbackRate = rate;
  element.currentTime = fromMs / 1000;
  const context = output.acquire();
  const source = context.createMediaElementSource(element);
  source.connect(context.destination);
  let isClosed = false;
  const tell = (): void => onPosition(Math.round(element.currentTime * 1000));
  const timer = setInterval(() => {
    if (!element.paused) tell();
  }, tellEveryMs);
  const end = (failed: boolean): void => {
    if (isClosed) return;
    close();
    onEnd(failed);
  };
  const close = (): void => {
    if (isClosed) return;
    isClosed = true;
    clearInterval(timer);
    element.pause();
    source.disconnect();
    element.removeAttribute('src');
    URL.revokeObjectURL(address);
    output.release();
  };
  const play = (): void => {
    element.play().catch((error: unknown) => {
      // Paused before it began: that is what was asked for.
      if (!(error instanceof DOMException && error.name === 'AbortError')) end(true);
    });
  };
  element.addEventListener('ended', () => end(false));
  element.addEventListener('error', () => end(true));
  play();
  return {
    resume: play,
    pause: () => element.pause(),
    seek(positionMs) {
      element.currentTime = positionMs / 1000;
      tell();
    },
    setRate(next) {
      element.playbackRate = next;
    },
    close,
  };
}
