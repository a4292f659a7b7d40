import { pluck, type Pluck } from './plucked-string.ts';

/** What the page can be asked to play. */
export type SoundName = 'ring' | 'ringback' | 'connect' | 'end' | 'message' | 'reconnecting' | 'recording';
/** `second-ring` takes the place of `ring` while one is talking already. */
export type ScoreName = SoundName | 'second-ring';

/** -12 dBFS: every sound's peak (UI.md "Sound"). */
export const soundPeak = 10 ** (-12 / 20);

/** Major pentatonic on D, equal temperament from A4 = 440 Hz. */
const notesHz = { d3: 146.83, a3: 220, d4: 293.66, a4: 440, d5: 587.33, fSharp5: 739.99, a5: 880 } as const;

interface Note {
  readonly atS: number;
  readonly note: keyof typeof notesHz;
}

interface Score {
  readonly notes: readonly Note[];
  readonly lengthS: number;
  /** Seconds from one beginning to the next; null: once. */
  readonly everyS: number | null;
  readonly decayS: number;
  readonly brightness: number;
}

/** Rings stop by themselves when the call would be missed. */
export const ringLastsS = 45;

export const scores: Readonly<Record<ScoreName, Score>> = {
  ring: {
    notes: [
      { atS: 0, note: 'd4' },
      { atS: 0.3, note: 'a4' },
      { atS: 0.6, note: 'd5' },
      { atS: 0.9, note: 'fSharp5' },
    ],
    lengthS: 2.6,
    everyS: 3.6,
    decayS: 1.8,
    brightness: 0.45,
  },
  'second-ring': { notes: [{ atS: 0, note: 'a4' }], lengthS: 1.2, everyS: 4, decayS: 1, brightness: 0.4 },
  ringback: {
    notes: [
      { atS: 0, note: 'd3' },
      { atS: 0.05, note: 'a3' },
    ],
    lengthS: 1.2,
    everyS: 3,
    decayS: 0.7,
    brightness: 0.15,
  },
  connect: {
    notes: [
      { atS: 0, note: 'd4' },
      { atS: 0.07, note: 'a4' },
    ],
    lengthS: 0.18,
    everyS: null,
    decayS: 0.6,
    brightness: 0.4,
  },
  end: {
    notes: [
      { atS: 0, note: 'a4' },
      { atS: 0.08, note: 'd4' },
    ],
    lengthS: 0.22,
    everyS: null,
    decayS: 0.6,
    brightness: 0.3,
  },
  message: { notes: [{ atS: 0, note: 'a5' }], lengthS: 0.09, everyS: null, decayS: 0.4, brightness: 0.5 },
  // Two equal clicks: strings damped at once.
  recording: {
    notes: [
      { atS: 0, note: 'd5' },
      { atS: 0.18, note: 'd5' },
    ],
    lengthS: 0.26,
    everyS: null,
    decayS: 0.06,
    brightness: 0.6,
  },
  reconnecting: { notes: [{ atS: 0, note: 'd3' }], lengthS: 0.5, everyS: null, decayS: 0.3, brightness: 0.1 },
};

/** 8 ms: the end of a sound that is cut off while its strings still move. */
const releaseS = 0.008;

/** A sound's samples, one turn long for those that repeat. Mono, peak at `soundPeak`. */
export function renderSound(name: ScoreName, sampleRateHz: number): Float32Array<ArrayBuffer> {
  const score = scores[name];
  const out = new Float32Array(Math.round((score.everyS ?? score.lengthS) * sampleRateHz));
  const end = Math.round(score.lengthS * sampleRateHz);
  for (const { atS, note } of score.notes) {
    const string: Pluck = { frequencyHz: notesHz[note], decayS: score.decayS, brightness: score.brightness };
    const start = Math.round(atS * sampleRateHz);
    pluck(string, score.lengthS - atS, sampleRateHz).forEach((sample, i) => {
      if (start + i < end) out[start + i] = (out[start + i] ?? 0) + sample;
    });
  }
  release(out.subarray(0, end), Math.round(releaseS * sampleRateHz));
  return normalise(out);
}

function release(samples: Float32Array, length: number): void {
  for (let i = 0; i < length; i += 1) {
    const at = samples.length - 1 - i;
    samples[at] = ((samples[at] ?? 0) * i) / length;
  }
}

function normalise(samples: Float32Array<ArrayBuffer>): Float32Array<ArrayBuffer> {
  const peak = samples.reduce((most, sample) => Math.max(most, Math.abs(sample)), 0);
  return peak === 0 ? samples : samples.map((sample) => (sample * soundPeak) / peak);
}
