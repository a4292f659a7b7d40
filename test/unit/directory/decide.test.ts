import * as fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  contestMs,
  checkAnswers,
  createWorkCheck,
  decide,
  freshMs,
  isFresh,
  networksNeeded,
  openRecord,
  remember,
  reservationMs,
  type ClaimRecord,
  type Decision,
} from '../../../main/directory/index.ts';
import {
  accountKeyOf,
  createSequenceMemory,
  deviceKeysOf,
  issueCertificate,
  rootKeysOf,
  type AccountSecrets,
} from '../../../main/identity/index.ts';
import type { DirectoryAnswer } from '../../../main/overlay/directory-store.ts';
import { dayMs, someDayMs } from '../identity/fixtures.ts';
import { cheapWork, networksNamed, newAccount, recordOf } from './fixtures.ts';

const networks = networksNamed(30);
const answersFrom = (count: number, record: Uint8Array | null, from = 0): readonly DirectoryAnswer[] =>
  networks.slice(from, from + count).map((network) => ({ network, record }));

const ask = async (answers: readonly DirectoryAnswer[], memory = createSequenceMemory(), nowMs = someDayMs): Promise<Decision> =>
  decide(await checkAnswers(answers, 'wren', createWorkCheck(cheapWork)), memory, nowMs);

let wren: AccountSecrets;
let rival: AccountSecrets;
let ours: Uint8Array;
let theirs: Uint8Array;
beforeAll(async () => {
  [wren, rival] = [await newAccount('wren', 'wren'), await newAccount('wren', 'rival')];
  [ours, theirs] = [await recordOf(wren, someDayMs), await recordOf(rival, someDayMs - dayMs)];
});

const opened = (bytes: Uint8Array): ClaimRecord => {
  const record = openRecord(bytes);
  if (record === null) throw new Error('not a record');
  return record;
};

describe("the reader's rule", () => {
  it('believes a claim that eight of twenty networks hold', async () => {
    const found = await ask([...answersFrom(8, ours), ...answersFrom(12, null, 8)]);
    expect(found).toMatchObject({ result: 'found', record: { account: accountKeyOf(wren) } });
    expect(await ask([...answersFrom(7, ours), ...answersFrom(13, null, 7)])).toMatchObject({ result: 'unconfirmed' });
  });

  it.each([
    [1, 1],
    [2, 2],
    [3, 2],
    [7, 4],
    [14, 8],
    [15, 8],
    [20, 8],
  ])('of %i networks that answered wants %i', async (answered, needed) => {
    expect(networksNeeded(answered)).toBe(needed);
    const enough = [...answersFrom(needed, ours), ...answersFrom(answered - needed, null, needed)];
    expect((await ask(enough)).result).toBe('found');
    const oneLess = enough.map((answer, index) => (index === 0 ? { ...answer, record: null } : answer));
    expect((await ask(oneLess)).result).not.toBe('found');
  });

  it('counts many nodes of one network as one', async () => {
    const crowd = Array.from({ length: 50 }, () => ({ network: 'crowd', record: ours }));
    expect((await ask([...crowd, ...answersFrom(4, null)])).result).toBe('unconfirmed');
  });

  it('calls a name disputed for a single valid rival, and says who they are', async () => {
    const decision = await ask([...answersFrom(19, ours), ...answersFrom(1, theirs, 19)]);
    const accounts = decision.result === 'disputed' ? decision.records.map(({ account }) => account) : [];
    expect(accounts.toSorted()).toEqual([accountKeyOf(wren), accountKeyOf(rival)].toSorted());
  });

  it('finds nothing where nobody holds anything', async () => {
    expect(await ask(answersFrom(20, null))).toEqual({ result: 'not-found' });
    expect(await ask([])).toEqual({ result: 'not-found' });
  });

  it('still counts an owner who was away for months, and forgets one after 180 days', async () => {
    const longAgo = await recordOf(wren, someDayMs - 100 * dayMs);
    expect((await ask(answersFrom(20, longAgo))).result).toBe('found');
    expect(isFresh(opened(longAgo), someDayMs)).toBe(false);
    expect(isFresh(opened(ours), someDayMs + freshMs - 1)).toBe(true);
    const lapsed = await recordOf(wren, someDayMs - reservationMs);
    expect(await ask(answersFrom(20, lapsed))).toMatchObject({ result: 'contested' });
    expect(await ask([...answersFrom(2, lapsed), ...answersFrom(18, null, 2)])).toEqual({ result: 'not-found' });
    const over = await recordOf(wren, someDayMs - reservationMs - contestMs);
    expect(await ask(answersFrom(20, over))).toEqual({ result: 'not-found' });
    expect((await ask([...answersFrom(10, lapsed), ...answersFrom(10, theirs, 10)])).result).toBe('found');
  });

  it('is not impressed by forged, misplaced, unworked or future records, even from most networks', async () => {
    const work = { epoch: opened(ours).work.epoch, nonce: new Uint8Array(8) };
    const hopeless = await checkAnswers(
      answersFrom(1, await recordOf(rival, someDayMs, { work })),
      'wren',
      createWorkCheck({ ...cheapWork, difficultyBits: () => 30 }),
    );
    expect(hopeless).toEqual([{ network: networks[0], record: null }]);
    const bad = [
      theirs.map((byte, index) => (index === 200 ? byte ^ 1 : byte)),
      await recordOf(await newAccount('robin', 'robin'), someDayMs),
      await recordOf(rival, someDayMs + 2 * 3_600_000),
      new Uint8Array(900),
    ];
    const decisions = await Promise.all(bad.map((record) => ask([...answersFrom(12, record), ...answersFrom(8, ours, 12)])));
    expect(decisions.map(({ result }) => result)).toEqual(['found', 'found', 'found', 'found']);
  });

  it('takes the newest of several records of one account, and all who hold any of them for it', async () => {
    const newer = await recordOf(wren, someDayMs + 1000, { door: new Uint8Array(32).fill(9) });
    const decision = await ask([...answersFrom(7, ours), ...answersFrom(1, newer, 7), ...answersFrom(12, null, 8)]);
    expect(decision).toMatchObject({ result: 'found', record: { door: new Uint8Array(32).fill(9) } });
  });

  it("does not let a record from the future hide its owner's present one", async () => {
    const future = await recordOf(wren, someDayMs + dayMs);
    expect(await ask([...answersFrom(19, ours), ...answersFrom(1, future, 19)])).toMatchObject({
      result: 'found',
      record: { heartbeatMs: someDayMs },
    });
  });

  it('does not let an older claim or a revoked device come back once the newer one was seen', async () => {
    const memory = createSequenceMemory();
    const certificate = issueCertificate(rootKeysOf(wren), deviceKeysOf(wren).publicKey, 2, someDayMs);
    const afterRestore = await recordOf(wren, someDayMs, { certificate });
    remember([opened(afterRestore)], memory);
    expect(await ask(answersFrom(20, ours), memory)).toEqual({ result: 'not-found' });
    expect((await ask(answersFrom(20, afterRestore), memory)).result).toBe('found');
    const replaced = await recordOf(wren, someDayMs, { certificate, sequence: wren.claimSequence + 1 });
    remember([opened(replaced)], memory);
    expect(await ask(answersFrom(20, afterRestore), memory)).toEqual({ result: 'not-found' });
  });

  it('lets go of a name as soon as one node shows that its owner released it', async () => {
    const released = await recordOf(wren, someDayMs, { released: true, sequence: wren.claimSequence + 1 });
    expect(await ask([...answersFrom(19, ours), ...answersFrom(1, released, 19)])).toEqual({ result: 'not-found' });
    expect((await ask([...answersFrom(10, theirs), ...answersFrom(1, released, 10)])).result).toBe('found');
  });
});

const summary = (decision: Decision): unknown => {
  if (decision.result === 'not-found') return decision;
  const seen = decision.result === 'disputed' ? decision.records : [decision.record];
  return { result: decision.result, seen: seen.map(({ bytes }) => Buffer.from(bytes).toString('hex')) };
};

describe('any set of answers', () => {
  const kinds = ['ours', 'newer', 'theirs', 'released', 'forged', 'nothing'] as const;
  type Kind = (typeof kinds)[number];
  let records: Readonly<Record<Kind, Uint8Array | null>>;
  beforeAll(async () => {
    records = {
      ours,
      newer: await recordOf(wren, someDayMs + 1000),
      theirs,
      released: await recordOf(rival, someDayMs, { released: true, sequence: rival.claimSequence + 1 }),
      forged: ours.map((byte, index) => (index === 100 ? byte ^ 1 : byte)),
      nothing: null,
    };
  });
  const answer = fc.record({ network: fc.constantFrom(...networks.slice(0, 12)), kind: fc.constantFrom(...kinds) });
  const toAnswers = (given: readonly { network: string; kind: Kind }[]): readonly DirectoryAnswer[] =>
    given.map(({ network, kind }) => ({ network, record: records[kind] }));
  it('is judged the same in any order and however often a node repeats itself', async () => {
    const withShuffle = fc
      .array(answer, { maxLength: 24 })
      .chain((given) =>
        fc.tuple(fc.constant(given), fc.shuffledSubarray(given, { minLength: given.length }), fc.subarray(given)),
      );
    await fc.assert(
      fc.asyncProperty(withShuffle, async ([given, shuffled, repeated]) => {
        const expected = summary(await ask(toAnswers(given)));
        expect(summary(await ask(toAnswers([...shuffled, ...repeated])))).toEqual(expected);
      }),
      { numRuns: 60 },
    );
  });

  it('gives a name to nobody whom too few networks or a rival speak for', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(answer, { maxLength: 24 }), async (given) => {
        const decision = await ask(toAnswers(given));
        fc.pre(decision.result === 'found');
        const holders = (...wanted: readonly Kind[]) =>
          new Set(given.filter(({ kind }) => wanted.includes(kind)).map(({ network }) => network)).size;
        const isRivalGone = holders('theirs') === 0 || holders('released') > 0;
        const answered = new Set(given.map(({ network }) => network)).size;
        const support = decision.record.account === accountKeyOf(wren) ? holders('ours', 'newer') : holders('theirs');
        expect(support).toBeGreaterThanOrEqual(Math.min(8, Math.floor(answered / 2) + 1));
        expect(isRivalGone || holders('ours', 'newer') === 0).toBe(true);
      }),
      { numRuns: 60 },
    );
  });
});
