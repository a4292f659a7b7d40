import type { MicrophoneProblem } from '../../preload/contract/index.ts';
import { listDevices, type AudioDevice } from './devices.ts';
import { idOf } from './remembered-device.ts';

export type MicrophoneResult =
  | { readonly stream: MediaStream; readonly problem: null }
  | { readonly stream: null; readonly problem: MicrophoneProblem };

export interface MicrophoneChoice {
  /** As remembered; null: the system's choice. */
  readonly device: AudioDevice | null;
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
 * Opens a microphone. A chosen one that is not there, or can't be opened, gives way to the system's choice, because to be
 * heard through the wrong one is better than not at all.
 */
export async function openMicrophone({ device, noiseSuppression }: MicrophoneChoice): Promise<MicrophoneResult> {
  const wanted: MediaTrackConstraints = { ...processing, noiseSuppression };
  try {
    const chosen = device === null ? null : await openChosen(device, wanted);
    return { stream: chosen ?? (await navigator.mediaDevices.getUserMedia({ audio: wanted })), problem: null };
  } catch (error) {
    return { stream: null, problem: problemOf(error) };
  }
}

/** `exact`, because of several that would do a browser may take any. Null if this one can't be had. */
async function openChosen(device: AudioDevice, wanted: MediaTrackConstraints): Promise<MediaStream | null> {
  const id = idOf((await listDevices()).microphones, device) ?? device.id;
  try {
    return await navigator.mediaDevices.getUserMedia({ audio: { ...wanted, deviceId: { exact: id } } });
  } catch (error) {
    // Refused is refused: asking again would only ask the person again.
    if (problemOf(error) === 'denied') throw error;
    return null;
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
