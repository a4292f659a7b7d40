import { delayToUs, type CallStats } from '../../preload/contract/index.ts';
import type { UiStore } from './store.ts';

/** One measurement of a call, as its charts need it. */
export interface TracePoint {
  /** On the page's steady clock. */
  readonly atMs: number;
  /** From their mouth to this ear, as far as it is known. */
  readonly delayMs: number | null;
  readonly lossFraction: number;
  readonly sentLossFraction: number | null;
  readonly jitterMs: number;
  readonly wireBps: number;
  readonly receivedBps: number;
  readonly copies: number;
}

export type CallTrace = readonly TracePoint[];

/** What charts show. */
export const traceKeptMs = 60_000;
/** A view also changes without a new measurement: those come a second apart. */
const sameMeasurementMs = 500;

/** The trace after a view with these figures came. */
export function traceAfter(trace: CallTrace, stats: CallStats, atMs: number): CallTrace {
  const point: TracePoint = {
    atMs,
    delayMs: stats.roundTripMs === null ? null : delayToUs(stats).totalMs,
    lossFraction: stats.lossFraction,
    sentLossFraction: stats.sentLossFraction,
    jitterMs: stats.jitterMs,
    wireBps: stats.wireBps,
    receivedBps: stats.receivedBps,
    copies: stats.copies,
  };
  const last = trace.at(-1);
  const before = last !== undefined && atMs - last.atMs < sameMeasurementMs ? trace.slice(0, -1) : trace;
  return [
    ...before.filter((each) => atMs - each.atMs <= traceKeptMs),
    { ...point, atMs: before === trace ? atMs : (last?.atMs ?? atMs) },
  ];
}

/** Follows every call's figures, so that its charts have a past when they are opened: `traces` in the store. */
export function keepTraces(store: UiStore): () => void {
  return store.subscribe(({ figures, traces }, before) => {
    if (figures === before.figures) return;
    const nowMs = performance.now();
    const next = [...figures].map(([id, stats]): readonly [string, CallTrace] => {
      const trace = traces.get(id) ?? [];
      return [id, stats === before.figures.get(id) ? trace : traceAfter(trace, stats, nowMs)];
    });
    store.setState({ traces: new Map(next) });
  });
}
