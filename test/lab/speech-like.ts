const sampleRateHz = 48_000;

/** Repeatable randomness (numerical recipes' LCG), −1…1. */
function noise(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 31 - 1;
  };
}

/**
 * Test speech that nobody had to speak: syllables of a gliding voice (harmonics under two moving resonances), some with a
 * noisy start, and pauses; the same for the same seed. Opus treats it as voice; no two seconds are alike, so it can be found
 * again by correlation.
 *
 * @returns 48 kHz mono 16-bit samples, peaks near −10 dBFS
 */
export function speechLike(seconds: number, seed: number): Int16Array {
  const random = noise(seed);
  const out = new Int16Array(Math.round(seconds * sampleRateHz));
  let at = 0;
  let phase = 0;
  while (at < out.length) {
    const length = Math.round(sampleRateHz * (0.12 + 0.12 * Math.abs(random())));
    const pitchFrom = 150 + 60 * random();
    const pitchTo = pitchFrom * (1 + 0.2 * random());
    const formantA = 500 + 250 * random();
    const formantB = 1500 + 600 * random();
    const breath = Math.abs(random()) > 0.6 ? 0.25 : 0.02;
    for (let i = 0; i < length && at + i < out.length; i += 1) {
      const share = i / length;
      const pitch = pitchFrom + (pitchTo - pitchFrom) * share;
      phase += (2 * Math.PI * pitch) / sampleRateHz;
      let sample = 0;
      for (let k = 1; k * pitch < 4000; k += 1) {
        const hz = k * pitch;
        const gain = 1 / (1 + ((hz - formantA) / 150) ** 2) + 0.6 / (1 + ((hz - formantB) / 250) ** 2) + 0.02;
        sample += gain * Math.sin(k * phase);
      }
      const swell = Math.sin(Math.PI * share) ** 0.7;
      out[at + i] = Math.max(
        -10_000,
        Math.min(10_000, Math.round(3500 * swell * (sample + breath * random() * 3 * (1 - share)))),
      );
    }
    at += length + Math.round(sampleRateHz * (Math.abs(random()) > 0.8 ? 0.25 : 0.03));
  }
  return out;
}
