/** The pitch periods looked for at 48 kHz: 2.5 ms (400 Hz) to 14 ms (71 Hz). */
const minLag = 120;
const maxLag = 672;
/** 4 ms: what two pieces have to be alike over, and are cross-faded over, at least. */
const minOverlap = 192;
/** Correlation is computed on every fourth sample first: pitch is a matter of the lowest kilohertz. */
const coarseStride = 4;
/** Below this likeness a voiced frame would sound torn; it waits for a better one. */
const minLikeness = 0.5;
/** 2 ms. */
const excess = 96;
/** Mean magnitude under which nobody hears what is done to a frame (about −50 dBFS). */
export const quietMagnitude = 100;

export type StretchMode = 'faster' | 'slower';

/** Room that `into` needs beyond the frame. */
export const stretchRoom = maxLag;

/**
 * Takes one pitch period out of a frame, or puts one in, by overlap-add: waveform similarity (WSOLA; Verhelst and Roelands
 * 1993) on the one period that is most like its neighbour. The first and last samples stay, so frames join as before: no click.
 * @param length samples of `frame` in use; `into` needs room for `length` + `stretchRoom`
 * @param wanted samples to take out or put in: not exceeded where nobody hears it, and by little when taking out of a voice
 * @param onlyQuiet leave alone what can be heard
 * @param quiet mean magnitude up to which a frame is a pause
 * @returns samples written to `into`; `length` if nothing in the frame lent itself to it (then `into` is a copy)
 */
export function stretchFrame(
  frame: Int16Array,
  length: number,
  mode: StretchMode,
  into: Int16Array,
  wanted = maxLag,
  onlyQuiet = false,
  quiet = quietMagnitude,
): number {
  const lag = length >= minLag + minOverlap ? lagFor(frame, length, mode, wanted, onlyQuiet, quiet) : 0;
  if (lag === 0) {
    copy(frame, 0, length, into, 0);
    return length;
  }
  const overlap = overlapOf(lag, length);
  if (mode === 'faster') {
    // From the beginning over to what comes a period later.
    crossFade(frame, 0, frame, lag, overlap, into, 0);
    copy(frame, lag + overlap, length, into, overlap);
    return length - lag;
  }
  // From what comes a period later back to the beginning: the period is heard twice.
  copy(frame, 0, lag, into, 0);
  crossFade(frame, lag, frame, 0, overlap, into, lag);
  copy(frame, overlap, length, into, lag + overlap);
  return length + lag;
}

const overlapOf = (lag: number, length: number): number => Math.min(lag, length - lag);

function copy(from: Int16Array, start: number, end: number, into: Int16Array, at: number): void {
  for (let i = start; i < end; i += 1) into[at + i - start] = from[i] ?? 0;
}

/** From `a` (at first) to `b` (at the end), linearly, over `length` samples. `into` may be `a` or `b` at the same place. */
export function crossFade(
  a: Int16Array,
  aAt: number,
  b: Int16Array,
  bAt: number,
  length: number,
  into: Int16Array,
  at: number,
): void {
  for (let i = 0; i < length; i += 1) {
    const share = (i + 1) / (length + 1);
    into[at + i] = Math.round((a[aAt + i] ?? 0) * (1 - share) + (b[bAt + i] ?? 0) * share);
  }
}

function lagFor(frame: Int16Array, length: number, mode: StretchMode, wanted: number, onlyQuiet: boolean, quiet: number): number {
  const longest = Math.min(maxLag, length - minOverlap);
  if (meanMagnitude(frame, length) < quiet) return Math.max(0, Math.min(longest, Math.floor(length / 2), Math.floor(wanted)));
  if (onlyQuiet) return 0;
  // Taking out more than is too much would have to be put in again: each costs a little of the voice.
  return bestLag(frame, length, mode === 'faster' ? Math.min(longest, wanted + excess) : longest);
}

/** The lag at which the frame's beginning is most like what follows; 0 if none is like enough. */
function bestLag(frame: Int16Array, length: number, longest: number): number {
  let best = 0;
  let likeness = minLikeness;
  for (let lag = minLag; lag <= longest; lag += coarseStride) {
    const found = correlation(frame, lag, overlapOf(lag, length), coarseStride);
    if (found > likeness) {
      likeness = found;
      best = lag;
    }
  }
  if (best === 0) return 0;
  let exact = best;
  likeness = -1;
  for (let lag = Math.max(minLag, best - 3); lag <= Math.min(longest, best + 3); lag += 1) {
    const found = correlation(frame, lag, overlapOf(lag, length), 2);
    if (found > likeness) {
      likeness = found;
      exact = lag;
    }
  }
  return exact;
}

/** Of every fourth sample: enough to tell a pause from a word. */
export function meanMagnitude(frame: Int16Array, length: number): number {
  let sum = 0;
  for (let i = 0; i < length; i += coarseStride) sum += Math.abs(frame[i] ?? 0);
  return (sum * coarseStride) / Math.max(1, length);
}

function correlation(frame: Int16Array, lag: number, length: number, stride: number): number {
  let dot = 0;
  let first = 0;
  let second = 0;
  for (let i = 0; i < length; i += stride) {
    const a = frame[i] ?? 0;
    const b = frame[i + lag] ?? 0;
    dot += a * b;
    first += a * a;
    second += b * b;
  }
  return dot / Math.sqrt(first * second + 1);
}
