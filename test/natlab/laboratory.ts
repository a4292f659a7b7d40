import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { encodeWav } from '../../main/media/index.ts';
import { speechLike } from '../lab/speech-like.ts';
import { startEngine, type EngineAtHome, type EngineOptions } from './engine-at-home.ts';
import type { HomeKind } from './home-kinds.ts';
import { buildInternet, type Home, type Internet } from './internet.ts';
import { startProxy, type HomeProxy } from './proxy.ts';
import { entrancesTo, startSupernodes, type Supernode } from './supernodes.ts';

/** Three must agree on what a directory says, and one may be killed. */
const supernodeCount = 5;
/** What both sides say, over and over. */
const speechSeconds = 60;
/** As a shell says it of SIGINT. */
const exitInterrupted = 130;

export interface Laboratory {
  readonly internet: Internet;
  readonly supernodes: readonly Supernode[];
  /** Started when it is first asked for. The reason, as an error, each time it is asked for one that does not start. */
  engineAt(kind: HomeKind, side: 'caller' | 'callee'): Promise<EngineAtHome>;
  /** For files of this run; goes with the laboratory. */
  readonly dir: string;
  /** WAV file: what everybody says. */
  readonly speech: string;
}

export interface LaboratoryPlan {
  readonly callers: readonly HomeKind[];
  readonly callees: readonly HomeKind[];
  /** From one home to another and back, without what the computer itself takes. 0: no cable in between. */
  readonly rttMs: number;
  /** Folder for what all processes say; null: nowhere. */
  readonly logs: string | null;
}

/** A call passes two lines, each of them twice. */
const linesPerRoundTrip = 4;

export const nameOfHome = (kind: HomeKind, side: 'caller' | 'callee'): string => `${kind}${side === 'caller' ? 1 : 2}`;

/** Builds the internet with its supernodes, and takes everything down again whatever happens. */
export async function inLaboratory(plan: LaboratoryPlan, work: (laboratory: Laboratory) => Promise<void>): Promise<void> {
  const dir = mkdtempSync(join(tmpdir(), 'lilliput-nat-'));
  const homesOf = (kinds: readonly HomeKind[], side: 'caller' | 'callee') =>
    [...new Set(kinds)].map((kind) => ({ name: nameOfHome(kind, side), kind }));
  const internet = await buildInternet({
    supernodes: supernodeCount,
    homes: [...homesOf(plan.callers, 'caller'), ...homesOf(plan.callees, 'callee')],
    uplink: plan.rttMs === 0 ? null : { delayMs: plan.rttMs / linesPerRoundTrip },
    dir,
  });
  const remove = async (): Promise<void> => {
    await internet.remove();
    rmSync(dir, { recursive: true, force: true });
  };
  const leave = (): void => void remove().finally(() => process.exit(exitInterrupted));
  process.once('SIGINT', leave);
  process.once('SIGTERM', leave);
  const engines = new Map<string, Promise<EngineAtHome>>();
  const proxies: HomeProxy[] = [];
  const start = async (home: Home, options: Omit<EngineOptions, 'environment'>): Promise<EngineAtHome> => {
    if (home.kind !== 'prx') return startEngine(home, { ...options, environment: {} });
    const proxy = await startProxy(home);
    proxies.push(proxy);
    return startEngine(home, { ...options, environment: proxy.environment });
  };
  try {
    const speech = join(dir, 'speech.wav');
    writeFileSync(speech, encodeWav(speechLike(speechSeconds, 1)));
    const supernodes = await startSupernodes(internet.supernodes, dir, plan.logs);
    const entrances = entrancesTo(supernodes.slice(0, 3));
    await work({
      internet,
      supernodes,
      dir,
      speech,
      engineAt(kind, side) {
        const name = nameOfHome(kind, side);
        const home = internet.homes.find((one) => one.name === name);
        if (home === undefined) return Promise.reject(new Error(`there is no home ${name}`));
        const engine = engines.get(name) ?? start(home, { dir, speech, entrances, logs: plan.logs });
        engines.set(name, engine);
        return engine;
      },
    });
  } finally {
    process.off('SIGINT', leave);
    process.off('SIGTERM', leave);
    const outcomes = await Promise.allSettled(engines.values());
    for (const outcome of outcomes) if (outcome.status === 'fulfilled') outcome.value.close();
    for (const proxy of proxies) proxy.stop();
    await remove();
  }
}
