import { toHex } from '../../../../main/ports/hex.ts';
import { leaveOne, lostOf, openBoxes, pickUp, refusalsOf, someAtOnce, sum, type LabBox } from '../mail.ts';
import type { Scenario } from '../scenario.ts';

const never = new AbortController().signal;
/** What one network may begin (`MailboxLimits.deposits`): at once, and for each second that the flood lasts. */
const burst = 600;
const perSecond = 2;

/** Whoever is too busy for the flood is asked again for some seconds: meanwhile others of it go on. */
const [floodAtOnce, requestsAtOnce] = [128, 8];

/** One network leaves as much as it can in a mailbox of its own, with keys for all of it; another in a stranger's slot. */
export const mailboxFlood: Scenario = {
  name: 'mailbox-flood',
  goal: 'one network floods keepers: it is held to its share, and everybody else’s items are kept',
  testNodes: 40,
  async run(world, { isShort }) {
    const honest = await openBoxes(world, isShort ? 6 : 20);
    const [attacker, asker] = await world.add(2, { supernodeMode: 'off' });
    const [own] = await openBoxes(world, 1);
    const [victim] = honest;
    if (attacker === undefined || asker === undefined || own === undefined || victim === undefined)
      throw new Error('the world is empty');
    const { mailboxes } = attacker.overlay;
    const items = isShort ? 1_200 : 3_000;
    const beganMs = world.clock.monotonicMs();
    const flood = someAtOnce(
      Array.from({ length: items }, () => async () => {
        const item = own.owner.fromFriend(world.random.bytes(1_024), world.clock.nowMs());
        await mailboxes.deposit(own.owner.target, item, never).catch(() => null);
      }),
      floodAtOnce,
    );
    const requests = someAtOnce(
      Array.from({ length: isShort ? 60 : 200 }, () => async () => {
        const item = await victim.owner.fromStranger(world.random.bytes(1_024), world.clock.nowMs());
        await asker.overlay.mailboxes.deposit(victim.owner.target, item, never).catch(() => null);
      }),
      requestsAtOnce,
    );
    const each = 5;
    const kept = await someAtOnce(
      honest.flatMap((box) => Array.from({ length: each }, () => () => leaveOne(world, box))),
      4,
    );
    await Promise.all([flood, requests]);
    const share = burst + perSecond * Math.ceil((world.clock.monotonicMs() - beganMs) / 1_000);
    // Somebody who works a little more than the flood did is heard.
    const real = await victim.owner.fromStranger(world.random.bytes(1_024), world.clock.nowMs(), 9);
    await world.one().overlay.mailboxes.deposit(victim.owner.target, real, never);
    const reader = world.one().overlay.mailboxes;
    const listsOf = async ({ owner }: LabBox) => {
      const places = await reader.places(owner.target, never);
      return Promise.all(places.map((place) => reader.list(place, owner.access, never)));
    };
    const lists = await listsOf(victim);
    const heard = lists.filter((list) => list?.some(({ id }) => toHex(id) === toHex(real.id)) ?? false).length;
    const fullest = Math.max(...lists.map((list) => list?.filter(({ kind }) => kind === 'request').length ?? 0));
    const lost = lostOf(await someAtOnce(honest.map((box) => () => pickUp(world, box))));
    const most = Math.max(...(await listsOf(own)).map((list) => list?.length ?? 0));
    const left = sum(honest.map((box) => box.left.length));
    return {
      figures: {
        flood: items,
        mostKept: most,
        honest: left,
        honestRefused: refusalsOf(honest),
        lost,
        fewestKeepers: Math.min(...kept),
        slot: fullest,
        heardBy: heard,
      },
      kept: most <= share && left === honest.length * each && lost === 0 && fullest <= 32 && heard >= lists.length / 2,
      words: `of ${items} items from one network no keeper took more than ${most}; ${left} of ${honest.length * each} items of others were taken and ${left - lost} of these kept; the slot held ${fullest}, and a request with more work reached ${heard} of ${lists.length} keepers`,
    };
  },
};
