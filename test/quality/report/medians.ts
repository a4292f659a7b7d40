import { percentile } from '../meter/index.ts';
import type { ReportedDirection, ReportedRun } from './runs.ts';

/** Medians over both directions of all repeats of one peer in one network. Null: nobody knows. */
export interface Medians {
  readonly network: string;
  readonly peer: string;
  readonly runs: number;
  /** Directions in which speech could not be found in what was heard; they count as the worst there is. */
  readonly invalid: number;
  readonly delayP50Ms: number | null;
  readonly delayP95Ms: number | null;
  readonly stoi: number | null;
  readonly estoi: number | null;
  readonly gaps: number | null;
  readonly gapMs: number | null;
  readonly damagedMs: number | null;
  readonly concealedMs: number | null;
  readonly stretchedMs: number | null;
  readonly driftPpm: number | null;
  readonly bitrateBps: number | null;
  readonly packetsPerSecond: number | null;
  readonly lostPercent: number | null;
  /** Mean of what the cable imposed. */
  readonly wireDelayMs: number | null;
  readonly soundBackMs: number | null;
  readonly delayBackMs: number | null;
  /** Of one core, for one end: all its processes. */
  readonly cpuPercent: number | null;
  readonly setupMs: number | null;
}

/** One row for each network and peer, in the order in which they first appear. */
export function summarise(runs: readonly ReportedRun[]): Medians[] {
  const groups = Map.groupBy(runs, ({ network, peer }) => `${network}\n${peer}`);
  return [...groups.values()].map(medians);
}

function medians(runs: readonly ReportedRun[]): Medians {
  const ways = runs.flatMap(({ directions }) => directions);
  const [first] = runs;
  const of = (figure: (way: ReportedDirection) => number | null): number | null => median(ways.map(figure));
  /** A call in which nothing was heard is not left out: it was as bad as can be. */
  const judged = (worst: number, figure: (way: ReportedDirection) => number | null): number | null =>
    median(ways.map((way) => (way.valid ? figure(way) : worst)));
  return {
    network: first?.network ?? '',
    peer: first?.peer ?? '',
    runs: runs.length,
    invalid: ways.filter(({ valid }) => !valid).length,
    delayP50Ms: judged(Infinity, (way) => way.mouthToEarMs?.p50 ?? null),
    delayP95Ms: judged(Infinity, (way) => way.mouthToEarMs?.p95 ?? null),
    stoi: judged(0, (way) => way.stoi),
    estoi: judged(0, (way) => way.estoi),
    gaps: judged(Infinity, (way) => way.gaps),
    gapMs: judged(Infinity, (way) => way.gapMs),
    damagedMs: judged(Infinity, (way) => way.damagedMs),
    concealedMs: of((way) => way.concealedMs),
    stretchedMs: of((way) => way.stretchedMs),
    driftPpm: of((way) => way.driftPpm),
    bitrateBps: of((way) => way.bitrateBps),
    packetsPerSecond: of((way) => way.packetsPerSecond),
    lostPercent: of((way) => way.lostPercent),
    wireDelayMs: of((way) => way.wireDelayMs?.mean ?? null),
    soundBackMs: judged(Infinity, (way) => way.recovery?.soundBackMs ?? null),
    delayBackMs: judged(Infinity, (way) => way.recovery?.delayBackMs ?? null),
    cpuPercent: median(runs.flatMap(({ cpuPercent }) => Object.values(cpuPercent))),
    setupMs: median(runs.map(({ setupMs }) => setupMs)),
  };
}

/** Of the values that are known; null if none is, or if the median is beyond all measure. */
function median(values: readonly (number | null)[]): number | null {
  const known = values.filter((value) => value !== null);
  const middle = known.length === 0 ? Number.NaN : percentile(known, 0.5);
  return Number.isFinite(middle) ? middle : null;
}
