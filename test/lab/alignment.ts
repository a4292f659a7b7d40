/**
 * How late, and how faithfully, speech was heard: windows of the reference are found in the recording by normalised
 * cross-correlation. Both signals start at the same moment, so the lag is the mouth-to-ear delay of that window.
 */
export interface WindowMatch {
  /** Start of the window in the reference, milliseconds. */
  readonly atMs: number;
  readonly delayMs: number;
  /** Normalised cross-correlation at that delay, −1…1. */
  readonly correlation: number;
}

/** 48 kHz → 8 kHz: speech lives below 4 kHz and a lag of 1/8 ms is finer than any frame. */
const fineDecimation = 6;
const windowMs = 1500;
const hopMs = 750;
/** A window this much weaker than the loudest (−30 dB) holds no speech worth finding. */
const activeShare = 0.001;

function decimate(samples: Int16Array, decimation: number): Float64Array {
  const out = new Float64Array(Math.floor(samples.length / decimation));
  for (let i = 0; i < out.length; i += 1) {
    let sum = 0;
    for (let j = 0; j < decimation; j += 1) sum += samples[i * decimation + j] ?? 0;
    out[i] = sum / decimation;
  }
  return out;
}

function energy(signal: Float64Array, from: number, length: number): number {
  let sum = 0;
  for (let i = from; i < from + length; i += 1) sum += (signal[i] ?? 0) ** 2;
  return sum;
}

/**
 * @param reference what was spoken, from its first sample; @param heard what was played, from the same moment on
 * @param sampleRateHz of both; @param maxDelayMs how late to look
 * @param decimation work grows with the inverse of its square; 12 keeps what is below 2 kHz
 */
export function matchSpeech(
  reference: Int16Array,
  heard: Int16Array,
  sampleRateHz: number,
  maxDelayMs: number,
  decimation = fineDecimation,
): WindowMatch[] {
  const rate = sampleRateHz / decimation;
  const spoken = decimate(reference, decimation);
  const played = decimate(heard, decimation);
  const length = Math.round((windowMs / 1000) * rate);
  const hop = Math.round((hopMs / 1000) * rate);
  const maxLag = Math.round((maxDelayMs / 1000) * rate);
  const starts: number[] = [];
  for (let from = 0; from + length <= spoken.length; from += hop) starts.push(from);
  const loudest = Math.max(...starts.map((from) => energy(spoken, from, length)), 0);

  const matches: WindowMatch[] = [];
  for (const from of starts) {
    const spokenEnergy = energy(spoken, from, length);
    if (spokenEnergy <= loudest * activeShare || from + length > played.length) continue;
    let best = -1;
    let bestLag = 0;
    let playedEnergy = energy(played, from, length);
    for (let lag = 0; lag <= maxLag && from + lag + length <= played.length; lag += 1) {
      let product = 0;
      for (let i = 0; i < length; i += 1) product += (spoken[from + i] ?? 0) * (played[from + lag + i] ?? 0);
      const norm = Math.sqrt(spokenEnergy * playedEnergy);
      const correlation = norm > 0 ? product / norm : 0;
      if (correlation > best) {
        best = correlation;
        bestLag = lag;
      }
      playedEnergy += (played[from + lag + length] ?? 0) ** 2 - (played[from + lag] ?? 0) ** 2;
    }
    matches.push({ atMs: (from / rate) * 1000, delayMs: (bestLag / rate) * 1000, correlation: best });
  }
  return matches;
}

/** The value below which `share` of the values lie (nearest rank), or null for none. */
export function percentile(values: readonly number[], share: number): number | null {
  if (values.length === 0) return null;
  const sorted = [...values].toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.ceil(share * sorted.length) - 1)] ?? null;
}
