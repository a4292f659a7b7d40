import { claimNames, lookMany, percent, success } from '../names.ts';
import type { Scenario } from '../scenario.ts';
import { standstills } from '../standstill.ts';

const killedShare = 0.3;

/** The outage of 2010: a part of all supernodes dies at one instant, and nobody is told. */
export const kill30: Scenario = {
  name: 'kill-30',
  goal: '30 % of the supernodes die at one instant: ≥ 99.9 % of lookups right',
  async run(world, { isShort }) {
    const names = await claimNames(world, isShort ? 32 : 100);
    const lookups = isShort ? 120 : 1000;
    const before = await lookMany(world, names, lookups);
    const killed = world.some(Math.round(world.nodes.length * killedShare));
    await world.kill(killed);
    // Each waits for those who died: in a test all at once.
    const after = await lookMany(world, names, lookups, isShort ? lookups : undefined);
    const share = success(after);
    return {
      figures: {
        killed: killed.length,
        before: percent(success(before)),
        after: percent(share),
        ...after,
        askedAgainAfterStandstill: standstills.count,
      },
      kept: share >= 0.999,
      words: `${killed.length} killed: ${percent(share)} of ${lookups} lookups right at once after (before: ${percent(success(before))})`,
    };
  },
};
