import { expect, test } from 'vitest';
import { createDelayTarget } from '../../../main/media/audio/receive/delay-target.ts';

const frameMs = 20;

/** 6 s of frames; of the second from 2 s on no packet came itself, but at its end this share of them as copies. */
function missingShareAfter(copiedShare: number): number {
  const target = createDelayTarget();
  for (let atMs = 0; atMs < 6_000; atMs += frameMs) {
    const isOut = atMs >= 2_000 && atMs < 3_000;
    if (!isOut) target.available(atMs * 48, frameMs * 48, atMs + 40, false);
    else if (atMs < 2_000 + copiedShare * 1_000) target.available(atMs * 48, frameMs * 48, 3_040, true);
    if (atMs % 100 === 0) target.update();
  }
  return target.missingShare;
}

test('of an outage, what never came is missing, and what came as a copy is not', () => {
  const missing = missingShareAfter(0);
  expect(missing).toBeGreaterThan(0.15);
  expect(missingShareAfter(0.5)).toBeCloseTo(missing / 2);
  expect(missingShareAfter(1)).toBe(0);
});
