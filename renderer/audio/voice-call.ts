import type { MicrophoneProblem } from '../../preload/contract/index.ts';
import { onDevicesChanged } from './devices.ts';
import { closeMicrophone, onUnplugged, openMicrophone } from './microphone.ts';
import type { PcmTransport } from './pcm-transport.ts';
import type { SoundOutput } from './sound-output.ts';
import { voiceProcessorName, type VoiceCommand, type VoiceReport } from './voice-messages.ts';

export interface VoiceCallOptions {
  readonly output: SoundOutput;
  readonly openPcm: () => Promise<PcmTransport>;
  readonly microphoneId: string | null;
  readonly muted: boolean;
  readonly onReport: (report: VoiceReport) => void;
  /** The microphone can't be heard, and why; null once it can. */
  readonly onProblem: (problem: MicrophoneProblem | null) => void;
}

interface Voice {
  readonly node: AudioWorkletNode;
  readonly transport: PcmTransport;
}

/** The page's sound during one call: microphone and speaker, joined to the media process. Goes on, listening, without a microphone. */
export class VoiceCall {
  readonly #options: VoiceCallOptions;
  readonly #context: AudioContext;
  #voice: Voice | null = null;
  #stream: MediaStream | null = null;
  #source: MediaStreamAudioSourceNode | null = null;
  #problem: MicrophoneProblem | null = null;
  #microphoneId: string | null;
  #muted: boolean;
  #isClosed = false;
  /** Each opening of a microphone has a number; only the newest may take effect. */
  #opening = 0;
  readonly #leaveDevices: () => void;

  constructor(options: VoiceCallOptions) {
    this.#options = options;
    this.#microphoneId = options.microphoneId;
    this.#muted = options.muted;
    this.#context = options.output.acquire();
    this.#leaveDevices = onDevicesChanged(() => {
      // Something was plugged in: it may be what was missing.
      if (this.#problem !== null && this.#problem !== 'denied') void this.#openMicrophone();
    });
  }

  /** Ready to play when it resolves; the microphone opens at the same time, and may take longer or fail. */
  async open(): Promise<void> {
    void this.#openMicrophone();
    const [transport] = await Promise.all([this.#options.openPcm(), this.#options.output.voiceModule()]);
    if (this.#isClosed) {
      transport.close();
      return;
    }
    const node = new AudioWorkletNode(this.#context, voiceProcessorName, {
      numberOfInputs: 1,
      numberOfOutputs: 1,
      outputChannelCount: [1],
      channelCount: 1,
      channelCountMode: 'explicit',
    });
    node.port.addEventListener('message', ({ data }: MessageEvent<VoiceReport>) => this.#options.onReport(data));
    node.port.start();
    this.#voice = { node, transport };
    const port = transport.port ?? pumped(transport);
    command(node, { type: 'mute', muted: this.#muted });
    command(node, { type: 'line', port }, [port]);
    node.connect(this.#context.destination);
    this.#source?.connect(node);
  }

  setMuted(muted: boolean): void {
    this.#muted = muted;
    if (this.#voice !== null) command(this.#voice.node, { type: 'mute', muted });
  }

  setMicrophone(microphoneId: string | null): void {
    if (this.#microphoneId === microphoneId) return;
    this.#microphoneId = microphoneId;
    void this.#openMicrophone();
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#leaveDevices();
    this.#dropMicrophone();
    if (this.#voice !== null) {
      command(this.#voice.node, { type: 'stop' });
      this.#voice.node.disconnect();
      this.#voice.transport.close();
    }
    this.#options.output.release();
  }

  async #openMicrophone(): Promise<void> {
    this.#opening += 1;
    const opening = this.#opening;
    const { stream, problem } = await openMicrophone(this.#microphoneId);
    if (this.#isClosed || opening !== this.#opening) {
      if (stream !== null) closeMicrophone(stream);
      return;
    }
    // The old one goes only now: changing microphones leaves no hole longer than it must.
    this.#dropMicrophone();
    if (problem === null) this.#useMicrophone(stream);
    else this.#lostMicrophone(problem);
  }

  #useMicrophone(stream: MediaStream): void {
    this.#stream = stream;
    this.#source = this.#context.createMediaStreamSource(stream);
    if (this.#voice !== null) this.#source.connect(this.#voice.node);
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

  #lostMicrophone(problem: MicrophoneProblem): void {
    if (this.#voice !== null) command(this.#voice.node, { type: 'capture-ended' });
    // "none" after "unplugged" is the same news, told worse.
    if (!(this.#problem === 'unplugged' && problem === 'none')) this.#report(problem);
  }

  #dropMicrophone(): void {
    this.#source?.disconnect();
    this.#source = null;
    if (this.#stream !== null) closeMicrophone(this.#stream);
    this.#stream = null;
  }

  #report(problem: MicrophoneProblem | null): void {
    if (this.#problem === problem) return;
    this.#problem = problem;
    this.#options.onProblem(problem);
  }
}

const command = (node: AudioWorkletNode, message: VoiceCommand, transfer: Transferable[] = []): void =>
  node.port.postMessage(message, transfer);

/** A port for the audio thread, joined to a line that is not one. Goes when the audio thread's end closes. */
function pumped(transport: PcmTransport): MessagePort {
  const { port1, port2 } = new MessageChannel();
  transport.onMessage((message) => port2.postMessage(message, [message]));
  port2.addEventListener('message', ({ data }: MessageEvent<ArrayBuffer>) => transport.post(data));
  port2.start();
  return port1;
}
