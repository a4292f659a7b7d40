import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  checkAnswers,
  createRecordValidator,
  createWorkCheck,
  decide,
  openRecord,
  targetOf,
} from '../../main/directory/index.ts';
import { createSequenceMemory } from '../../main/identity/index.ts';
import { cheapWork, networksNamed, newAccount, recordOf } from '../unit/directory/fixtures.ts';
import { someDayMs } from '../unit/identity/fixtures.ts';
import { mutationsOf } from './mutations.ts';

const record = await recordOf(await newAccount('wren', 'fuzz'), someDayMs);
const isReal = (bytes: Uint8Array): boolean => Buffer.compare(bytes, record) === 0;

describe('whatever bytes arrive as a directory record', () => {
  it('are the real one or none', () => {
    fc.assert(
      fc.property(mutationsOf(record), (bytes) => {
        expect(openRecord(bytes) !== null).toBe(isReal(bytes));
      }),
      { numRuns: 3000 },
    );
  });

  it('are stored by a supernode only if they are the real one, whatever it holds', async () => {
    const validator = createRecordValidator(cheapWork);
    const held = fc.option(fc.oneof(fc.constant(record), mutationsOf(record)));
    await fc.assert(
      fc.asyncProperty(mutationsOf(record), held, fc.boolean(), async (bytes, before, isOtherName) => {
        const target = targetOf(isOtherName ? 'robin' : 'wren');
        const { verdict } = await validator.judge(target, bytes, before, someDayMs, null);
        expect(verdict === 'store').toBe(isReal(bytes) && !isOtherName);
      }),
      { numRuns: 1000 },
    );
  });

  it('make no reader believe in anybody, even if every network says the same', async () => {
    const isWorked = createWorkCheck(cheapWork);
    await fc.assert(
      fc.asyncProperty(mutationsOf(record), async (bytes) => {
        fc.pre(!isReal(bytes));
        const answers = networksNamed(20).map((network) => ({ network, record: bytes }));
        const decision = decide(await checkAnswers(answers, 'wren', isWorked), createSequenceMemory(), someDayMs);
        expect(decision).toEqual({ result: 'not-found' });
      }),
      { numRuns: 500 },
    );
  });
});
