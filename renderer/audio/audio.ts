import type { MicrophoneProblem } from '../../preload/contract/index.ts';
import type { CaptureState } from './capture-state.ts';
import type { AudioDevice, AudioDevices } from './devices.ts';
import type { MicCheck } from './mic-check.ts';
import type { SpeakerTest } from './speaker-test.ts';
import type { SoundName } from './sounds.ts';
import type { VoicePlayback, VoicePlaybackEvents } from './voice-playback.ts';
import type { VoiceRecording, VoiceRecordingEvents } from './voice-recording.ts';

/** Levels of microphone and speaker: RMS, 0…1 of full scale. */
export interface VoiceLevels {
  /** What is sent: 0 while muted. */
  readonly local: number;
  readonly remote: number;
  /** What the microphone hears while muted, which does not leave the page; else 0. */
  readonly unheard: number;
}

/** The page's share of the delay, newest figures. */
export interface PlayoutHealth {
  /** Aimed for between media process and speaker. */
  readonly targetMs: number;
  /** What lay waiting here, on average. */
  readonly ringMs: number;
  readonly gaps: number;
  /** From this page to the air; null where the browser doesn't say. */
  readonly outputLatencyMs: number | null;
  /** From the air to this page; null without a microphone, or where the browser doesn't say. */
  readonly captureMs: number | null;
}

export interface ChosenDevices {
  /** As remembered, found by id or else by name; null: the system's choice. */
  readonly microphone: AudioDevice | null;
  readonly speaker: AudioDevice | null;
  /** The browser's own, on the microphone. */
  readonly noiseSuppression: boolean;
}

/** All that the page does with sound. */
export interface Audio {
  /**
   * Opens speaker, microphone and the line to the media process. Resolves when the other side can be heard; a microphone
   * that fails is told by `onProblem`, and the call goes on, listening. Rejects if nothing can be played at all.
   */
  startCall(): Promise<void>;
  stopCall(): Promise<void>;
  /** At once, here: what the microphone hears no longer leaves the page. Kept for the next call. */
  setMuted(muted: boolean): void;
  /** Takes effect during a call too. */
  setDevices(devices: ChosenDevices): void;
  listDevices(): Promise<AudioDevices>;
  onDevicesChanged(listener: () => void): () => void;
  /** During a call: the microphone can't be heard, and why; null once it can be again. */
  onProblem(listener: (problem: MicrophoneProblem | null) => void): () => void;
  /** During a call, ten times a second. */
  onLevel(listener: (levels: VoiceLevels) => void): () => void;
  playoutHealth(): PlayoutHealth | null;
  /** What the microphone of this call says of itself; null without one. */
  captureState(): CaptureState | null;
  micCheck(onLevel: (level: number) => void, onProblem: (problem: MicrophoneProblem) => void): MicCheck;
  /** Plays a sound on the chosen speaker, with the level of what goes there. */
  testSpeaker(onLevel: (level: number) => void, onEnd: () => void): SpeakerTest;
  /** From the chosen microphone. */
  recordVoice(events: VoiceRecordingEvents): VoiceRecording;
  /** On the chosen speaker. @param rate 1: as it was spoken */
  playVoice(sound: Blob, fromMs: number, rate: number, events: VoicePlaybackEvents): VoicePlayback;
  playSound(name: SoundName): void;
  stopSound(name: SoundName): void;
  /** The page is going: lets go of everything. */
  close(): void;
}
