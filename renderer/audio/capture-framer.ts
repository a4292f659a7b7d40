import { pcmCaptureBytes, pcmCaptureSamples, pcmHeaderBytes, pcmKind, writePcmHeader } from '../../preload/contract/pcm.ts';

/**
 * Cuts the microphone's samples into messages of 20 ms. The message is one buffer, used again for each: whoever gets
 * it sends a copy (as posting to a port without transfer does).
 */
export class CaptureFramer {
  readonly #message = new ArrayBuffer(pcmCaptureBytes);
  readonly #header = new DataView(this.#message);
  readonly #samples = new Int16Array(this.#message, pcmHeaderBytes, pcmCaptureSamples);
  readonly #emit: (message: ArrayBuffer) => void;
  #filled = 0;
  #sequence = 0;

  constructor(emit: (message: ArrayBuffer) => void) {
    this.#emit = emit;
  }

  /** @param muted silence is sent in the microphone's place, so that its clock goes on */
  push(samples: Float32Array, count: number, muted: boolean): void {
    for (let i = 0; i < count; i += 1) {
      this.#samples[this.#filled] = muted ? 0 : Math.round(Math.max(-1, Math.min(1, samples[i] ?? 0)) * 32_767);
      this.#filled += 1;
      if (this.#filled === pcmCaptureSamples) this.#send();
    }
  }

  #send(): void {
    writePcmHeader(this.#header, pcmKind.capture, this.#sequence);
    this.#sequence = (this.#sequence + 1) >>> 0;
    this.#filled = 0;
    this.#emit(this.#message);
  }
}
