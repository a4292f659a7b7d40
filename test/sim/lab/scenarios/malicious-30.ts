import { accountKeyOf, createAccount } from '../../../../main/identity/index.ts';
import { targetOf } from '../../../../main/directory/index.ts';
import { recordOf, workFor } from '../../../unit/directory/fixtures.ts';
import { addLiars } from '../liars.ts';
import { claimNames, directoryOver, percent, type LabName } from '../names.ts';
import type { Scenario } from '../scenario.ts';
import { labWork, type LabWorld } from '../world.ts';

const liarShare = 0.3;
/** For every so many-th name somebody else has made a claim with real signatures and real work. */
const rivalEvery = 10;
const dayMs = 86_400_000;
const never = new AbortController().signal;
const atOnce = 80;

/** `stale`: the right account, by a record older than its owner's last. */
type Told = 'found' | 'stale' | 'disputed' | 'not-found' | 'wrong';

/** Each of them once, a few at a time. */
async function inLanes<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  const left = [...items];
  const lane = async (): Promise<void> => {
    for (let item = left.pop(); item !== undefined; item = left.pop()) {
      // oxlint-disable-next-line no-await-in-loop -- one after the other, in each of a few lanes
      await work(item);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, lane));
}

async function refresh({ directory, secrets }: LabName): Promise<void> {
  const refresher = directory.startRefreshing(() => secrets);
  await refresher.refreshNow();
  await refresher.stop();
}

async function ask(world: LabWorld, { name, secrets }: LabName, sinceMs: number): Promise<Told> {
  const { view } = await directoryOver(world, world.one().overlay.directory).lookup(name, never);
  if (view.result === 'disputed') return view.accountKeys.includes(accountKeyOf(secrets)) ? 'disputed' : 'wrong';
  if (view.result !== 'found') return 'not-found';
  if (view.accountKey !== accountKeyOf(secrets)) return 'wrong';
  return view.lastHeartbeatMs >= sinceMs ? 'found' : 'stale';
}

/** A coalition of supernodes: they drop, hide, replay old records, forge, show a false claimant, and name nobody but each other or nobody at all. */
export const malicious30: Scenario = {
  name: 'malicious-30',
  goal: '30 % of the supernodes are malicious: no wrong or old answer believed, ≥ 99 % of lookups right (disputed counted apart)',
  testNodes: 40,
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
      await inLanes(names, refresh);
      say('all refreshed a day later');
      const contested = names.filter((_, index) => index % rivalEvery === 0);
      await inLanes(contested, async ({ name }) => {
        const nowMs = world.clock.nowMs();
        const rival = await createAccount(name, { random: world.random, nowMs });
        const work = await workFor(rival, nowMs, labWork);
        liars.favour(targetOf(name), await recordOf(rival, nowMs, { work }));
      });
      const rivalled = new Set(contested.map(({ name }) => name));
      const told: Record<Told, number> = { found: 0, stale: 0, disputed: 0, 'not-found': 0, wrong: 0 };
      let wronglyDisputed = 0;
      const lookups = isShort ? 80 : 1000;
      const asked = Array.from({ length: lookups }, (_, index) => names[index % names.length]).filter(
        (name) => name !== undefined,
      );
      await inLanes(asked, async (name) => {
        const answer = await ask(world, name, sinceMs);
        told[answer] += 1;
        if (answer === 'disputed' && !rivalled.has(name.name)) wronglyDisputed += 1;
      });
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
