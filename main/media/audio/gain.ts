/** 0.7 of full scale, -3 dB: below it a factor is exact; what would go beyond full scale is bent into the room above it. */
const kneeSamples = 0.7 * 32_767;
const roomSamples = 32_767 - kneeSamples;

/**
 * Multiplies 16-bit samples by `factor` into `into`, which may be the same array. Loud peaks are rounded off instead of cut:
 * a voice made four times as loud gets denser, and does not crackle. Allocates nothing.
 */
export function applyGain(samples: Int16Array, factor: number, into: Int16Array): void {
  if (factor === 1) {
    if (into !== samples) into.set(samples);
    return;
  }
  for (let i = 0; i < samples.length; i += 1) {
    const wanted = (samples[i] ?? 0) * factor;
    const size = Math.abs(wanted);
    const bent = size <= kneeSamples ? size : kneeSamples + roomSamples * Math.tanh((size - kneeSamples) / roomSamples);
    into[i] = Math.round(wanted < 0 ? -bent : bent);
  }
}
