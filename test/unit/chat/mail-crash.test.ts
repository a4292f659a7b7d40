import { describe, expect, it } from 'vitest';
import { crashRound } from '../../sim/mail/crash-round.ts';
import { seededRandom } from '../identity/fixtures.ts';

const seed = Date.now() % 2 ** 31;

/** `npm run -s lab:mail` does two hundred, and kills real processes. */
const rounds = 20;

describe(`Two people whose processes are killed at any step, by mailbox (seed ${seed})`, { timeout: 300_000 }, () => {
  it('lose nothing, repeat nothing, read everything in the order in which it was written, and know that it was', async () => {
    let [written, kills] = [0, 0];
    for (let round = 0; round < rounds; round += 1) {
      const result = await crashRound({ random: seededRandom(`${seed}/${round}`), steps: 40, meet: round % 2 === 0 });
      expect(result, `round ${round}`).toMatchObject({ lost: 0, duplicated: 0, outOfOrder: 0, unconfirmed: 0 });
      written += result.written;
      kills += result.kills;
    }
    expect(written).toBeGreaterThan(rounds);
    expect(kills).toBeGreaterThan(rounds);
  });
});
