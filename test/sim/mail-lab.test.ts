import { randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { kills } from './mail/scenarios/crashes.ts';
import { returnsAfterDeaths } from './mail/scenarios/returning.ts';

const seed = process.env['LAB_SEED'] ?? randomBytes(4).toString('hex');

/** Small, and without a stopwatch: how quick it is, `npm run -s lab:mail` says. */
test(
  'what was written to somebody who is away is there when they return, though 30 % of the supernodes died',
  { timeout: 180_000 },
  async () => {
    const { figures, words } = await returnsAfterDeaths.run({ seed, isShort: true, say: () => undefined });
    expect(figures, `${words} (LAB_SEED=${seed})`).toMatchObject({ lost: 0, outOfOrder: 0 });
  },
);

/** When they die is the system's business: a seed repeats who does, and not at which instruction. */
test(
  'two people whose processes are killed by the system lose nothing of what they write each other',
  { timeout: 180_000 },
  async () => {
    const { figures, words } = await kills.run({ seed, isShort: true, say: () => undefined });
    const nothing = { lost: 0, duplicated: 0, outOfOrder: 0, unconfirmed: 0, forgotten: 0 };
    expect(figures, `${words} (LAB_SEED=${seed})`).toMatchObject(nothing);
    expect(figures['kills']).toBeGreaterThanOrEqual(10);
    expect(figures['written']).toBeGreaterThan(20);
  },
);
