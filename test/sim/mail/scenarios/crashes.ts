import { seededRandom } from '../../../unit/identity/fixtures.ts';
import { crashRound } from '../crash-round.ts';
import { killedWorld } from '../killed/killed-world.ts';
import type { MailScenario, MailScenarioOptions } from '../scenario.ts';
import type { ScenarioResult } from '../../lab/scenario.ts';

const counted = ['written', 'kills', 'lost', 'duplicated', 'outOfOrder', 'unconfirmed', 'forgotten'] as const;
type Counts = Record<(typeof counted)[number], number>;

const add = (sum: Counts, more: Omit<Counts, 'forgotten'> & Partial<Counts>): void => {
  for (const name of counted) sum[name] += more[name] ?? 0;
};
const nothing = (): Counts => ({ written: 0, kills: 0, lost: 0, duplicated: 0, outOfOrder: 0, unconfirmed: 0, forgotten: 0 });

function judged(rounds: number, what: string, counts: Counts): ScenarioResult {
  const { written, kills, lost, duplicated, outOfOrder, unconfirmed, forgotten } = counts;
  return {
    figures: { rounds, ...counts },
    kept: lost + duplicated + outOfOrder + unconfirmed + forgotten === 0 && kills >= rounds / 2,
    words: `${rounds} rounds, ${kills} ${what}, ${written} messages: ${lost} lost, ${duplicated} duplicated, ${outOfOrder} out of order, ${unconfirmed} of whose arrival the writer does not know`,
  };
}

/** Rounds of one pair of friends, before all that they have is compared. */
const roundsTogether = 50;
const dayMs = 86_400_000;

/** Writer, reader and keepers are processes of their own, and each round one or both of the people are killed by the system. */
export const kills: MailScenario = {
  name: 'crash',
  goal: 'kill -9 anywhere on either side, 500 rounds: 0 lost, 0 duplicated, 0 out of order, and every writer knows',
  async run({ seed, isShort, rounds: wanted, haste: times, say }: MailScenarioOptions) {
    const rounds = wanted ?? (isShort ? 10 : 500);
    const counts = nothing();
    for (let done = 0, world = 0; done < rounds; world += 1) {
      const random = seededRandom(`${seed}/${world}`);
      const many = Math.min(roundsTogether, rounds - done);
      const wrong = (): number => Math.round((random.fraction() * 2 - 1) * 0.9 * dayMs);
      const wrongByMs = [wrong(), wrong()] as const;
      // oxlint-disable-next-line no-await-in-loop -- one world after the other
      const result = await killedWorld({
        random,
        seed: `${seed}/${world}`,
        rounds: many,
        // Each keeps a killed holder's file from nobody, in its own way.
        driver: world % 4 === 3 ? 'wasm' : 'node',
        meet: world % 2 === 0,
        wrongByMs,
        onRound: (round) => (round % 10 === 0 ? say(`${done + round} rounds`) : undefined),
        ...(times === undefined ? {} : { times }),
      });
      add(counts, result);
      done += many;
      say(`${done} rounds, compared: ${JSON.stringify(counts)}`);
    }
    return judged(rounds, 'processes killed', counts);
  },
};

/** The same in one process and in virtual time, so that it can be killed at each single call to the disk or the network, days go by, and a seed repeats it. */
export const crashes: MailScenario = {
  name: 'crash-steps',
  goal: 'stopped at any single step on either side, with days going by: the same',
  async run({ seed, isShort, rounds: wanted, say }: MailScenarioOptions) {
    const rounds = wanted ?? (isShort ? 5 : 200);
    const counts = nothing();
    for (let round = 0; round < rounds; round += 1) {
      // oxlint-disable-next-line no-await-in-loop -- one world after the other
      const result = await crashRound({ random: seededRandom(`${seed}/${round}`), steps: 40, meet: round % 2 === 0 });
      if (result.lost + result.duplicated + result.outOfOrder + result.unconfirmed > 0)
        say(`round ${round}: ${JSON.stringify(result)}`);
      add(counts, result);
      if (round % 50 === 49) say(`${round + 1} rounds: ${counts.lost} lost`);
    }
    return judged(rounds, 'stopped in the middle of something', counts);
  },
};
