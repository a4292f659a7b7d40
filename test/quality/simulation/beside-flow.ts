import type { Link } from './link.ts';

/** What an application sends beside a voice: small packets, a few a second, and now and then a large one. It asks nobody whether they fit. */
export interface BesideFlow {
  /** Every millisecond. */
  step(nowMs: number): void;
}

/** Of the IP packet. */
const leastBytes = 50;
const mostBytes = 110;
const meanBytes = (leastBytes + mostBytes) / 2;
/** As was listened to in the laboratory, of a whole application's call: while it is set up, and later. */
const setUpMs = 3_000;
const setUpBps = 6_000;
const leastBps = 800;
const mostBps = 2_800;
const secondMs = 1_000;
/** A record that is handed on, or one that somebody asks for. */
const recordBytes = 700;
const meanRecordMs = 30_000;

/** @param random 0…1, seeded by the caller */
export function createBesideFlow(there: Link, random: () => number): BesideFlow {
  let bps = setUpBps;
  let untilMs = setUpMs;
  let nextMs = 0;
  let recordMs = setUpMs + waitOf(meanRecordMs);

  const between = (least: number, most: number): number => least + (most - least) * random();

  /** Of independent events (exponential). */
  function waitOf(meanMs: number): number {
    return -Math.log(1 - random()) * meanMs;
  }

  function chooseRate(nowMs: number): void {
    bps = between(leastBps, mostBps);
    untilMs = nowMs + secondMs;
  }

  return {
    step(nowMs) {
      if (nowMs >= untilMs) chooseRate(nowMs);
      while (nextMs <= nowMs) {
        there.take(Math.round(between(leastBytes, mostBytes)), nowMs);
        nextMs += waitOf((meanBytes * 8_000) / bps);
      }
      if (nowMs < recordMs) return;
      there.take(recordBytes, nowMs);
      recordMs += waitOf(meanRecordMs);
    },
  };
}
