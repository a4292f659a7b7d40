import { decibels, framePowers, lowPass, runsOf } from './signal.ts';

/** A stretch of sound at the reference's own time. */
export interface Stretch {
  readonly atMs: number;
  readonly lengthMs: number;
}

/** What a narrow codec mode leaves out above this is no gap. */
const bandHz = 3400;
/** Neither: a quieter stretch shorter than this can't be told from the gaps between two glottal pulses. */
const shortestMs = 4;
/** Gaps that close belong together. */
const joinMs = 3;
/** The reference speaks while it is less than this under its level; its edges are looked for further down. */
const speakingDb = 20;
const edgeDb = 45;
/** Silence is this much quieter than what was spoken. */
const missingDb = 26;
/** Digital silence: no microphone is as quiet. It counts while the reference is less than `mutedSpeakingDb` under its level. */
const mutedDbfs = -80;
const mutedSpeakingDb = 30;

/** Length of the windows, and how long before and after the reference must have been speaking all along. Short gaps need both shorter. */
const looks = [
  { windowMs: 4, guardMs: 3, alsoMuted: true },
  { windowMs: 2, guardMs: 5, alsoMuted: false },
] as const;

/**
 * Silence where the reference speaks.
 * @param gainDb by how much the recording is louder as a whole; @param levelDb of the reference's speech
 */
export function findGaps(
  spoken: Float64Array,
  aligned: Float64Array,
  rateHz: number,
  gainDb: number,
  levelDb: number,
): Stretch[] {
  const [x, y] = [lowPass(spoken, bandHz, rateHz), lowPass(aligned, bandHz, rateHz)];
  const hop = rateHz / 1000;
  const found: [number, number][] = [];
  for (const { windowMs, guardMs, alsoMuted } of looks) {
    const levels = (signal: Float64Array): Float64Array => framePowers(signal, windowMs * hop, hop).map(decibels);
    const [said, raw] = [levels(x), levels(y)];
    const isSilent = (i: number, under: number): boolean => (raw[i] ?? 0) - gainDb < under - missingDb;
    const isMissing = Array.from(said, (_, i) => {
      let least = Infinity;
      for (let near = i - guardMs; near <= i + guardMs; near += 1) least = Math.min(least, said[near] ?? Infinity);
      const isMuted = alsoMuted && (raw[i] ?? 0) < mutedDbfs && (said[i] ?? 0) > levelDb - mutedSpeakingDb;
      return isMuted || (least > levelDb - speakingDb && isSilent(i, least));
    });
    const isEdge = (i: number): boolean => (said[i] ?? -Infinity) > levelDb - edgeDb && isSilent(i, said[i] ?? 0);
    for (let [from, end] of runsOf(isMissing)) {
      while (from > 0 && isEdge(from - 1)) from -= 1;
      while (end < said.length && isEdge(end)) end += 1;
      if (end - from >= 6 - windowMs) found.push([from, end + windowMs - 1]);
    }
  }
  return joined(found).filter(({ lengthMs }) => lengthMs >= shortestMs);
}

function joined(stretches: readonly (readonly [number, number])[]): Stretch[] {
  const out: { atMs: number; lengthMs: number }[] = [];
  for (const [from, end] of stretches.toSorted((a, b) => a[0] - b[0] || a[1] - b[1])) {
    const last = out.at(-1);
    if (last !== undefined && from <= last.atMs + last.lengthMs + joinMs) {
      last.lengthMs = Math.max(last.lengthMs, end - last.atMs);
    } else {
      out.push({ atMs: from, lengthMs: end - from });
    }
  }
  return out;
}
