import type { Link } from './link.ts';

/** What an application sends beside a voice: small packets, a few a second, some seconds many. It asks nobody whether they fit. */
export interface BesideFlow {
  /** Every millisecond. */
  step(nowMs: number): void;
}

/** Of the IP packet. */
const leastBytes = 80;
const mostBytes = 170;
const meanBytes = (leastBytes + mostBytes) / 2;
/** As was listened to in the laboratory, of a whole application's call: while it is set up, now and then, and usually. */
const setUpMs = 3_000;
const setUpBps = 22_000;
const leastBusyBps = 15_000;
const mostBusyBps = 20_000;
const busyMs = 2_000;
const leastUsualBps = 2_000;
const mostUsualBps = 10_000;
const secondMs = 1_000;
const busyShare = 0.04;

/** @param random 0…1, seeded by the caller */
export function createBesideFlow(there: Link, random: () => number): BesideFlow {
  let bps = setUpBps;
  let untilMs = setUpMs;
  let nextMs = 0;

  const between = (least: number, most: number): number => least + (most - least) * random();

  function chooseRate(nowMs: number): void {
    const isBusy = random() < busyShare;
    bps = isBusy ? between(leastBusyBps, mostBusyBps) : between(leastUsualBps, mostUsualBps);
    untilMs = nowMs + (isBusy ? busyMs : secondMs);
  }

  return {
    step(nowMs) {
      if (nowMs >= untilMs) chooseRate(nowMs);
      while (nextMs <= nowMs) {
        there.take(Math.round(between(leastBytes, mostBytes)), nowMs);
        nextMs += (-Math.log(1 - random()) * meanBytes * 8_000) / bps;
      }
    },
  };
}
