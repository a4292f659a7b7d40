import { noiseFrameSamples, type NoiseSuppressor } from '../../native-shims/noise/index.ts';

/**
 * Speech in a room with a fan: noise whose power falls with frequency, repeatable.
 * @param snrDb level of all of the speech over that of the noise
 */
export function inNoise(speech: Int16Array, snrDb: number): Int16Array {
  let state = 12_345;
  let low = 0;
  const noise = Float64Array.from(speech, () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    low = 0.9 * low + state / 2 ** 31 - 1;
    return low;
  });
  const rms = (samples: ArrayLike<number>): number => {
    let sum = 0;
    for (let i = 0; i < samples.length; i += 1) sum += (samples[i] ?? 0) ** 2;
    return Math.sqrt(sum / samples.length);
  };
  const gain = (rms(speech) / rms(noise)) * 10 ** (-snrDb / 20);
  return speech.map((sample, i) => Math.max(-32_768, Math.min(32_767, Math.round(sample + gain * (noise[i] ?? 0)))));
}

/** All whole frames through one suppressor. */
export function suppressed(noisy: Int16Array, suppressor: NoiseSuppressor): Int16Array {
  const out = new Int16Array(noisy.length);
  for (let at = 0; at + noiseFrameSamples <= noisy.length; at += noiseFrameSamples) {
    out.set(suppressor.process(noisy.subarray(at, at + noiseFrameSamples)), at);
  }
  return out;
}

/** Frames quieter than this are pauses; the ratio says nothing there. */
const silentRms = 60;

/** Mean over 20 ms frames with speech of their signal-to-noise ratio, each held to −10…35 dB, as usual for this measure. */
export function segmentalSnrDb(clean: Int16Array, heard: Int16Array, delaySamples: number): number {
  const length = 960;
  let sum = 0;
  let frames = 0;
  for (let at = 0; at + length + delaySamples <= heard.length; at += length) {
    let signal = 0;
    let noise = 0;
    for (let i = at; i < at + length; i += 1) {
      const sample = clean[i] ?? 0;
      signal += sample ** 2;
      noise += (sample - (heard[i + delaySamples] ?? 0)) ** 2;
    }
    if (Math.sqrt(signal / length) < silentRms) continue;
    sum += Math.max(-10, Math.min(35, 10 * Math.log10(signal / (noise + 1))));
    frames += 1;
  }
  return sum / frames;
}
