import { systemClock } from '../../main/ports/system-clock.ts';
import { isEvent, type CliEvent, type CliProcess } from '../lab/cli-process.ts';
import type { EngineAtHome } from './engine-at-home.ts';
import { expectedBetween, type Expectation, type HomeKind } from './home-kinds.ts';
import type { Internet } from './internet.ts';

/** Packets with sound of one direction, as its two ends counted them. */
export interface Packets {
  readonly sent: number | null;
  readonly received: number | null;
}

/** One call between two homes. Times in ms, null where it did not come to that. */
export interface PairResult {
  readonly caller: HomeKind;
  readonly callee: HomeKind;
  readonly expected: Expectation;
  /** Both heard each other. */
  readonly connected: boolean;
  /** At the end, as the caller's media says. */
  readonly path: 'direct' | 'relay' | null;
  /** From the click until the other side's phone rings. */
  readonly ringMs: number | null;
  /** From the click until the caller's app says that they talk; the other side accepts at once. */
  readonly setupMs: number | null;
  /** From accepting until both hear each other. */
  readonly firstAudioMs: number | null;
  /** From the click until the path was direct, if it began over a relay. */
  readonly upgradedMs: number | null;
  readonly packets: { readonly toCallee: Packets; readonly toCaller: Packets };
  /** Packets a second that came from anybody but the two homes while they talked: a relay's are a hundred. */
  readonly carriedByOthers: number | null;
  /** How the call ended if nobody hung up, or what went wrong before there was one. */
  readonly reason: string | null;
}

export interface PairPatience {
  /** From the click until both must hear each other. */
  readonly connectMs: number;
  /** How long they talk at least. */
  readonly talkMs: number;
  /** From the click until a way that is there must have been found. */
  readonly upgradeMs: number;
}

const ofCall = (callId: string, what: string) => isEvent('diagnostic', { what, callId });
const momentOf = (event: CliEvent): number => Number(event['atMonotonicMs']);
const endPatienceMs = 20_000;

/** The event, or null when it did not come. */
const orNull = (waiting: Promise<CliEvent>): Promise<CliEvent | null> => waiting.catch(() => null);

const stays = (ms: number): Promise<void> =>
  new Promise((resolve) => {
    systemClock.setTimer(ms, () => resolve());
  });

/** Calls, talks for a while, hangs up. */
export async function callPair(
  internet: Internet,
  caller: EngineAtHome,
  callee: EngineAtHome,
  patience: PairPatience,
): Promise<PairResult> {
  const expected = expectedBetween(caller.home.kind, callee.home.kind);
  const { id } = await caller.client.calls.start({ accountKey: callee.accountKey });
  const both = [caller.cli, callee.cli] as const;
  const ended = orNull(caller.cli.waitFor(isEvent('call-ended', { callId: id }), 'the end', patience.connectMs));
  const heard = Promise.all(both.map((cli) => orNull(cli.waitFor(ofCall(id, 'first-audio'), 'first audio', patience.connectMs))));
  const early = await Promise.race([heard.then(() => 'heard' as const), ended.then(() => 'ended' as const)]);
  const connected = early === 'heard' && (await heard).every((event) => event !== null);

  let carriedByOthers: number | null = null;
  if (connected) {
    const before = await internet.packetsFrom();
    const beganMs = systemClock.monotonicMs();
    await stays(patience.talkMs);
    if (expected !== 'relay') {
      const dialledMs = caller.cli.events.find(ofCall(id, 'dial'));
      const leftMs = patience.upgradeMs - (systemClock.monotonicMs() - (dialledMs === undefined ? 0 : momentOf(dialledMs)));
      if (lastPath(caller.cli, id) === 'relay' && leftMs > 0) {
        await orNull(caller.cli.waitFor((event) => isDirect(id, event), 'the direct path', leftMs));
      }
    }
    const seconds = (systemClock.monotonicMs() - beganMs) / 1000;
    const after = await internet.packetsFrom();
    carriedByOthers = Math.round(others(before, after, [caller.home.name, callee.home.name]) / seconds);
  }
  const hungUp = await caller.client.calls.hangUp({ id }).then(
    () => true,
    () => false, // it was over already, and says so itself
  );
  const ends = await Promise.all(
    both.map((cli) => orNull(cli.waitFor(isEvent('call-ended', { callId: id }), 'the end', endPatienceMs))),
  );
  const [callerEnd = null, calleeEnd = null] = ends;
  const why = callerEnd === null ? 'it never ended' : String(callerEnd['reason']);

  const at = (cli: CliProcess, what: string): number | null => {
    const found = cli.events.find(ofCall(id, what));
    return found === undefined ? null : momentOf(found);
  };
  const dialled = at(caller.cli, 'dial');
  const since = (from: number | null, to: number | null): number | null =>
    from === null || to === null ? null : Math.round(to - from);
  const firstAudio = both.map((cli) => at(cli, 'first-audio'));
  const bothHeard = firstAudio.every((one) => one !== null) ? Math.max(...firstAudio) : null;
  const wasRelayed = caller.cli.events.some((event) => ofCall(id, 'stats')(event) && event['path'] === 'relay');
  const direct = caller.cli.events.find((event) => isDirect(id, event));
  const [fromCaller, fromCallee] = [statsOf(callerEnd), statsOf(calleeEnd)];
  return {
    caller: caller.home.kind,
    callee: callee.home.kind,
    expected,
    connected,
    path: connected ? lastPath(caller.cli, id) : null,
    ringMs: since(dialled, at(callee.cli, 'ringing')),
    setupMs: since(dialled, at(caller.cli, 'active')),
    firstAudioMs: since(at(callee.cli, 'accepted'), bothHeard),
    upgradedMs: wasRelayed && direct !== undefined ? since(dialled, momentOf(direct)) : null,
    packets: {
      toCallee: { sent: fromCaller('sentPackets'), received: fromCallee('receivedPackets') },
      toCaller: { sent: fromCallee('sentPackets'), received: fromCaller('receivedPackets') },
    },
    carriedByOthers,
    reason: hungUp && connected && why === 'hung-up' ? null : why,
  };
}

function isDirect(callId: string, event: CliEvent): boolean {
  return ofCall(callId, 'stats')(event) && (event['path'] === 'direct' || event['path'] === 'host');
}

function lastPath(cli: CliProcess, callId: string): 'direct' | 'relay' | null {
  const last = cli.events.findLast((event) => ofCall(callId, 'stats')(event) && typeof event['path'] === 'string');
  return last === undefined ? null : isDirect(callId, last) ? 'direct' : 'relay';
}

function statsOf(event: CliEvent | null): (name: string) => number | null {
  const stats = event?.['stats'];
  return (name) => {
    const value: unknown = typeof stats === 'object' && stats !== null ? Reflect.get(stats, name) : null;
    return typeof value === 'number' ? value : null;
  };
}

function others(before: ReadonlyMap<string, number>, after: ReadonlyMap<string, number>, ends: readonly string[]): number {
  let sum = 0;
  for (const [name, count] of after) if (!ends.includes(name)) sum += count - (before.get(name) ?? 0);
  return sum;
}
