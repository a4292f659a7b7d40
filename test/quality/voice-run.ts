import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { systemClock } from '../../main/ports/system-clock.ts';
import { meanOf, type Direction, type Heard } from './heard.ts';
import { judgeDirections } from './judging.ts';
import type { Disturbance } from './meter/index.ts';
import type { Network } from './networks.ts';
import type { OwnAccount, PeerName, Peers } from './peers/peers.ts';
import { startGreedyFlows } from './rig/greedy-flows.ts';
import { cpuPercents, sumOf, without } from './rig/home-usage.ts';
import { ends, otherEnd, type CableKind, type End, type Homes } from './rig/homes.ts';
import type { Stage } from './stage.ts';

/** What is told of both directions together is their mean. */
export interface VoiceRun extends Heard {
  readonly peer: PeerName;
  readonly cable: CableKind;
  readonly network: string;
  readonly run: number;
  readonly seconds: number;
  readonly setupMs: number;
  /** Of one core: all processes of a home. */
  readonly cpuPercent: Readonly<Record<End, number>>;
  /** The same by what used it: program, and kind of process. */
  readonly cpuParts: Readonly<Record<End, Readonly<Record<string, number>>>>;
  readonly directions: readonly Direction[];
}

export interface VoiceRunOptions {
  readonly peer: PeerName;
  readonly network: Network;
  readonly run: number;
  /** How long is measured. */
  readonly seconds: number;
  /** What each end says, over and over. */
  readonly voices: Readonly<Record<End, Int16Array>>;
  readonly stage: Stage;
  readonly outDir: string;
  /** Look for how long a lossy network is remembered once it is mended. */
  readonly afterwards: boolean;
}

/** Both peers get so long to find their feet on the impaired cable before measuring begins. */
const settleMs = 4000;
/** What a call's delay is like before the network goes bad, and whether it forgets: longer than the 10 s that it may take. */
const calmMs = 3000;
const memoryMs = 11_500;
/** No call takes longer to come about. */
const setupPatienceMs = 20_000;

/** One call of one kind of program over one network. If it fails, the stage is no longer fit for another. */
export async function runVoice(options: VoiceRunOptions): Promise<VoiceRun> {
  const { peer, network, run, seconds, voices, stage, outDir } = options;
  const { homes, cable } = stage;
  const { delayMs = 0 } = network.impairment;
  const endings: (() => Promise<unknown>)[] = [];
  try {
    const longestSeconds = seconds + (calmMs + settleMs + memoryMs + setupPatienceMs) / 1000;
    const peers = await stage.ready({ voices, longestSeconds, skewPpm: network.skewPpm });
    await cable.trace();
    const setupMs = await peers.call();
    const afterwards = options.afterwards && network.lossy;
    const recording = await peers.record();
    if (afterwards) await sleep(calmMs);
    const impairedMs = systemClock.monotonicMs();
    await cable.impair(network.impairment);
    const flows = network.greedy ? await startGreedyFlows(homes) : null;
    if (flows !== null) endings.push(() => flows.stop());
    await sleep(settleMs);

    const notTheirs = flows?.processIds ?? [];
    const before = await look(homes, peers, notTheirs);
    const fromMs = systemClock.monotonicMs();
    const until = (atSeconds: number): Promise<void> => sleep(Math.max(0, fromMs + atSeconds * 1000 - systemClock.monotonicMs()));
    let impairment = network.impairment;
    for (const change of network.changes.filter(({ atSeconds }) => atSeconds < seconds)) {
      impairment = { ...impairment, ...change.impairment };
      // oxlint-disable no-await-in-loop -- one after the other, each at its time
      await until(change.atSeconds);
      await cable.impair(impairment);
      // oxlint-enable no-await-in-loop
    }
    await until(seconds);
    const toMs = systemClock.monotonicMs();
    const after = await look(homes, peers, notTheirs);
    // For the call that comes next, too.
    await cable.impair({ delayMs });
    if (afterwards) await sleep(memoryMs);
    const tape = await recording.stop();
    await endings.pop()?.();
    const trace = await cable.trace();

    const name = `${network.name}-${peer}-${run}`;
    mkdirSync(outDir, { recursive: true });
    const inputs = ends.map((from) => {
      const to = otherEnd(from);
      return {
        from,
        title: `${peer}, ${network.name}, run ${run}, ${from} to ${to}`,
        spoken: tape.spoken[from],
        heard: tape.heard[to],
        startMs: recording.startMs,
        disturbance: afterwards
          ? { fromMs: impairedMs, soundPossibleAtMs: toMs + delayMs, delayPossibleAtMs: toMs + delayMs }
          : disturbanceOf(network, fromMs),
        own: spent(before.accounts[to], after.accounts[to]),
        trace,
        fromMs,
        toMs,
        path: join(outDir, `${name}-${from}${to}`),
      };
    });
    const [directions] = await Promise.all([judgeDirections(inputs), stage.clear()]);
    const cpuParts = { a: cpuPercents(before.usage.a, after.usage.a), b: cpuPercents(before.usage.b, after.usage.b) };
    return {
      peer,
      cable: homes.kind,
      network: network.name,
      run,
      seconds,
      setupMs,
      cpuPercent: { a: sumOf(cpuParts.a), b: sumOf(cpuParts.b) },
      cpuParts,
      ...meanOf(directions),
      directions,
    };
  } finally {
    // oxlint-disable-next-line no-await-in-loop -- in reverse order
    for (let end = endings.pop(); end !== undefined; end = endings.pop()) await end();
  }
}

function disturbanceOf({ disturbance }: Network, fromMs: number): Disturbance | null {
  if (disturbance === null) return null;
  const at = (seconds: number): number => fromMs + seconds * 1000;
  return {
    fromMs: at(disturbance.from),
    soundPossibleAtMs: at(disturbance.soundPossibleAt),
    delayPossibleAtMs: at(disturbance.delayPossibleAt),
  };
}

const look = async (homes: Homes, peers: Peers, notTheirs: readonly number[]) => {
  const [accounts, a, b] = await Promise.all([peers.account(), homes.a.usage(), homes.b.usage()]);
  return { accounts, usage: { a: without(a, notTheirs), b: without(b, notTheirs) } };
};

const spent = (before: OwnAccount, after: OwnAccount): OwnAccount => {
  const since = (from: number | null, to: number | null): number | null => (from === null || to === null ? null : to - from);
  return {
    concealedMs: since(before.concealedMs, after.concealedMs),
    stretchedMs: since(before.stretchedMs, after.stretchedMs),
  };
};
