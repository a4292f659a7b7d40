export interface Pluck {
  readonly frequencyHz: number;
  /** Seconds until it has died away by 60 dB. */
  readonly decayS: number;
  /** 0 (dull, a thumb) … 1 (bright, a plectrum). */
  readonly brightness: number;
}

/** Numerical Recipes' 32-bit generator: the same string sounds the same each time. */
function createNoise(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 31 - 1;
  };
}

/**
 * A plucked string after Karplus and Strong (Computer Music Journal 7:2, 1983), tuned to a fraction of a sample by the
 * all-pass of Jaffe and Smith in the same issue: a burst goes round a delay line and loses its high notes on each turn.
 * Peak not normalised; `seconds` of mono samples.
 */
export function pluck({ frequencyHz, decayS, brightness }: Pluck, seconds: number, sampleRateHz: number): Float32Array {
  const period = sampleRateHz / frequencyHz;
  // The two-point average delays by half a sample; the all-pass takes the fraction, kept between 0.1 and 1.1 for stability.
  const whole = Math.floor(period - 0.5 - 0.1);
  const fraction = period - 0.5 - whole;
  const allPass = (1 - fraction) / (1 + fraction);
  const perTurn = 10 ** (-3 / (frequencyHz * decayS));
  const line = excite(whole, brightness, Math.round(frequencyHz * 1_000));
  const out = new Float32Array(Math.round(seconds * sampleRateHz));
  let previousAverage = 0;
  let previousTuned = 0;
  let previous = 0;
  for (let i = 0; i < out.length; i += 1) {
    const at = i % whole;
    const sample = line[at] ?? 0;
    out[i] = sample;
    const average = ((sample + previous) / 2) * perTurn;
    previous = sample;
    const tuned = allPass * average + previousAverage - allPass * previousTuned;
    previousAverage = average;
    previousTuned = tuned;
    line[at] = tuned;
  }
  return out;
}

/** Where along the string it is plucked: between middle (hollow) and end (thin), as on a guitar. */
const pluckAt = 0.28;

/**
 * One turn of the string as it is let go: the triangle of a pulled string, and noise, softened by a one-pole low-pass, for
 * the finger. Without a constant part, which would not die away evenly.
 */
function excite(length: number, brightness: number, seed: number): Float32Array {
  const noise = createNoise(seed);
  const line = new Float32Array(length);
  let smooth = 0;
  for (let i = 0; i < length; i += 1) {
    const along = i / length;
    const pulled = along < pluckAt ? along / pluckAt : (1 - along) / (1 - pluckAt);
    smooth += 0.5 * (noise() - smooth);
    line[i] = (1 - brightness) * pulled + brightness * smooth;
  }
  const mean = line.reduce((sum, value) => sum + value, 0) / length;
  return line.map((value) => value - mean);
}
