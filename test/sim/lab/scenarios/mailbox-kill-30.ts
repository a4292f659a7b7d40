import { fewestOf, leaveOne, lostOf, openBoxes, pickUp, someAtOnce, sum } from '../mail.ts';
import type { Scenario } from '../scenario.ts';
import { realSeconds } from '../world.ts';

const killedShare = 0.3;

/** What waits in mailboxes when a part of all supernodes dies at one instant; and again, when others have come and been handed it. */
export const mailboxKill30: Scenario = {
  name: 'mailbox-kill-30',
  goal: '30 % of the supernodes die at one instant, twice: 0 items lost, all picked up',
  async run(world, { isShort, say }) {
    const boxes = await openBoxes(world, isShort ? 10 : 60);
    const each = isShort ? 4 : 15;
    const kept = await someAtOnce(boxes.flatMap((box) => Array.from({ length: each }, () => () => leaveOne(world, box))));
    const items = sum(boxes.map(({ left }) => left.length));
    say(`${items} items left in ${boxes.length} mailboxes`);
    const count = world.nodes.length;
    const killed = world.some(Math.round(count * killedShare));
    await world.kill(killed);
    const look = () => someAtOnce(boxes.map((box) => () => pickUp(world, box)));
    const lostAtOnce = lostOf(await look());
    say(`${killed.length} killed: ${lostAtOnce} lost`);
    // As many come anew; keepers look around every half a minute, and compare every hour.
    await world.add(killed.length);
    await world.pass(61_000);
    await realSeconds(isShort ? 2 : 30);
    await world.pass(3_600_000 * 1.3, 2);
    await realSeconds(isShort ? 2 : 30);
    const fewestCopiesHandedOver = fewestOf(await look());
    const second = world.some(Math.round(count * killedShare));
    await world.kill(second);
    const lostLater = lostOf(await look());
    return {
      figures: {
        items,
        boxes: boxes.length,
        keptBy: Math.min(...kept),
        killed: killed.length,
        lostAtOnce,
        fewestCopiesHandedOver,
        killedAgain: second.length,
        lostLater,
      },
      kept: items === boxes.length * each && lostAtOnce === 0 && lostLater === 0,
      words: `${items} items in ${boxes.length} mailboxes: ${lostAtOnce} lost at once after ${killed.length} were killed, ${lostLater} after ${second.length} more`,
    };
  },
};
