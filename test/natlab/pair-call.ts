import { systemClock } from '../../main/ports/system-clock.ts';
import type { EngineAtHome } from './engine-at-home.ts';
import { expectedBetween, type Expectation, type HomeKind } from './home-kinds.ts';
import type { Internet } from './internet.ts';
import { startCall, stays, type Path } from './watched-call.ts';

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
  readonly path: Path | null;
  /** From the click until the other side's phone rings. */
  readonly ringMs: number | null;
  /** From the click until the caller's app says that they talk; the other side accepts at once. */
  readonly setupMs: number | null;
  /** From accepting until both hear each other. */
  readonly firstAudioMs: number | null;
  /** From the click until the path was direct, if it began over a relay. */
  readonly upgradedMs: number | null;
  readonly packets: { readonly toCallee: Packets; readonly toCaller: Packets };
  /** Packets a second that came from supernodes while they talked: a relay's are a hundred. */
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

const since = (from: number | null, to: number | null): number | null =>
  from === null || to === null ? null : Math.round(to - from);

/** Calls, talks for a while, hangs up. */
export async function callPair(
  internet: Internet,
  caller: EngineAtHome,
  callee: EngineAtHome,
  patience: PairPatience,
): Promise<PairResult> {
  const expected = expectedBetween(caller.home.kind, callee.home.kind);
  const call = await startCall(caller, callee, patience.connectMs);
  const connected = await call.connected;
  const dialled = call.moment('caller', 'dial');
  let carriedByOthers: number | null = null;
  if (connected) {
    const before = await internet.packetsFrom();
    const beganMs = systemClock.monotonicMs();
    await stays(patience.talkMs);
    const leftMs = patience.upgradeMs - (systemClock.monotonicMs() - (dialled ?? beganMs));
    if (expected !== 'relay' && call.lastPath() === 'relay' && leftMs > 0) await call.untilDirect(leftMs);
    const seconds = (systemClock.monotonicMs() - beganMs) / 1000;
    const after = await internet.packetsFrom();
    carriedByOthers = Math.round(packetsSince(before, after, internet.supernodes) / seconds);
  }
  // What an app says of a path after the end says nothing.
  const path = connected ? call.lastPath() : null;
  const upgradedAt = call.beganRelayed() ? call.directAt() : null;
  const end = await call.hangUp();
  const heardByCaller = call.moment('caller', 'first-audio');
  const heardByCallee = call.moment('callee', 'first-audio');
  const bothHeard = heardByCaller === null || heardByCallee === null ? null : Math.max(heardByCaller, heardByCallee);
  return {
    caller: caller.home.kind,
    callee: callee.home.kind,
    expected,
    connected,
    path,
    ringMs: since(dialled, call.moment('callee', 'ringing')),
    setupMs: since(dialled, call.moment('caller', 'active')),
    firstAudioMs: since(call.moment('callee', 'accepted'), bothHeard),
    upgradedMs: since(dialled, upgradedAt),
    packets: {
      toCallee: { sent: end.caller('sentPackets'), received: end.callee('receivedPackets') },
      toCaller: { sent: end.callee('sentPackets'), received: end.caller('receivedPackets') },
    },
    carriedByOthers,
    reason: connected && end.reason === 'hung-up' ? null : end.reason,
  };
}

function packetsSince(
  before: ReadonlyMap<string, number>,
  after: ReadonlyMap<string, number>,
  hosts: readonly { readonly name: string }[],
): number {
  return hosts.reduce((sum, { name }) => sum + (after.get(name) ?? 0) - (before.get(name) ?? 0), 0);
}
