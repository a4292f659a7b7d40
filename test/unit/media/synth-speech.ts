/**
 * Speech-like sound made from nothing: syllables of a gliding pitch with formant-like harmonics, and noisy consonants between
 * pauses. Deterministic for a seed. Not speech, but shaped like it in time and spectrum, and unlike itself at any other time.
 */
export function synthSpeech(seconds: number, seed = 1, sampleRate = 48_000): Int16Array {
  const random = mulberry32(seed);
  const out = new Int16Array(Math.round(seconds * sampleRate));
  let at = 0;
  let phase = 0;
  while (at < out.length) {
    const syllable = Math.round((0.08 + random() * 0.17) * sampleRate);
    const pause = random() < 0.25 ? Math.round((0.05 + random() * 0.2) * sampleRate) : Math.round(0.01 * sampleRate);
    const voiced = random() < 0.75;
    const pitch = 95 + random() * 130;
    const glide = (random() - 0.5) * 60;
    const formants = [300 + random() * 500, 900 + random() * 1400, 2300 + random() * 800];
    const loudness = 3500 + random() * 6500;
    let smooth = 0;
    for (let i = 0; i < syllable && at < out.length; i += 1, at += 1) {
      const share = i / syllable;
      const envelope = Math.sin(Math.PI * share) ** 0.7;
      let value = 0;
      if (voiced) {
        const frequency = pitch + glide * share;
        phase += (2 * Math.PI * frequency) / sampleRate;
        for (let harmonic = 1; harmonic * frequency < 3600; harmonic += 1) {
          const hz = harmonic * frequency;
          const gain = formants.reduce((sum, formant) => sum + Math.exp(-(((hz - formant) / 220) ** 2)), 0.05);
          value += gain * Math.sin(harmonic * phase);
        }
        value /= 3;
      } else {
        smooth = smooth * 0.6 + (random() * 2 - 1) * 0.4;
        value = smooth;
      }
      out[at] = Math.max(-32_000, Math.min(32_000, Math.round(value * envelope * loudness)));
    }
    at += pause;
  }
  return out;
}

/** A small seeded generator (mulberry32); printed seeds make a failing test repeatable. */
export function mulberry32(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/**
 * Normalised cross-correlation of `heard` against `spoken` at the best lag in [0, maxLag], and that lag in samples. Searched
 * coarsely on 8 kHz-like decimation first, then exactly.
 */
export function bestCorrelation(spoken: Int16Array, heard: Int16Array, maxLag: number): { correlation: number; lag: number } {
  const at = (lag: number, stride: number): number => {
    let dot = 0;
    let energyA = 0;
    let energyB = 0;
    const length = Math.min(spoken.length, heard.length - lag);
    for (let i = 0; i < length; i += stride) {
      const a = spoken[i] ?? 0;
      const b = heard[i + lag] ?? 0;
      dot += a * b;
      energyA += a * a;
      energyB += b * b;
    }
    return dot / Math.sqrt(energyA * energyB + 1);
  };
  let best = { correlation: -1, lag: 0 };
  for (let lag = 0; lag <= maxLag; lag += 6) {
    const correlation = at(lag, 12);
    if (correlation > best.correlation) best = { correlation, lag };
  }
  const around = best.lag;
  for (let lag = Math.max(0, around - 8); lag <= Math.min(maxLag, around + 8); lag += 1) {
    const correlation = at(lag, 3);
    if (correlation > best.correlation) best = { correlation, lag };
  }
  return { correlation: at(best.lag, 1), lag: best.lag };
}

/** Long enough to be told from other speech, short enough that the playout delay seldom changes inside. */
const windowSamples = 14_400;

/**
 * Likeness of 300 ms after 300 ms, each at its own best lag: a delay that is built up or drained while somebody speaks is no
 * fault of the sound. Windows in which nothing is said are left out.
 */
export function windowByWindow(spoken: Int16Array, heard: Int16Array, maxLag: number) {
  const results: { correlation: number; lag: number }[] = [];
  for (let at = 0; at + windowSamples <= spoken.length && at + windowSamples <= heard.length; at += windowSamples) {
    const window = spoken.subarray(at, at + windowSamples);
    if (window.some((sample) => Math.abs(sample) > 2000)) results.push(bestCorrelation(window, heard.subarray(at), maxLag));
  }
  return results;
}

export const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
