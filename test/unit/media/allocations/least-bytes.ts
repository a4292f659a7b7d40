import { memoryUsage } from 'node:process';

/** 10 s of sound, so that what happens every few seconds is in each. */
const windowFrames = 1_000;
const warmUpFrames = 1_000;
/** A narrow line is tried again after half a minute, and what that takes is compiled only then. */
const windows = 10;

/**
 * What a frame takes of the heap, bytes: of windows between two collections, the least, because to compile and to collect
 * takes some, too. Run with `--expose-gc` and a young generation that a window does not fill.
 */
export function leastBytesPerFrame(frame: (tick: number) => void): number {
  const { gc } = globalThis;
  if (gc === undefined) throw new Error('run with --expose-gc');
  let tick = 0;
  const run = (frames: number): void => {
    for (const end = tick + frames; tick < end; tick += 1) frame(tick);
  };
  run(warmUpFrames);
  let least = Number.POSITIVE_INFINITY;
  for (let i = 0; i < windows; i += 1) {
    gc();
    const before = memoryUsage().heapUsed;
    run(windowFrames);
    least = Math.min(least, memoryUsage().heapUsed - before);
  }
  return least / windowFrames;
}
