/** Zero crossings of the windowed sinc on each side: about 80 dB of stop band, enough for speech. */
const sincZeros = 16;

/**
 * Band-limited resampling of a whole signal (windowed sinc, Blackman). For files, not for streams.
 * @param input samples, any scale
 */
export function resample(input: Float32Array, fromRate: number, toRate: number): Float32Array {
  if (fromRate === toRate) return input;
  const step = fromRate / toRate;
  // Going down, the filter must cut at the new Nyquist frequency.
  const cutoff = Math.min(1, toRate / fromRate);
  const reach = sincZeros / cutoff;
  const output = new Float32Array(Math.floor(input.length / step));
  for (let i = 0; i < output.length; i += 1) {
    const centre = i * step;
    const from = Math.max(0, Math.ceil(centre - reach));
    const to = Math.min(input.length - 1, Math.floor(centre + reach));
    let sum = 0;
    for (let k = from; k <= to; k += 1) sum += (input[k] ?? 0) * kernel((k - centre) * cutoff);
    output[i] = sum * cutoff;
  }
  return output;
}

function kernel(x: number): number {
  if (x === 0) return 1;
  const place = Math.PI * x;
  const window = 0.42 + 0.5 * Math.cos(place / sincZeros) + 0.08 * Math.cos((2 * place) / sincZeros);
  return (Math.sin(place) / place) * window;
}
