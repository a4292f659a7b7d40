import { monitorEventLoopDelay } from 'node:perf_hooks';
import { defaultShelfLimits } from '../../../../main/overlay/directory/shelf.ts';
import { systemClock } from '../../../../main/ports/system-clock.ts';
import { offersOf, startFlooder } from '../flooder.ts';
import { claimNames, lookMany, percent, success } from '../names.ts';
import type { Scenario } from '../scenario.ts';

/** Networks that flood together, beside the one that floods alone. */
const crowd = 12;
/**
 * In life a flooded supernode spends its own processor. Here all nodes share one, so beyond so many the flood is held to what leaves the others
 * theirs: two hundred times what one supernode judges of all networks together.
 */
const [fullFloodNodes, heldPerSecond] = [200, 2_000];
/** So that they last as long as the flood. */
const lookedAtOnce = 8;

/** One supernode under all the claims that strangers can send. */
export const floodScenario: Scenario = {
  name: 'flood',
  goal: 'claims without end, good ones and noise: what is judged and kept is bounded by source and in all, honest people are served',
  async run(world, { isShort, say }) {
    const seconds = isShort ? 6 : 30;
    const perSecond = world.nodes.length > fullFloodNodes ? heldPerSecond : 0;
    const names = await claimNames(world, 20);
    const victim = world.one();
    const heldBefore = victim.overlay.health().recordsHeld;
    const flooder = await startFlooder(victim.at(), isShort ? 150 : 600);
    try {
      const [beganMs, cpuBefore] = [systemClock.monotonicMs(), process.cpuUsage()];
      const one = await flooder.flood({ first: 0, networks: 1, seconds: seconds / 2, perSecond });
      const secondsAlone = (systemClock.monotonicMs() - beganMs) / 1000;
      // Of all nodes, so their upkeep too, which is little where there are few.
      const { user, system } = process.cpuUsage(cpuBefore);
      const boundAlone = defaultShelfLimits.perNetwork.burst + defaultShelfLimits.perNetwork.perSecond * secondsAlone;
      say(`one network: ${one.stored.length} stored, ${one.busy} refused unjudged in ${secondsAlone.toFixed(0)} s`);

      const lag = monitorEventLoopDelay({ resolution: 10 });
      lag.enable();
      const crowdBeganMs = systemClock.monotonicMs();
      const [many, claimed, told] = await Promise.all([
        flooder.flood({ first: 1, networks: crowd, seconds, perSecond }),
        claimNames(world, 5, 'meanwhile'),
        lookMany(world, names, isShort ? 40 : 200, lookedAtOnce),
      ]);
      lag.disable();
      const secondsCrowd = (systemClock.monotonicMs() - crowdBeganMs) / 1000;
      const lagMs = Math.round(lag.percentile(99) / 1e6);
      const before = new Set(one.stored);
      const crowdStored = many.stored.filter((target) => !before.has(target)).length;
      const boundTotal = defaultShelfLimits.total.burst + defaultShelfLimits.total.perSecond * secondsCrowd;
      const kept = victim.overlay.health().recordsHeld - heldBefore;
      const share = success(told);
      const isBounded =
        one.stored.length <= boundAlone + 1 && crowdStored <= boundTotal + 1 && kept <= boundAlone + boundTotal + 25;
      const rate = `${Math.round(offersOf(many) / secondsCrowd)} offers/s${perSecond === 0 ? '' : ' (held to that: all nodes share a processor)'}`;
      return {
        figures: {
          aloneStored: one.stored.length,
          aloneBound: Math.ceil(boundAlone),
          aloneUnjudged: one.busy,
          microsecondsPerOffer: Math.round((user + system) / offersOf(one)),
          crowdStored,
          crowdRefused: many.refused,
          crowdUnjudged: many.busy,
          crowdUnheard: many.unheard,
          crowdBound: Math.ceil(boundTotal),
          offersPerSecond: Math.round(offersOf(many) / secondsCrowd),
          recordsAdded: kept,
          honestClaims: claimed.length,
          honestRight: percent(share),
          ...told,
          loopLagP99Ms: lagMs,
          seconds: secondsCrowd.toFixed(1),
        },
        kept: isBounded && share === 1 && claimed.length === 5 && one.busy > 0,
        words: `one network got ${one.stored.length} records in (at most ${Math.ceil(boundAlone)}), ${crowd} together ${crowdStored} (at most ${Math.ceil(boundTotal)}) with ${rate}; meanwhile ${claimed.length} of 5 names claimed, ${percent(share)} of lookups right, the process ${lagMs} ms late (p99)`,
      };
    } finally {
      flooder.stop();
    }
  },
};
