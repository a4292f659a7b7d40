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
import type { PcmLine, PlayerReport } from './voice-messages.ts';
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
  #report: PlayerReport | null = null;
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
    this.#report = null;
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
    if (this.#report === null) return null;
    const { targetMs, ringMs, gaps } = this.#report;
    return {
      targetMs,
      ringMs,
      gaps,
      outputLatencyMs: this.#output.outputLatencyMs,
      captureMs: this.captureState()?.captureMs ?? null,
    };
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

  #reported(report: VoiceReport): void {
    this.#report = report;
    this.#tellHealth();
    const { local, remote, unheard } = report;
    if (remote > 0) this.#hearsOther = true;
    for (const listener of this.#levelListeners) listener({ local, remote, unheard });
  }

  /** Now and then: it asks the browser for its share. */
  #tellHealth(): void {
    const nowMs = performance.now();
    if (nowMs - this.#healthToldMs < healthEveryMs) return;
    const health = this.playoutHealth();
    if (health === null) return;
    const { captureMs, ringMs, outputLatencyMs, gaps } = health;
    this.#healthToldMs = nowMs;
    this.#call?.tellHealth({ captureMs, ringMs, outputMs: outputLatencyMs, playerGaps: gaps });
  }
}
