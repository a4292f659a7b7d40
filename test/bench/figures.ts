import { percentile } from '../lab/alignment.ts';

export type Unit = 'ms' | 'MB' | '% of a core' | 'µs' | '% of a frame' | 'dB' | 'of 1' | 'kB/s' | 'packets';

/** What a bench found out. */
export interface Figure {
  readonly name: string;
  readonly unit: Unit;
  readonly value: number;
  /** At most this, by the plan; null: told, not judged. */
  readonly goal: number | null;
  /** What the value is made of: 50 calls, 3 starts. */
  readonly samples: number;
}

/** A bench that could not run here, and why. */
export interface Skip {
  readonly skipped: string;
}

export interface Bench {
  readonly name: string;
  /** One sentence: from which moment to which, and how. */
  readonly what: string;
  run(place: Place): Promise<readonly Figure[] | Skip>;
}

/** What benches stand on. */
export interface Place {
  /** A folder of this run's own, removed afterwards. */
  readonly dir: string;
  /** Says on stderr how far things are. */
  say(text: string): void;
  /** Puts something longer than a figure beside the results, as JSON. */
  keep(file: string, content: object): void;
  /** A Chromium, or null where none is installed. */
  readonly chromium: string | null;
  /** The tests' Electron, or null. */
  readonly electron: string | null;
  /** What somebody said, 48 kHz mono; null: nobody gave any, speech is generated. */
  readonly speech: Int16Array | null;
}

const figure = (name: string, unit: Unit, value: number | null, samples: number, goal: number | null = null): Figure => {
  if (value === null || !Number.isFinite(value)) throw new Error(`${name}: nothing was measured`);
  return { name, unit, value, goal, samples };
};

export const single = figure;

export interface Goals {
  readonly p50?: number;
  readonly p95?: number;
}

/** The median and the 95th percentile (nearest rank). */
export const spread = (name: string, unit: Unit, values: readonly number[], goals: Goals = {}): readonly Figure[] => [
  figure(`${name}, p50`, unit, percentile(values, 0.5), values.length, goals.p50 ?? null),
  figure(`${name}, p95`, unit, percentile(values, 0.95), values.length, goals.p95 ?? null),
];

/** Of few repeats only the median means anything. */
export const median = (name: string, unit: Unit, values: readonly number[], goal: number | null = null): Figure =>
  figure(name, unit, percentile(values, 0.5), values.length, goal);
