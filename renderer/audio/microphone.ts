import type { MicrophoneProblem } from '../../preload/contract/index.ts';

export type MicrophoneResult =
  | { readonly stream: MediaStream; readonly problem: null }
  | { readonly stream: null; readonly problem: MicrophoneProblem };

export interface MicrophoneChoice {
  /** Null: the system's choice. */
  readonly deviceId: string | null;
  /** Chromium's own. */
  readonly noiseSuppression: boolean;
}

/** The processing is Chromium's own; it hears what the page plays, so that the other side doesn't hear itself. */
const processing: MediaTrackConstraints = {
  echoCancellation: true,
  autoGainControl: true,
  channelCount: 1,
};

/**
 * Opens a microphone. `ideal`, not `exact`: a chosen microphone that is not there gives way to the system's choice, because
 * to be heard through the wrong one is better than not at all.
 */
export async function openMicrophone({ deviceId, noiseSuppression }: MicrophoneChoice): Promise<MicrophoneResult> {
  try {
    const chosen: MediaTrackConstraints = deviceId === null ? {} : { deviceId: { ideal: deviceId } };
    const stream = await navigator.mediaDevices.getUserMedia({ audio: { ...processing, noiseSuppression, ...chosen } });
    return { stream, problem: null };
  } catch (error) {
    return { stream: null, problem: problemOf(error) };
  }
}
/** Names of Media Capture and Streams §10.2. */
export function problemOf(error: unknown): MicrophoneProblem {
  const name = error instanceof Error || error instanceof DOMException ? error.name : '';
  switch (name) {
    case 'NotAllowedError':
    case 'SecurityError':
      return 'denied';
    case 'NotFoundError':
    case 'OverconstrainedError':
      return 'none';
    default:
      return 'failed';
  }
}

export function closeMicrophone(stream: MediaStream): void {
  for (const track of stream.getTracks()) track.stop();
}

/** Called once if the microphone is pulled out (`stop()` on our side does not count, Media Capture §4.3.1). */
export function onUnplugged(stream: MediaStream, listener: () => void): void {
  const [track] = stream.getAudioTracks();
  track?.addEventListener('ended', listener, { once: true });
}
