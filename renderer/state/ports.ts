import type { ContractRouterClient } from '@orpc/contract';
import type { Contract, MicrophoneProblem } from '../../preload/contract/index.ts';

/** The typed client of the bridge. */
export type Client = ContractRouterClient<Contract>;

export interface WindowControls {
  minimise(): void;
  toggleMaximise(): void;
  close(): void;
}

/** What this page can know about the process behind the bridge. `up` after `down` means everything is subscribed anew. */
export type Lifecycle = 'up' | 'engine-down' | 'bridge-down';

/** What the interface needs of the bridge; `renderer/bridge` provides it. */
export interface UiBridge {
  readonly client: Client;
  readonly shell: 'electron' | 'browser';
  readonly platform: string;
  readonly windowControls: WindowControls | null;
  onLifecycle(listener: (state: Lifecycle) => void): () => void;
}

export interface AudioDevice {
  readonly id: string;
  readonly label: string;
}

export interface AudioDevices {
  readonly microphones: readonly AudioDevice[];
  readonly speakers: readonly AudioDevice[];
}

export type SoundName = 'ring' | 'ringback' | 'connect' | 'end' | 'message' | 'reconnecting';

/** A running microphone check: the level of the chosen microphone, nothing recorded or sent. */
export interface MicCheck {
  stop(): void;
}

/** What the interface needs of sound; `renderer/audio` provides it. Levels are 0…1. */
export interface UiAudio {
  startCall(): Promise<void>;
  stopCall(): Promise<void>;
  setMuted(muted: boolean): void;
  setDevices(devices: { microphoneId: string | null; speakerId: string | null }): void;
  listDevices(): Promise<AudioDevices>;
  onDevicesChanged(listener: () => void): () => void;
  onProblem(listener: (problem: MicrophoneProblem | null) => void): () => void;
  micCheck(onLevel: (level: number) => void, onProblem: (problem: MicrophoneProblem) => void): MicCheck;
  playSound(name: SoundName): void;
  stopSound(name: SoundName): void;
}
