import type { MicrophoneProblem, PcmHealth } from '../../preload/contract/index.ts';
import { captureStateOf, type CaptureState } from './capture-state.ts';
import { listDevices, onDevicesChanged } from './devices.ts';
import { openLineWorker, type LineWorker } from './line-worker.ts';
import { closeMicrophone, onUnplugged, openMicrophone, type MicrophoneChoice } from './microphone.ts';
import { idOf } from './remembered-device.ts';
import { sharedFramesBytes } from './shared-frames.ts';
import type { SoundOutput } from './sound-output.ts';
import { voicePlayerName, type LineNews, type PcmLine, type PlayerCommand, type PlayerReport } from './voice-messages.ts';

/** Ten times a second: what the player says, and what the microphone hears (see `LineNews`). */
export interface VoiceReport extends PlayerReport {
  readonly local: number;
  readonly unheard: number;
}

export interface VoiceCallOptions {
  readonly output: SoundOutput;
  readonly openPcm: () => Promise<PcmLine>;
  readonly microphone: MicrophoneChoice;
  readonly muted: boolean;
  readonly onReport: (report: VoiceReport) => void;
  /** The microphone can't be heard, and why; null once it can. */
  readonly onProblem: (problem: MicrophoneProblem | null) => void;
}

interface Voice {
  readonly node: AudioWorkletNode;
  readonly worker: LineWorker;
}

/** A new microphone that gives nothing for so long replaces the old one all the same: that is what the person asked for. */
const handOverMs = 1_000;

/** The page's sound during one call: microphone and speaker, joined to the media process. Goes on, listening, without a microphone. */
export class VoiceCall {
  readonly #options: VoiceCallOptions;
  readonly #context: AudioContext;
  #voice: Voice | null = null;
  #stream: MediaStream | null = null;
  /** Replaced by `#stream`, heard until that gives its first sound. */
  #former: MediaStream | null = null;
  #level = { local: 0, unheard: 0 };
  #problem: MicrophoneProblem | null = null;
  #microphone: MicrophoneChoice;
  #muted: boolean;
  #isClosed = false;
  /** Each opening of a microphone has a number; only the newest may take effect. */
  #opening = 0;
  readonly #leaveDevices: () => void;

  constructor(options: VoiceCallOptions) {
    this.#options = options;
    this.#microphone = options.microphone;
    this.#muted = options.muted;
    this.#context = options.output.acquire();
    this.#leaveDevices = onDevicesChanged(() => {
      // Something was plugged in: it may be what was missing.
      if (this.#problem !== null && this.#problem !== 'denied') void this.#openMicrophone();
      else if (this.#problem === null) this.#takeChosenBack().catch(() => undefined); // the one that is heard stays
    });
  }

  /** Of the microphone that is open now. */
  get capture(): CaptureState | null {
    const [track] = this.#stream?.getAudioTracks() ?? [];
    return track === undefined ? null : captureStateOf(track);
  }

  /** Ready to play when it resolves; the microphone opens at the same time, and may take longer or fail. */
  async open(): Promise<void> {
    void this.#openMicrophone();
    const { port1, port2 } = new MessageChannel();
    const frames = globalThis.crossOriginIsolated ? new SharedArrayBuffer(sharedFramesBytes) : null;
    const opened = this.#options.openPcm().then((line) => openLineWorker(line, port1, frames, (news) => this.#hear(news)));
    // If the player fails, a line that still comes is closed.
    const [worker] = await Promise.all([opened, this.#options.output.voiceModule()]).catch((error: unknown) => {
      opened.then((late) => late.terminate()).catch(() => undefined); // it is not there to be closed
      throw error;
    });
    if (this.#isClosed) {
      worker.terminate();
      return;
    }
    const node = new AudioWorkletNode(this.#context, voicePlayerName, { numberOfInputs: 0, outputChannelCount: [1] });
    node.port.addEventListener('message', ({ data }: MessageEvent<PlayerReport>) => {
      this.#options.onReport({ ...data, ...this.#level });
    });
    node.port.start();
    this.#voice = { node, worker };
    tellPlayer(node, { type: 'line', port: port2, frames }, [port2]);
    worker.command({ type: 'mute', muted: this.#muted });
    if (this.#stream !== null) this.#capture(this.#stream);
    node.connect(this.#context.destination);
  }

  setMuted(muted: boolean): void {
    this.#muted = muted;
    this.#voice?.worker.command({ type: 'mute', muted });
  }

  /** For the media process, whose figures of the call take it in. */
  tellHealth(health: PcmHealth): void {
    this.#voice?.worker.command({ type: 'health', health });
  }

  setMicrophone(microphone: MicrophoneChoice): void {
    const { device, noiseSuppression } = this.#microphone;
    const isSame = device?.id === microphone.device?.id && device?.label === microphone.device?.label;
    if (isSame && noiseSuppression === microphone.noiseSuppression) return;
    this.#microphone = microphone;
    // Beside an open stream of the same device Chromium lends its processing to the new one: that one has to go first.
    if (isSame) this.#dropMicrophone();
    void this.#openMicrophone();
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#leaveDevices();
    this.#dropMicrophone();
    if (this.#voice !== null) {
      tellPlayer(this.#voice.node, { type: 'stop' });
      this.#voice.node.disconnect();
      this.#voice.worker.command({ type: 'stop' });
    }
    this.#options.output.release();
  }

  async #openMicrophone(): Promise<void> {
    this.#opening += 1;
    const opening = this.#opening;
    const { stream, problem } = await openMicrophone(this.#microphone);
    if (this.#isClosed || opening !== this.#opening) {
      if (stream !== null) closeMicrophone(stream);
      return;
    }
    if (problem === null) this.#useMicrophone(stream);
    else {
      this.#dropMicrophone();
      this.#lostMicrophone(problem);
    }
  }

  /** The chosen microphone is back, and another stood in for it. */
  async #takeChosenBack(): Promise<void> {
    const { microphones } = await listDevices();
    const id = idOf(microphones, this.#microphone.device);
    const heard = this.#stream?.getAudioTracks()[0]?.getSettings().deviceId;
    if (this.#isClosed || heard === undefined || heard === id) return;
    if (microphones.some((microphone) => microphone.id === id)) await this.#openMicrophone();
  }

  #useMicrophone(stream: MediaStream): void {
    this.#dropFormer();
    // The old one goes when the new one gives sound: changing microphones leaves no hole.
    this.#former = this.#stream;
    this.#stream = stream;
    if (this.#voice !== null) this.#capture(stream);
    setTimeout(() => {
      if (this.#stream === stream) this.#dropFormer();
    }, handOverMs);
    onUnplugged(stream, () => {
      if (this.#stream !== stream) return;
      this.#dropMicrophone();
      this.#lostMicrophone('unplugged');
      // If there is another microphone, the system's choice takes over.
      void this.#openMicrophone();
    });
    // Said even if nothing was wrong: while the person was asked for permission, others saw no sound come.
    this.#problem = null;
    this.#options.onProblem(null);
  }

  #capture(stream: MediaStream): void {
    const [track] = stream.getAudioTracks();
    if (track === undefined) return;
    const frames = new MediaStreamTrackProcessor({ track }).readable;
    this.#voice?.worker.command({ type: 'capture', id: this.#opening, frames }, [frames]);
  }

  #hear(news: LineNews): void {
    switch (news.type) {
      case 'captured':
        if (news.id === this.#opening) this.#dropFormer();
        return;
      case 'level':
        this.#level = { local: news.local, unheard: news.unheard };
        return;
      case 'open':
      case 'closed':
        return;
    }
  }

  #lostMicrophone(problem: MicrophoneProblem): void {
    this.#level = { local: 0, unheard: 0 };
    this.#voice?.worker.command({ type: 'capture-ended' });
    // "none" after "unplugged" is the same news, told worse.
    if (!(this.#problem === 'unplugged' && problem === 'none')) this.#report(problem);
  }

  #dropMicrophone(): void {
    this.#dropFormer();
    if (this.#stream !== null) closeMicrophone(this.#stream);
    this.#stream = null;
  }

  #dropFormer(): void {
    if (this.#former !== null) closeMicrophone(this.#former);
    this.#former = null;
  }

  #report(problem: MicrophoneProblem | null): void {
    if (this.#problem === problem) return;
    this.#problem = problem;
    this.#options.onProblem(problem);
  }
}

const tellPlayer = (node: AudioWorkletNode, message: PlayerCommand, transfer: Transferable[] = []): void =>
  node.port.postMessage(message, transfer);
