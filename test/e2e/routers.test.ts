import { describe, expect, it } from 'vitest';
import type { Pair } from '../natlab/arguments.ts';
import { canBuildInternet } from '../natlab/internet.ts';
import { inLaboratory } from '../natlab/laboratory.ts';
import { measurePairs } from '../natlab/measure-pairs.ts';
import type { PairResult } from '../natlab/pair-call.ts';

/** One that theory lets meet, one that needs many sockets and luck or a relay, one without any UDP. */
const pairs: readonly Pair[] = [
  { caller: 'fc', callee: 'pr' },
  { caller: 'pr', callee: 'sym' },
  { caller: 'blk', callee: 'pr' },
];

/** Whole apps behind real routers; `npm run -s lab:nat` does all kinds. */
describe.skipIf(!(await canBuildInternet()))('homes behind routers', () => {
  const results: PairResult[] = [];
  const of = ({ caller, callee }: Pair): PairResult | undefined =>
    results.find((one) => one.caller === caller && one.callee === callee);

  it('call each other through an overlay of supernodes', async () => {
    const plan = { callers: pairs.map(({ caller }) => caller), callees: pairs.map(({ callee }) => callee), rttMs: 0, logs: null };
    await inLaboratory(plan, (laboratory) =>
      measurePairs(
        laboratory,
        pairs,
        1,
        () => undefined,
        (result) => results.push(result),
      ),
    );
    expect(results).toHaveLength(pairs.length);
  });

  it.each(pairs)('$caller calls $callee, and both are heard', (pair) => {
    const result = of(pair);
    expect(result).toMatchObject({ connected: true, reason: null });
    expect(result?.packets.toCallee.received).toBeGreaterThan(50);
    expect(result?.packets.toCaller.received).toBeGreaterThan(50);
  });

  it('straight where routers meet by themselves, and through a relay where nothing but TCP leads out', () => {
    expect(of({ caller: 'fc', callee: 'pr' })?.path).toBe('direct');
    const relayed = of({ caller: 'blk', callee: 'pr' });
    expect(relayed?.path).toBe('relay');
    // Counted on the lines, not told by an app: a relayed call is a hundred packets a second.
    expect(relayed?.carriedByOthers).toBeGreaterThan(50);
  });
});
