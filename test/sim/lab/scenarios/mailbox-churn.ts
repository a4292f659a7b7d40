import { fewestOf, leaveOne, lostOf, openBoxes, pickUp, someAtOnce, sum } from '../mail.ts';
import type { Scenario } from '../scenario.ts';
import { realSeconds } from '../world.ts';

const hourMs = 3_600_000;
/** Of supernodes with a median session of 5.5 h (Guha, Daswani and Jain 2006), so many leave within an hour: 1 − 2^(−1/5.5). */
const leavingAnHour = 0.12;

/** Of HyperDHT's upkeep, after each half hour. */
const upkeepRounds = 2;

/** What waits in mailboxes while supernodes come and go for hours, none of them saying goodbye. */
export const mailboxChurn: Scenario = {
  name: 'mailbox-churn',
  goal: 'supernodes with a median session of 5.5 h come and go for hours: 0 items lost',
  async run(world, { isShort, say }) {
    const hours = isShort ? 3 : 24;
    const boxes = await openBoxes(world, isShort ? 8 : 40);
    const each = isShort ? 3 : 10;
    await someAtOnce(boxes.flatMap((box) => Array.from({ length: each }, () => () => leaveOne(world, box))));
    const items = sum(boxes.map(({ left }) => left.length));
    let gone = 0;
    for (let hour = 0; hour < hours; hour += 1) {
      const leaving = world.some(Math.round(world.nodes.length * leavingAnHour));
      gone += leaving.length;
      // oxlint-disable-next-line no-await-in-loop -- hour after hour
      await world.kill(leaving);
      // oxlint-disable-next-line no-await-in-loop -- likewise
      await world.add(leaving.length);
      // They are handed what they should hold while the hour goes on.
      // oxlint-disable-next-line no-await-in-loop -- likewise
      await realSeconds(2);
      // oxlint-disable-next-line no-await-in-loop -- likewise
      await world.pass(hourMs / 2, upkeepRounds);
      // oxlint-disable-next-line no-await-in-loop -- likewise
      await realSeconds(2);
      // oxlint-disable-next-line no-await-in-loop -- likewise
      await world.pass(hourMs / 2, upkeepRounds);
      say(`hour ${hour + 1}: ${gone} have gone`);
    }
    const found = await someAtOnce(boxes.map((box) => () => pickUp(world, box)));
    const lost = lostOf(found);
    return {
      figures: { hours, items, gone, lost, fewestCopies: fewestOf(found) },
      kept: items === boxes.length * each && lost === 0,
      words: `${hours} h in which ${gone} supernodes left and as many came: ${lost} of ${items} items lost, the rarest still at ${fewestOf(found)} keepers`,
    };
  },
};
