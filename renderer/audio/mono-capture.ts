import { pcmSampleRate } from '../../preload/contract/pcm.ts';
import { StreamResampler, type EmitSamples } from './stream-resampler.ts';

/** 100 ms at 192 kHz: more than any device hands over at once; a longer piece is taken in turns. */
const pieceSamples = 19_200;
/** A plane of a piece of sound; one object, used again for each copy. */
interface CopyPlace {
  planeIndex: number;
  frameOffset: number;
  frameCount: number;
  readonly format: 'f32-planar';
}

/**
 * From whatever a microphone's track hands over (any rate, any channels, changing while it runs) to 48 kHz mono: the mean of
 * the channels, resampled. Nothing is allocated in use; what is emitted is valid until `emit` returns.
 */
export class MonoCapture {
  readonly #emit: EmitSamples;
  readonly #mixed = new Float32Array(pieceSamples);
  readonly #plane = new Float32Array(pieceSamples);
  readonly #place: CopyPlace = { planeIndex: 0, frameOffset: 0, frameCount: 0, format: 'f32-planar' };
  #resampler: StreamResampler | null = null;
  #rateHz = pcmSampleRate;

  constructor(emit: EmitSamples) {
    this.#emit = emit;
  }

  push(data: AudioData): void {
    this.#follow(data.sampleRate);
    const place = this.#place;
    for (place.frameOffset = 0; place.frameOffset < data.numberOfFrames; place.frameOffset += place.frameCount) {
      place.frameCount = Math.min(pieceSamples, data.numberOfFrames - place.frameOffset);
      this.#mix(data);
      if (this.#resampler === null) this.#emit(this.#mixed, place.frameCount);
      else this.#resampler.push(this.#mixed, place.frameCount, this.#emit);
    }
  }

  #mix(data: AudioData): void {
    const channels = data.numberOfChannels;
    const place = this.#place;
    place.planeIndex = 0;
    data.copyTo(this.#mixed, place);
    if (channels === 1) return;
    for (place.planeIndex = 1; place.planeIndex < channels; place.planeIndex += 1) {
      data.copyTo(this.#plane, place);
      for (let i = 0; i < place.frameCount; i += 1) this.#mixed[i] = (this.#mixed[i] ?? 0) + (this.#plane[i] ?? 0);
    }
    for (let i = 0; i < place.frameCount; i += 1) this.#mixed[i] = (this.#mixed[i] ?? 0) / channels;
  }

  /** A device whose profile changed (a headset that goes from music to telephone) starts a new resampler. */
  #follow(rateHz: number): void {
    if (rateHz === this.#rateHz) return;
    this.#rateHz = rateHz;
    this.#resampler = rateHz === pcmSampleRate ? null : new StreamResampler(rateHz, pcmSampleRate);
  }
}
