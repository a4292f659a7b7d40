import { expect, test } from 'vitest';
import { createGreedyFlow } from '../../quality/simulation/greedy-flow.ts';
import { cleanLink, createLink } from '../../quality/simulation/link.ts';
import { mulberry32 } from '../media/synth-speech.ts';

test('a greedy flow goes on after acknowledgements were lost: later ones speak for them', () => {
  const there = createLink({ ...cleanLink, rateBps: 1_000_000, queueMs: 300 }, mulberry32(1));
  const back = createLink(cleanLink, mulberry32(2));
  const flow = createGreedyFlow(there, back);
  let busyMs = 0;
  for (let nowMs = 0; nowMs < 20_000; nowMs += 1) {
    if (nowMs === 5_000) back.set({ ...cleanLink, loss: 0.3 });
    flow.step(nowMs);
    if (nowMs >= 10_000 && there.queuedMs(nowMs) > 0) busyMs += 1;
  }
  expect(busyMs).toBeGreaterThan(8_000);
});
