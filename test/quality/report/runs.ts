import { z } from 'zod';

const figure = z.number();
const perhaps = figure.nullish().transform((value) => value ?? null);

/** One way through one call: what `lab:voice` prints, as far as the report needs it. Null: not known. */
const directionSchema = z.object({
  from: z.string(),
  valid: z.boolean(),
  mouthToEarMs: z.object({ p50: figure, p95: figure }).nullable(),
  stoi: perhaps,
  estoi: perhaps,
  gaps: perhaps,
  gapMs: perhaps,
  /** By the meter: speech made up or missing. */
  damagedMs: perhaps,
  /** By the program's own account. */
  concealedMs: perhaps,
  stretchedMs: perhaps,
  driftPpm: perhaps,
  bitrateBps: figure,
  packetsPerSecond: figure,
  lostPercent: perhaps,
  wireDelayMs: z
    .object({ mean: figure, p95: figure })
    .nullish()
    .transform((value) => value ?? null),
  recovery: z
    .object({ soundBackMs: figure, delayBackMs: figure })
    .nullish()
    .transform((value) => value ?? null),
});

const runSchema = z.object({
  peer: z.string(),
  network: z.string(),
  run: z.number().int(),
  setupMs: perhaps,
  cpuPercent: z.record(z.string(), figure),
  directions: z.array(directionSchema).min(1),
});

export type ReportedDirection = z.infer<typeof directionSchema>;
export type ReportedRun = z.infer<typeof runSchema>;

/** Reads JSON lines. @throws Error naming the line that is none of ours */
export function parseRuns(lines: string): ReportedRun[] {
  return lines.split('\n').flatMap((words, index) => {
    if (words.trim() === '') return [];
    const parsed = runSchema.safeParse(jsonOrNull(words));
    if (!parsed.success) throw new Error(`line ${index + 1} is no run: ${z.prettifyError(parsed.error)}`);
    return [parsed.data];
  });
}

function jsonOrNull(words: string): unknown {
  try {
    return JSON.parse(words);
  } catch {
    // The schema refuses it with the number of its line.
    return null;
  }
}
