import { expect, test } from 'vitest';
import { createQueueDelay } from '../../../../main/media/audio/send/queue-delay.ts';
import { createRateControl } from '../../../../main/media/audio/send/rate-control.ts';

const everyMs = 20;
const wantedBps = 76_000;
/** The radio behind the narrow place sleeps for so long, so often, and then lets one packet go after the other. */
const sleep = { everyMs: 1_200, lastsMs: 100, apartMs: 1.2 };
/** RFC 8888 tells when they came in steps of 1/1024 s. */
const stepMs = 1_000 / 1_024;

/** Sends what may be sent for two minutes. @returns of each 100 ms how long a packet waited in front of the narrow place */
function waitsBefore(carriesBps: number, mostQueueMs: number): number[] {
  const queue = createQueueDelay();
  const rate = createRateControl();
  const waits: number[] = [];
  let freeAtMs = 0;
  let lastOutMs = 0;
  let [sent, lost] = [0, 0];
  for (let nowMs = 0; nowMs < 120_000; nowMs += everyMs) {
    const bytes = Math.round((Math.min(wantedBps, rate.budgetBps ?? wantedBps) * everyMs) / 8_000);
    const waitMs = Math.max(0, freeAtMs - nowMs);
    sent += 1;
    if (waitMs > mostQueueMs) lost += 1;
    else {
      freeAtMs = nowMs + waitMs + (bytes * 8_000) / carriesBps;
      const at = freeAtMs % sleep.everyMs;
      const wakesMs = at < sleep.lastsMs ? freeAtMs - at + sleep.lastsMs : freeAtMs;
      lastOutMs = Math.max(wakesMs, lastOutMs + sleep.apartMs);
      queue.packet(nowMs, Math.round((lastOutMs + 50) / stepMs) * stepMs, bytes);
    }
    if (nowMs % 100 !== 0) continue;
    const lossShare = lost / sent;
    rate.feedback(nowMs, queue.look(), wantedBps, wantedBps, lossShare, lossShare);
    const base = rate.takeBase();
    if (base === 'theirs') queue.rebase();
    else if (base === 'ours') queue.restore();
    queue.setLine(rate.lineBps);
    if (nowMs % 2_000 === 0) [sent, lost] = [0, 0];
    waits.push(waitMs);
  }
  return waits;
}

test.each([
  [70_000, 300],
  [64_000, 1_000],
])('a place of %i bit/s is not filled for good because a radio behind it lets packets go together', (carriesBps, mostQueueMs) => {
  const late = waitsBefore(carriesBps, mostQueueMs).slice(600);
  const full = late.filter((waitMs) => waitMs > 0.6 * mostQueueMs).length;
  expect(full / late.length).toBeLessThan(0.2);
});
