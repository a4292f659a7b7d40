/** A neighbour that works hard, as an engine or a page does at times: CBOR-like allocation and hashing in slices. */
import { createHash } from 'node:crypto';

/** Longer than any one task of ours, and no pause to speak of between two. */
const sliceMs = 8;
const pauseMs = 2;

function work(): void {
  const until = performance.now() + sliceMs;
  let kept: unknown[] = [];
  while (performance.now() < until) {
    const hash = createHash('sha256').update(JSON.stringify(kept)).digest();
    kept = kept.length > 50 ? [] : [...kept, { hash: hash.toString('hex'), size: kept.length }];
  }
  setTimeout(work, pauseMs);
}

work();
