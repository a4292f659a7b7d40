import { createAccount } from '../../../../main/identity/index.ts';
import { targetOf } from '../../../../main/directory/index.ts';
import { recordOf, workFor } from '../../../unit/directory/fixtures.ts';
import { addLiars } from '../liars.ts';
import { someAtOnce } from '../mail.ts';
import { claimNames, lookForNews, percent, refresh, type Told } from '../names.ts';
import type { Scenario } from '../scenario.ts';
import { labWork } from '../world.ts';

const liarShare = 0.3;
/** For every so many-th name somebody else has made a claim with real signatures and real work. */
const rivalEvery = 10;
const dayMs = 86_400_000;
const atOnce = 80;

/** A coalition of supernodes: they drop, hide, replay old records, forge, show a false claimant, and name nobody but each other or nobody at all. */
export const malicious30: Scenario = {
  name: 'malicious-30',
  goal: '30 % of the supernodes are malicious: no wrong or old answer believed, ≥ 99 % of lookups right (disputed counted apart)',
  // 200 in all.
  testNodes: 94,
  async run(world, { isShort, say }) {
    const latecomers = Math.floor(world.nodes.length / 2);
    const honest = world.nodes.length + latecomers;
    const liars = await addLiars(world, Math.round((honest * liarShare) / (1 - liarShare)));
    say(`${liars.count} liars are in`);
    try {
      // Liars that came last would hardly be known: a third of the honest ones come after them.
      await world.add(latecomers);
      const names = await claimNames(world, isShort ? 16 : 100);
      say(`${liars.count} liars among ${honest + liars.count}; ${names.length} names claimed`);
      world.clock.leap(dayMs);
      const sinceMs = world.clock.nowMs();
      await someAtOnce(
        names.map((name) => () => refresh(name)),
        atOnce,
      );
      say('all refreshed a day later');
      const contested = names.filter((_, index) => index % rivalEvery === 0);
      await someAtOnce(
        contested.map(({ name }) => async () => {
          const nowMs = world.clock.nowMs();
          const rival = await createAccount(name, { random: world.random, nowMs });
          const work = await workFor(rival, nowMs, labWork);
          liars.favour(targetOf(name), await recordOf(rival, nowMs, { work }));
        }),
        atOnce,
      );
      const rivalled = new Set(contested.map(({ name }) => name));
      const told: Record<Told, number> = { found: 0, stale: 0, disputed: 0, 'not-found': 0, wrong: 0 };
      let wronglyDisputed = 0;
      const lookups = isShort ? 80 : 1000;
      const asked = Array.from({ length: lookups }, (_, index) => names[index % names.length]).filter(
        (name) => name !== undefined,
      );
      await someAtOnce(
        asked.map((name) => async () => {
          const answer = await lookForNews(world, name, sinceMs);
          told[answer] += 1;
          if (answer === 'disputed' && !rivalled.has(name.name)) wronglyDisputed += 1;
        }),
        atOnce,
      );
      const share = told.found / (lookups - told.disputed);
      return {
        figures: { liars: liars.count, lookups, right: percent(share), ...told, wronglyDisputed },
        kept: told.wrong === 0 && told.stale === 0 && wronglyDisputed === 0 && share >= 0.99,
        words: `${liars.count} of ${honest + liars.count} lie: ${told.wrong} wrong, ${told.stale} old, ${percent(share)} right; ${told.disputed} of ${lookups} disputed, all for names with a false claimant`,
      };
    } finally {
      await liars.stop();
    }
  },
};
