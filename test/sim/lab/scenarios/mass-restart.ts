import { claimNames, lookMany, percent, success } from '../names.ts';
import type { Scenario } from '../scenario.ts';
import { realSeconds, type LabNode, type LabWorld } from '../world.ts';

const restartedWithinMs = 60_000;
const goalMs = 300_000;

/** The busiest node's datagrams per second, sent and received, and the average node's. */
interface Rates {
  readonly busiest: number;
  readonly average: number;
}

const packetsOf = (node: LabNode): number => node.traffic().sent + node.traffic().received;

/** Counts every node's datagrams, second by second, until told to stop. */
function watch(world: LabWorld, everybody: readonly LabNode[]) {
  const seconds: Rates[] = [];
  let before = new Map<string, number>();
  let beforeMs = 0;
  const count = (): void => {
    const now = new Map(everybody.map((node) => [node.host, packetsOf(node)]));
    const nowMs = world.clock.monotonicMs();
    const perSecond = [...now].map(([host, all]) => ((all - (before.get(host) ?? 0)) / (nowMs - beforeMs)) * 1000);
    if (beforeMs > 0 && perSecond.length > 0) {
      seconds.push({
        busiest: Math.max(...perSecond),
        average: perSecond.reduce((sum, rate) => sum + rate, 0) / perSecond.length,
      });
    }
    before = now;
    beforeMs = nowMs;
  };
  count();
  const timer = setInterval(count, 1000);
  return {
    stop(): Rates {
      clearInterval(timer);
      const average = seconds.reduce((sum, rates) => sum + rates.average, 0) / seconds.length;
      return { busiest: Math.max(...seconds.map(({ busiest }) => busiest)), average };
    },
  };
}

/** The outage of 2007: everybody restarts at once. All are dead before the first is back; clients come with them. */
export const massRestart: Scenario = {
  name: 'mass-restart',
  goal: 'all nodes restart within one minute: ≥ 99 % of lookups right again in ≤ 5 min, without a login storm',
  async run(world, { isShort, say }) {
    const { random, clock } = world;
    const clients = [...(await world.addClients(isShort ? 30 : 200))];
    const clientAt = (index: number): LabNode => clients[index] ?? world.one();
    const names = await claimNames(world, clients.length, 'name', (index) => ({
      get: (target, signal) => clientAt(index).overlay.directory.get(target, signal),
      put: (target, record, signal) => clientAt(index).overlay.directory.put(target, record, signal),
    }));
    // A minute and more, so that nodes have saved whom they know.
    await world.pass(70_000);
    await realSeconds(isShort ? 2 : 6);
    const steady = watch(world, [...world.nodes, ...clients]);
    await lookMany(world, names, 20);
    await realSeconds(isShort ? 3 : 20);
    const calm = steady.stop();
    const before = success(await lookMany(world, names, 100));

    const all = world.nodes;
    await world.kill([...all, ...clients]);
    const storm = watch(world, [...all, ...clients]);
    const beganMs = clock.monotonicMs();
    const withinMs = isShort ? restartedWithinMs / 4 : restartedWithinMs;
    const back = all.map(async (node) => {
      await realSeconds((random.fraction() * withinMs) / 1000);
      await world.restart(node);
    });
    // Every owner's app starts again as well, and refreshes its name when it is due.
    const refreshers = names.map(async ({ directory, secrets }, index) => {
      await realSeconds((random.fraction() * withinMs) / 1000);
      clients[index] = await world.restart(clientAt(index));
      return directory.startRefreshing(() => secrets);
    });
    const took = { ms: Number.POSITIVE_INFINITY, share: 0 };
    while (took.share < 0.99 && clock.monotonicMs() - beganMs < goalMs) {
      /* oxlint-disable no-await-in-loop -- one look after the other */
      await realSeconds(2);
      // Whoever has not restarted yet asks nothing.
      if (world.nodes.length < all.length / 2) continue;
      took.share = success(await lookMany(world, names, 50));
      took.ms = clock.monotonicMs() - beganMs;
      say(`  ${Math.round(took.ms / 1000)} s: ${world.nodes.length} back, ${percent(took.share)} right`);
      /* oxlint-enable no-await-in-loop */
    }
    await Promise.all(back);
    await realSeconds(isShort ? 1 : 30);
    const busy = storm.stop();
    const after = success(await lookMany(world, names, isShort ? 100 : 500));
    await Promise.all(refreshers.map(async (refresher) => (await refresher).stop()));
    const ratio = busy.busiest / calm.busiest;
    return {
      figures: {
        restarted: all.length,
        clientsRestarted: clients.length,
        withinSeconds: withinMs / 1000,
        before: percent(before),
        rightAgainAfterSeconds: Math.round(took.ms / 1000),
        atTheEnd: percent(after),
        steadyPerNodeSecond: Number(calm.average.toFixed(1)),
        steadyBusiestPerSecond: Math.round(calm.busiest),
        stormPerNodeSecond: Number(busy.average.toFixed(1)),
        stormBusiestPerSecond: Math.round(busy.busiest),
      },
      kept: took.share >= 0.99 && took.ms <= goalMs && after >= 0.99 && busy.busiest <= stormBound * calm.busiest,
      words: `≥ 99 % right ${Math.round(took.ms / 1000)} s after all ${all.length} died (${percent(after)} at the end); busiest node ${Math.round(busy.busiest)} packets/s against ${Math.round(calm.busiest)} in calm (${ratio.toFixed(1)} times)`,
    };
  },
};

/** So many times the packets of the busiest node in calm: beyond it, it is a storm. */
const stormBound = 5;
