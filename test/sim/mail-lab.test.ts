import { randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
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
