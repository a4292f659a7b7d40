import type { MicrophoneProblem } from '../../preload/contract/index.ts';
import type { Audio, ChosenDevices, PlayoutHealth, VoiceLevels } from './audio.ts';
import { listDevices, onDevicesChanged, type AudioDevices } from './devices.ts';
import { startMicCheck, type MicCheck } from './mic-check.ts';
import type { CaptureState } from './capture-state.ts';
import type { MicrophoneChoice } from './microphone.ts';
import { SoundOutput } from './sound-output.ts';
import { startSpeakerTest, type SpeakerTest } from './speaker-test.ts';
import { SoundPlayer } from './sound-player.ts';
import type { SoundName } from './sounds.ts';
import { VoiceCall, type VoiceReport } from './voice-call.ts';
import type { PcmLine } from './voice-messages.ts';
import { startVoicePlayback, type VoicePlayback, type VoicePlaybackEvents } from './voice-playback.ts';
import { startVoiceRecording, type VoiceRecording, type VoiceRecordingEvents } from './voice-recording.ts';

export interface AudioOptions {
  /** A new line to the media process; asked for once per call. */
  readonly openPcm: () => Promise<PcmLine>;
}

/** As often as the media process reports figures of a call. */
const healthEveryMs = 1_000;

/** The page's sound: at most one call, microphone checks, and the app's own sounds, through one output. */
export class AudioEngine implements Audio {
  readonly #options: AudioOptions;
  readonly #output = new SoundOutput();
  readonly #sounds = new SoundPlayer(this.#output);
  readonly #problemListeners = new Set<(problem: MicrophoneProblem | null) => void>();
  readonly #levelListeners = new Set<(levels: VoiceLevels) => void>();
  #microphone: MicrophoneChoice = { device: null, noiseSuppression: true };
  #muted = false;
  #call: VoiceCall | null = null;
  #health: PlayoutHealth | null = null;
  #healthToldMs = -Infinity;
  /** The other side was heard in this call: from then on our own sounds step back. */
  #hearsOther = false;

  constructor(options: AudioOptions) {
    this.#options = options;
  }

  async startCall(): Promise<void> {
    await this.stopCall();
    const call = new VoiceCall({
      output: this.#output,
      openPcm: this.#options.openPcm,
      microphone: this.#microphone,
      muted: this.#muted,
      onReport: (report) => {
        if (this.#call === call) this.#reported(report);
      },
      onProblem: (problem) => {
        if (this.#call === call) for (const listener of this.#problemListeners) listener(problem);
      },
    });
    this.#call = call;
    try {
      await call.open();
    } catch (error) {
      call.close();
      if (this.#call === call) this.#call = null;
      throw error;
    }
  }

  stopCall(): Promise<void> {
    this.#call?.close();
    this.#call = null;
    this.#health = null;
    this.#hearsOther = false;
    return Promise.resolve();
  }

  setMuted(muted: boolean): void {
    this.#muted = muted;
    this.#call?.setMuted(muted);
  }

  setDevices({ microphone, speaker, noiseSuppression }: ChosenDevices): void {
    this.#microphone = { device: microphone, noiseSuppression };
    this.#call?.setMicrophone(this.#microphone);
    this.#output.setSpeaker(speaker);
  }

  listDevices(): Promise<AudioDevices> {
    return listDevices();
  }

  onDevicesChanged(listener: () => void): () => void {
    return onDevicesChanged(listener);
  }

  onProblem(listener: (problem: MicrophoneProblem | null) => void): () => void {
    this.#problemListeners.add(listener);
    return () => this.#problemListeners.delete(listener);
  }

  onLevel(listener: (levels: VoiceLevels) => void): () => void {
    this.#levelListeners.add(listener);
    return () => this.#levelListeners.delete(listener);
  }

  playoutHealth(): PlayoutHealth | null {
    return this.#health;
  }

  captureState(): CaptureState | null {
    return this.#call?.capture ?? null;
  }

  micCheck(onLevel: (level: number) => void, onProblem: (problem: MicrophoneProblem) => void): MicCheck {
    return startMicCheck(this.#output, this.#microphone, onLevel, onProblem);
  }

  testSpeaker(onLevel: (level: number) => void, onEnd: () => void): SpeakerTest {
    return startSpeakerTest(this.#output, onLevel, onEnd);
  }

  recordVoice(events: VoiceRecordingEvents): VoiceRecording {
    return startVoiceRecording(this.#output, this.#microphone, events);
  }

  playVoice(sound: Blob, fromMs: number, rate: number, events: VoicePlaybackEvents): VoicePlayback {
    return startVoicePlayback(this.#output, sound, fromMs, rate, events);
  }

  playSound(name: SoundName): void {
    this.#sounds.play(name, this.#hearsOther);
  }

  stopSound(name: SoundName): void {
    this.#sounds.stop(name);
  }

  close(): void {
    void this.stopCall();
    this.#sounds.stopAll();
    this.#output.close();
  }

  #tellHealth({ captureMs, ringMs, outputLatencyMs, gaps }: PlayoutHealth): void {
    const nowMs = performance.now();
    if (nowMs - this.#healthToldMs < healthEveryMs) return;
    this.#healthToldMs = nowMs;
    this.#call?.tellHealth({ captureMs, ringMs, outputMs: outputLatencyMs, playerGaps: gaps });
  }

  #reported({ local, unheard, remote, targetMs, ringMs, gaps }: VoiceReport): void {
    const { outputLatencyMs } = this.#output;
    this.#health = { targetMs, ringMs, gaps, outputLatencyMs, captureMs: this.#call?.capture?.captureMs ?? null };
    this.#tellHealth(this.#health);
    if (remote > 0) this.#hearsOther = true;
    for (const listener of this.#levelListeners) listener({ local, remote, unheard });
  }
}
