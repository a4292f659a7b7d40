import {
  pcmFrameSamples,
  pcmHeaderBytes,
  pcmKind,
  pcmSampleRate,
  readPcmMessage,
  writePcmHeader,
} from '../../../preload/contract/pcm.ts';
import { CaptureFramer } from '../capture-framer.ts';
import { LevelMeter } from '../level-meter.ts';
import { PlayoutCredit } from '../playout-credit.ts';
import { PlayoutRing } from '../playout-ring.ts';
import { voiceProcessorName, type VoiceCommand, type VoiceReport } from '../voice-messages.ts';

/** 400 ms: twice what may ever be asked for. */
const ringSamples = 40 * pcmFrameSamples;
/** 50 ms, so 20 reports a second. */
const reportSamples = pcmSampleRate / 20;

/**
 * Both directions of a call on the audio thread, with a line of their own to the media process: the page's main thread
 * touches no sample. Input: the microphone, or nothing. Output: the other side, mono.
 */
class VoiceProcessor extends AudioWorkletProcessor {
  readonly #framer = new CaptureFramer((message) => this.#line?.postMessage(message));
  readonly #ring = new PlayoutRing(ringSamples);
  readonly #credit = new PlayoutCredit();
  readonly #creditMessage = new ArrayBuffer(pcmHeaderBytes);
  readonly #creditHeader = new DataView(this.#creditMessage);
  readonly #local = new LevelMeter();
  readonly #remote = new LevelMeter();
  #line: MessagePort | null = null;
  #isMuted = false;
  #isStopped = false;
  #sinceReport = 0;
  #gaps = 0;

  constructor() {
    super();
    this.port.addEventListener('message', ({ data }: MessageEvent<VoiceCommand>) => this.#obey(data));
    this.port.start();
  }

  process(inputs: readonly (readonly Float32Array[])[], outputs: readonly (readonly Float32Array[])[]): boolean {
    if (this.#isStopped) return false;
    const microphone = inputs[0]?.[0];
    const speaker = outputs[0]?.[0];
    if (microphone !== undefined && this.#line !== null) {
      this.#framer.push(microphone, this.#isMuted);
      if (!this.#isMuted) this.#local.add(microphone);
    }
    if (speaker !== undefined) this.#play(speaker);
    return true;
  }

  #play(speaker: Float32Array): void {
    const ranDry = this.#ring.read(speaker, this.#credit.primeSamples);
    if (ranDry) this.#gaps += 1;
    this.#remote.add(speaker);
    if (this.#line !== null) this.#ask(this.#credit.played(speaker.length, this.#ring.bufferedSamples, ranDry));
    this.#sinceReport += speaker.length;
    if (this.#sinceReport >= reportSamples) this.#report();
  }

  #ask(frames: number): void {
    if (frames === 0) return;
    writePcmHeader(this.#creditHeader, pcmKind.credit, frames);
    this.#line?.postMessage(this.#creditMessage);
  }

  #report(): void {
    this.#sinceReport = 0;
    const report: VoiceReport = {
      local: this.#local.take().rms,
      remote: this.#remote.take().rms,
      targetMs: (this.#credit.targetFrames * pcmFrameSamples * 1_000) / pcmSampleRate,
      gaps: this.#gaps,
    };
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a port has no origin
    this.port.postMessage(report);
  }

  #obey(command: VoiceCommand): void {
    switch (command.type) {
      case 'line':
        this.#line = command.port;
        this.#line.addEventListener('message', ({ data }: MessageEvent<unknown>) => this.#receive(data));
        this.#line.start();
        return;
      case 'mute':
        this.#isMuted = command.muted;
        return;
      case 'capture-ended':
        this.#endCapture();
        return;
      case 'stop':
        this.#endCapture();
        this.#line?.close();
        this.#line = null;
        this.#isStopped = true;
    }
  }

  #endCapture(): void {
    const message = new ArrayBuffer(pcmHeaderBytes);
    writePcmHeader(new DataView(message), pcmKind.captureEnded, 0);
    this.#line?.postMessage(message);
  }

  #receive(data: unknown): void {
    // A port of Electron's main side delivers Buffers' arrays, a page's socket ArrayBuffers: the same bytes.
    const bytes = data instanceof ArrayBuffer ? new Uint8Array(data) : data;
    if (!(bytes instanceof Uint8Array) || !(bytes.buffer instanceof ArrayBuffer)) return;
    const message = readPcmMessage(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    if (message?.kind !== 'playout') return;
    this.#credit.arrived();
    this.#ring.write(message.samples);
  }
}

registerProcessor(voiceProcessorName, VoiceProcessor);
