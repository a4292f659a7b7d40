import { stays } from '../watched-call.ts';
import { now, type Experiment, type Stage } from './experiment.ts';

/** How long is counted who sends how much. */
const countMs = 1_000;
const sleepMs = 30_000;

export const experiments = {
  /** `kill -9` of the supernode that carries the call. */
  'relay-killed': {
    pair: { caller: 'sym', callee: 'sym' },
    needs: 'relay',
    async blow(stage) {
      const relay = await busiestSupernode(stage);
      relay.cli.kill();
      return now();
    },
    afterMs: 8_000,
  },
  /** The caller's computer goes from one network to another. */
  'home-moves': {
    pair: { caller: 'pr', callee: 'pr' },
    needs: null,
    async blow({ laboratory, caller }) {
      const struckMs = now();
      await laboratory.internet.moveHome(caller.home.name);
      return struckMs;
    },
    afterMs: 15_000,
  },
  /** The caller's line gets another public address, and nothing inside the home can tell. */
  'home-renumbered': {
    pair: { caller: 'pr', callee: 'pr' },
    needs: null,
    async blow({ laboratory, caller }) {
      const struckMs = now();
      await laboratory.internet.renumberHome(caller.home.name);
      return struckMs;
    },
    afterMs: 15_000,
  },
  /** `kill -9` of the other side's app. */
  'peer-killed': {
    pair: { caller: 'fc', callee: 'pr' },
    needs: null,
    blow({ callee }) {
      callee.cli.kill();
      return Promise.resolve(now());
    },
    afterMs: 20_000,
    kills: true,
  },
  /** The other side's computer sleeps for half a minute. */
  sleep: {
    pair: { caller: 'fc', callee: 'pr' },
    needs: null,
    async blow({ callee }) {
      const struckMs = now();
      callee.cli.process.kill('SIGSTOP');
      await stays(sleepMs);
      callee.cli.process.kill('SIGCONT');
      return struckMs;
    },
    afterMs: 15_000,
  },
} as const satisfies Readonly<Record<string, Experiment>>;

export type ExperimentName = keyof typeof experiments;
export const experimentNames: readonly string[] = Object.keys(experiments);
export const isExperiment = (name: string): name is ExperimentName => experimentNames.includes(name);

async function busiestSupernode({ laboratory: { internet, supernodes } }: Stage) {
  const before = await internet.packetsFrom();
  await stays(countMs);
  const after = await internet.packetsFrom();
  const sent = ({ host }: (typeof supernodes)[number]): number => (after.get(host.name) ?? 0) - (before.get(host.name) ?? 0);
  const [busiest] = supernodes.toSorted((a, b) => sent(b) - sent(a));
  if (busiest === undefined) throw new Error('there are no supernodes');
  return busiest;
}
