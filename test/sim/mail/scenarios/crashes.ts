import { seededRandom } from '../../../unit/identity/fixtures.ts';
import { crashRound } from '../crash-round.ts';
import type { MailScenario } from '../scenario.ts';

export const crashes: MailScenario = {
  name: 'crash',
  goal: 'killed at any step on either side, 500 rounds: 0 lost, 0 duplicated, 0 out of order',
  async run({ seed, isShort, say }) {
    const rounds = isShort ? 5 : 500;
    const figures = { rounds, written: 0, kills: 0, lost: 0, duplicated: 0, outOfOrder: 0, unconfirmed: 0 };
    for (let round = 0; round < rounds; round += 1) {
      // oxlint-disable-next-line no-await-in-loop -- one world after the other
      const result = await crashRound({ random: seededRandom(`${seed}/${round}`), steps: 40, meet: round % 2 === 0 });
      for (const name of ['written', 'kills', 'lost', 'duplicated', 'outOfOrder', 'unconfirmed'] as const)
        figures[name] += result[name];
      if (round % 50 === 49) say(`${round + 1} rounds: ${figures.lost} lost`);
    }
    const { written, kills, lost, duplicated, outOfOrder, unconfirmed } = figures;
    return {
      figures,
      kept: lost + duplicated + outOfOrder === 0 && kills >= rounds / 2,
      words: `${rounds} rounds, ${kills} kills in the middle of something, ${written} messages: ${lost} lost, ${duplicated} duplicated, ${outOfOrder} out of order, ${unconfirmed} of whose arrival the writer does not know yet`,
    };
  },
};
