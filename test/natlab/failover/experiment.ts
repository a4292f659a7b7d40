import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseTrace, type TraceEvent } from '../../../main/media/audio/index.ts';
import { systemClock } from '../../../main/ports/system-clock.ts';
import { isEvent, type CliEvent } from '../../lab/cli-process.ts';
import type { Pair } from '../arguments.ts';
import { befriend, type EngineAtHome } from '../engine-at-home.ts';
import type { Laboratory } from '../laboratory.ts';
import { startCall, stays, type Path, type WatchedCall } from '../watched-call.ts';
import { firstArrivalMs, longestGapMs } from './arrival-gaps.ts';

/** A call that is under way, and what can be done to it. */
export interface Stage {
  readonly laboratory: Laboratory;
  readonly caller: EngineAtHome;
  readonly callee: EngineAtHome;
  readonly call: WatchedCall;
}

export interface Experiment {
  /** Between which homes the blow is of interest. */
  readonly pair: Pair;
  /** Without it, there is nothing to see. */
  readonly needs: Path | null;
  /** Strikes. Resolves with the moment, monotonic clock. */
  readonly blow: (stage: Stage) => Promise<number>;
  /** How long is looked afterwards. */
  readonly afterMs: number;
  /** The callee's app does not live to tell. */
  readonly kills?: true;
}

/** Times in ms; null: not known, or it did not come. */
export interface FailoverResult extends Pair {
  readonly experiment: string;
  readonly connected: boolean;
  readonly pathBefore: Path | null;
  readonly pathAfter: Path | null;
  /** The longest time in which no packet of sound came, from the blow on. */
  readonly gapMs: { readonly atCaller: number | null; readonly atCallee: number | null };
  /** Sound that had to be made up, in the whole call. */
  readonly concealedMs: { readonly atCaller: number | null; readonly atCallee: number | null };
  /** From the blow until the caller's app said that something was wrong, and which word it chose. */
  readonly noticedMs: number | null;
  readonly noticedAs: string | null;
  /** How it ended, as the caller's app tells it, and the callee's; `hung-up`: the caller hung up, it was still alive. */
  readonly reason: string;
  readonly reasonAtCallee: string;
}

const connectMs = 40_000;
/** Paths settle, and both sides' playout too. */
const beforeMs = 6_000;
const upgradeMs = 15_000;
const traceMs = 5_000;
const lookEveryMs = 100;
/** The trace's clock is known by the first sound only, which is played a little after it came. */
const slackMs = 300;

export async function runExperiment(laboratory: Laboratory, name: string, experiment: Experiment): Promise<FailoverResult> {
  const { pair } = experiment;
  const [caller, callee] = await Promise.all([
    laboratory.engineAt(pair.caller, 'caller'),
    laboratory.engineAt(pair.callee, 'callee'),
  ]);
  await befriend(caller, callee);
  const traces = { caller: join(laboratory.dir, `${name}-caller.trace`), callee: join(laboratory.dir, `${name}-callee.trace`) };
  const files = { playPath: laboratory.speech, recordPath: null, echo: false };
  await caller.client.audio.useFiles({ ...files, tracePath: traces.caller });
  await callee.client.audio.useFiles({ ...files, tracePath: traces.callee });

  const call = await startCall(caller, callee, connectMs);
  const connected = await call.connected;
  const failed = (reason: string): FailoverResult => ({
    experiment: name,
    ...pair,
    connected,
    pathBefore: call.lastPath(),
    pathAfter: null,
    gapMs: { atCaller: null, atCallee: null },
    concealedMs: { atCaller: null, atCallee: null },
    noticedMs: null,
    noticedAs: null,
    reason,
    reasonAtCallee: reason,
  });
  if (!connected) return failed((await call.hangUp()).reason);
  await stays(beforeMs);
  if (experiment.needs === 'direct') await call.untilDirect(upgradeMs);
  const pathBefore = call.lastPath();
  if (experiment.needs !== null && pathBefore !== experiment.needs) {
    await call.hangUp();
    return failed(`the path was not ${experiment.needs}`);
  }

  const struckMs = await experiment.blow({ laboratory, caller, callee, call });
  await stays(experiment.afterMs);
  const pathAfter = call.lastPath();
  // Before we end it ourselves.
  const noticed = caller.cli.events.find(
    (event) => isTrouble(call.id, event) && Number(event['atMonotonicMs'] ?? Number.NaN) >= struckMs,
  );
  const end = await call.hangUp();
  const gap = (side: 'caller' | 'callee'): number | null =>
    side === 'callee' && experiment.kills === true ? null : gapIn(traces[side], call.moment(side, 'first-audio'), struckMs);
  // Traces are written when media has closed the call, which may be after it was said to be over.
  await untilWritten(experiment.kills === true ? [traces.caller] : [traces.caller, traces.callee]);
  return {
    experiment: name,
    ...pair,
    connected,
    pathBefore,
    pathAfter,
    gapMs: { atCaller: gap('caller'), atCallee: gap('callee') },
    concealedMs: { atCaller: end.caller('concealedMs'), atCallee: end.callee('concealedMs') },
    noticedMs: noticed === undefined ? null : Math.round(Number(noticed['atMonotonicMs']) - struckMs),
    noticedAs: noticed === undefined ? null : String(noticed['phase']),
    reason: end.reason,
    reasonAtCallee: experiment.kills === true ? 'killed' : end.reasonAtCallee,
  };
}

async function untilWritten(paths: readonly string[]): Promise<void> {
  for (let tries = 0; tries < traceMs / lookEveryMs && !paths.every(existsSync); tries += 1) {
    // oxlint-disable-next-line no-await-in-loop -- looks again
    await stays(lookEveryMs);
  }
}

/** The call is no longer simply going on. */
const isTrouble = (callId: string, event: CliEvent): boolean =>
  isEvent('phase', { callId })(event) && (event['phase'] === 'reconnecting' || event['phase'] === 'ended');

/** @param firstAudioMs when the trace's first packet was played, on the clock of `struckMs` */
function gapIn(path: string, firstAudioMs: number | null, struckMs: number): number | null {
  const events = readTrace(path);
  const firstMs = events === null ? null : firstArrivalMs(events);
  if (events === null || firstMs === null || firstAudioMs === null) return null;
  return Math.round(longestGapMs(events, firstMs + struckMs - firstAudioMs - slackMs));
}

function readTrace(path: string): readonly TraceEvent[] | null {
  try {
    return parseTrace(readFileSync(path, 'utf8'));
  } catch {
    return null; // the app did not come to write it
  }
}

/** Now, on the clock that all processes of this computer share. */
export const now = (): number => systemClock.monotonicMs();
