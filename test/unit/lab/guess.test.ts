import { describe, expect, it } from 'vitest';
import { guess, type Seen } from '../../sim/lab/guess.ts';
import { seededRandom } from '../identity/fixtures.ts';

const random = seededRandom('guess');

/** People of whom chance decides whether they are there, with signs of each. */
const people = (count: number, signs: (isThere: boolean) => Readonly<Record<string, number>>): readonly Seen[] =>
  Array.from({ length: count }, () => {
    const isThere = random.fraction() < 0.5;
    return { isThere, signs: signs(isThere) };
  });

describe('guessing who is there', () => {
  it('is no better than a coin where twenty signs say nothing, though some fit by chance', () => {
    const noise = (): Record<string, number> =>
      Object.fromEntries(Array.from({ length: 20 }, (_, index) => [`sign${index}`, random.fraction()]));
    const { low, high, advantage } = guess(people(400, noise), 3.29);
    expect(low).toBeLessThanOrEqual(0);
    expect(high).toBeGreaterThanOrEqual(0);
    expect(Math.abs(advantage)).toBeLessThan(0.2);
  });

  it('finds the one sign that tells, in whichever direction, and says which', () => {
    const seen = people(100, (isThere) => ({ noise: random.fraction(), ageMs: (isThere ? 0 : 5) + random.fraction() }));
    expect(guess(seen, 3.29)).toMatchObject({ advantage: 1, by: ['ageMs', 'ageMs'] });
    expect(guess(seen, 3.29).low).toBeGreaterThan(0.8);
  });

  it('finds what tells only sometimes, and how much it is worth', () => {
    // Half of those who are there show it.
    const { advantage, low } = guess(
      people(400, (isThere) => ({ answers: isThere && random.fraction() < 0.5 ? 1 : 0 })),
      3.29,
    );
    expect(low).toBeGreaterThan(0);
    expect(advantage).toBeGreaterThan(0.35);
    expect(advantage).toBeLessThan(0.65);
  });
});
