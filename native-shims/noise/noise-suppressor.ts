import { instantiateNoise, NoiseSuppressionError, type NoiseBuild } from './wasm-module.ts';

/** RNNoise works on 10 ms at 48 kHz. */
export const noiseFrameSamples = 480;
/** What comes out is one frame behind what went in: its windows overlap by half. */
export const noiseDelaySamples = 480;

/** RNNoise (Valin 2018, "A Hybrid DSP/Deep Learning Approach to Real-Time Full-Band Speech Enhancement"): one voice, without the noise around it. */
export interface NoiseSuppressor {
  /**
   * @param frame 480 samples, 48 kHz mono, left as they are
   * @returns 480 samples, one frame late, in an array that the next call writes again. Nothing is allocated.
   */
  process(frame: Int16Array): Int16Array;
  /** How surely somebody speaks in the newest frame, 0…1. */
  readonly voice: number;
  free(): void;
}

/** @throws NoiseSuppressionError where RNNoise can't be loaded: then sound goes on as it is */
export function createNoiseSuppressor(build?: NoiseBuild): NoiseSuppressor {
  const noise = instantiateNoise(build);
  const bytes = noiseFrameSamples * Float32Array.BYTES_PER_ELEMENT;
  const state = noise.rnnoise_create(0);
  const [inputAt, outputAt] = [noise.malloc(bytes), noise.malloc(bytes)];
  if (state === 0 || inputAt === 0 || outputAt === 0) throw new NoiseSuppressionError('no memory');
  if (noise.rnnoise_get_frame_size() !== noiseFrameSamples) throw new NoiseSuppressionError('an unknown frame length');
  const input = new Float32Array(noise.memory.buffer, inputAt, noiseFrameSamples);
  const output = new Float32Array(noise.memory.buffer, outputAt, noiseFrameSamples);
  const out = new Int16Array(noiseFrameSamples);
  let voice = 0;
  let freed = false;
  return {
    process(frame) {
      if (frame.length !== noiseFrameSamples) throw new RangeError(`a frame has ${noiseFrameSamples} samples`);
      if (freed) throw new NoiseSuppressionError('used after it was freed');
      input.set(frame);
      voice = noise.rnnoise_process_frame(state, outputAt, inputAt);
      for (let i = 0; i < noiseFrameSamples; i += 1) {
        const sample = Math.round(output[i] ?? 0);
        out[i] = sample > 32_767 ? 32_767 : sample < -32_768 ? -32_768 : sample;
      }
      return out;
    },
    get voice() {
      return voice;
    },
    free() {
      if (freed) return;
      freed = true;
      noise.rnnoise_destroy(state);
      noise.free(inputAt);
      noise.free(outputAt);
    },
  };
}
