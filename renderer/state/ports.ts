import type { BridgeClient, BridgePlatform, MicrophoneProblem, WindowControls } from '../../preload/contract/index.ts';
import type {
  AudioDevice,
  AudioDevices,
  CaptureState,
  MicCheck,
  SoundName,
  SpeakerTest,
  VoiceLevels,
  VoicePlayback,
  VoicePlaybackEvents,
  VoiceRecording,
  VoiceRecordingEvents,
} from '../audio/index.ts';
import type { Lifecycle, System } from '../bridge/index.ts';

export type {
  AudioDevice,
  AudioDevices,
  CaptureState,
  RecordedVoice,
  RecordingStop,
  SoundName,
  SpeakerTest,
  VoicePlayback,
  VoiceRecording,
  VoiceRecordingEvents,
  VoicePlaybackEvents,
} from '../audio/index.ts';
export type { Desktop, Lifecycle, System } from '../bridge/index.ts';

/** The typed client of the bridge. */
export type Client = BridgeClient;

/** What the interface needs of the bridge; `renderer/bridge` provides it. */
export interface UiBridge {
  readonly client: Client;
  readonly shell: 'electron' | 'browser';
  readonly platform: BridgePlatform;
  /** Null where the system draws the window's buttons. */
  readonly windowControls: WindowControls | null;
  /** Tells the current state at once, then each change. `up` after a break: everything is subscribed to anew. */
  onLifecycle(listener: (state: Lifecycle) => void): () => void;
  /** Notifications, badge, and the window itself. */
  readonly system: System;
}

/** What the interface needs of sound; `renderer/audio` provides it. Levels are 0…1. */
export interface UiAudio {
  startCall(): Promise<void>;
  stopCall(): Promise<void>;
  setMuted(muted: boolean): void;
  setDevices(devices: { microphone: AudioDevice | null; speaker: AudioDevice | null; noiseSuppression: boolean }): void;
  listDevices(): Promise<AudioDevices>;
  onDevicesChanged(listener: () => void): () => void;
  onProblem(listener: (problem: MicrophoneProblem | null) => void): () => void;
  onLevel(listener: (levels: VoiceLevels) => void): () => void;
  captureState(): CaptureState | null;
  micCheck(onLevel: (level: number) => void, onProblem: (problem: MicrophoneProblem) => void): MicCheck;
  testSpeaker(onLevel: (level: number) => void, onEnd: () => void): SpeakerTest;
  recordVoice(events: VoiceRecordingEvents): VoiceRecording;
  playVoice(sound: Blob, fromMs: number, rate: number, events: VoicePlaybackEvents): VoicePlayback;
  playSound(name: SoundName): void;
  stopSound(name: SoundName): void;
}
