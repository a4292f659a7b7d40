import { systemClock } from '../../main/ports/system-clock.ts';
import { isEvent, type CliEvent, type CliProcess } from '../lab/cli-process.ts';
import type { EngineAtHome } from './engine-at-home.ts';

const endPatienceMs = 20_000;

export const stays = (ms: number): Promise<void> =>
  new Promise((resolve) => {
    systemClock.setTimer(ms, () => resolve());
  });

/** The event, or null when it did not come. */
const orNull = (waiting: Promise<CliEvent>): Promise<CliEvent | null> => waiting.catch(() => null);

export const momentOf = (event: CliEvent): number => Number(event['atMonotonicMs']);

export type Path = 'direct' | 'relay';

/** A call between two homes, seen from both. Moments are on the machine-wide monotonic clock, null where they did not come. */
export interface WatchedCall {
  readonly id: string;
  /** Whether both heard each other, when that is known. */
  readonly connected: Promise<boolean>;
  moment(side: 'caller' | 'callee', what: string): number | null;
  /** As the caller's media said it last. */
  lastPath(): Path | null;
  beganRelayed(): boolean;
  /** When it was first direct. */
  directAt(): number | null;
  /** Resolves when it is direct, or the time is over. */
  untilDirect(timeoutMs: number): Promise<void>;
  /** Resolves when both have said how it was, or could have. */
  hangUp(): Promise<CallEnd>;
}

export interface CallEnd {
  /** As each side's own app tells it. */
  readonly reason: string;
  readonly reasonAtCallee: string;
  /** Figures of both at the end, null where there are none. */
  readonly caller: (name: string) => number | null;
  readonly callee: (name: string) => number | null;
}

/** @param connectMs from the click until both must hear each other */
export async function startCall(caller: EngineAtHome, callee: EngineAtHome, connectMs: number): Promise<WatchedCall> {
  const { id } = await caller.client.calls.start({ accountKey: callee.accountKey });
  const clis = { caller: caller.cli, callee: callee.cli };
  const both = [caller.cli, callee.cli] as const;
  const diagnostic = (what: string) => isEvent('diagnostic', { what, callId: id });
  const isStats = diagnostic('stats');
  const pathOf = (event: CliEvent): Path | null => {
    const path = event['path'];
    return typeof path !== 'string' ? null : path === 'relay' || path === 'overlay-relay' ? 'relay' : 'direct';
  };
  const isDirect = (event: CliEvent): boolean => isStats(event) && pathOf(event) === 'direct';
  const ended = orNull(caller.cli.waitFor(isEvent('call-ended', { callId: id }), 'the end', connectMs));
  const heard = Promise.all(both.map((cli) => orNull(cli.waitFor(diagnostic('first-audio'), 'first audio', connectMs))));
  return {
    id,
    connected: Promise.race([heard.then((events) => events.every((event) => event !== null)), ended.then(() => false)]),
    moment(side, what) {
      const found = clis[side].events.find(diagnostic(what));
      return found === undefined ? null : momentOf(found);
    },
    lastPath() {
      const last = caller.cli.events.findLast((event) => isStats(event) && pathOf(event) !== null);
      return last === undefined ? null : pathOf(last);
    },
    beganRelayed() {
      const first = caller.cli.events.find((event) => isStats(event) && pathOf(event) !== null);
      return first !== undefined && pathOf(first) === 'relay';
    },
    directAt() {
      const found = caller.cli.events.find(isDirect);
      return found === undefined ? null : momentOf(found);
    },
    async untilDirect(timeoutMs) {
      await orNull(caller.cli.waitFor(isDirect, 'the direct path', timeoutMs));
    },
    async hangUp() {
      // It may be over already; then it says so itself.
      await caller.client.calls.hangUp({ id }).catch(() => undefined);
      const end = (cli: CliProcess): Promise<CliEvent | null> =>
        orNull(cli.waitFor(isEvent('call-ended', { callId: id }), 'the end', endPatienceMs));
      const [callerEnd, calleeEnd] = await Promise.all([end(caller.cli), end(callee.cli)]);
      return {
        reason: reasonOf(callerEnd),
        reasonAtCallee: reasonOf(calleeEnd),
        caller: statsOf(callerEnd),
        callee: statsOf(calleeEnd),
      };
    },
  };
}

const reasonOf = (event: CliEvent | null): string => (event === null ? 'it never ended' : String(event['reason']));

function statsOf(event: CliEvent | null): (name: string) => number | null {
  const stats = event?.['stats'];
  return (name) => {
    const value: unknown = typeof stats === 'object' && stats !== null ? Reflect.get(stats, name) : null;
    return typeof value === 'number' ? value : null;
  };
}
