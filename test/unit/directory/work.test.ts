import { describe, expect, it } from 'vitest';
import {
  challengeOf,
  createWorkCheck,
  epochAt,
  isWorkDone,
  isWorkTimely,
  mine,
  standardWork,
  type WorkPolicy,
} from '../../../main/directory/index.ts';
import { isSolved } from '../../../main/work/index.ts';
import { argon2id } from '../../../native-shims/sodium/index.ts';
import { dayMs, seededRandom, someDayMs } from '../identity/fixtures.ts';
import { cheapWork } from './fixtures.ts';

const subject = { name: 'wren', root: new Uint8Array(32).fill(1) };
const options = (policy: WorkPolicy, signal = new AbortController().signal) => ({
  policy,
  random: seededRandom('mining'),
  nowMs: someDayMs,
  signal,
  onProgress: () => undefined,
});

describe('proof of work', () => {
  it('is valid for its name, key and epoch only', async () => {
    const policy: WorkPolicy = { ...cheapWork, difficultyBits: () => 8 };
    const work = await mine(subject, options(policy));
    expect(await isWorkDone(work, subject, policy)).toBe(true);
    expect(await isWorkDone(work, { ...subject, name: 'robin' }, policy)).toBe(false);
    expect(await isWorkDone(work, { ...subject, root: new Uint8Array(32).fill(2) }, policy)).toBe(false);
    expect(await isWorkDone({ ...work, epoch: work.epoch + 1 }, subject, policy)).toBe(false);
    expect(await isWorkDone(work, subject, { ...policy, difficultyBits: () => 30 })).toBe(false);
    expect(await isWorkDone(work, subject, { ...policy, cost: { memoryBytes: 16_384, passes: 1 } })).toBe(false);
  });

  it('is judged by the leading zero bits of the hash, to the bit', async () => {
    const challenge = challengeOf(subject, 1);
    const judged = await Promise.all(
      Array.from({ length: 32 }, async (_, value) => {
        const nonce = new Uint8Array(8).fill(value);
        const hash = await argon2id(Buffer.concat([challenge, nonce]), challenge.subarray(0, 16), cheapWork.cost);
        const zeros = Array.from(hash, (byte) => byte.toString(2).padStart(8, '0'))
          .join('')
          .indexOf('1');
        const solves = (bits: number): Promise<boolean> => isSolved(challenge, nonce, bits, cheapWork.cost);
        return [await solves(zeros), await solves(zeros + 1)];
      }),
    );
    expect(judged).toEqual(judged.map(() => [true, false]));
  });

  it('counts in its epoch of 30 days and the next, not before and not later', async () => {
    const work = await mine(subject, options(cheapWork));
    const epochStartMs = work.epoch * 30 * dayMs;
    expect(epochAt(someDayMs)).toBe(work.epoch);
    expect(isWorkTimely(work, epochStartMs - 1)).toBe(false);
    expect(isWorkTimely(work, epochStartMs)).toBe(true);
    expect(isWorkTimely(work, epochStartMs + 60 * dayMs - 1)).toBe(true);
    expect(isWorkTimely(work, epochStartMs + 60 * dayMs)).toBe(false);
  });

  it('reports progress that only grows and ends with one', async () => {
    const seen: number[] = [];
    await mine(subject, { ...options({ ...cheapWork, difficultyBits: () => 6 }), onProgress: (fraction) => seen.push(fraction) });
    expect(seen).toEqual(seen.toSorted((left, right) => left - right));
    expect(seen.at(-1)).toBe(1);
    expect(seen.every((fraction) => fraction > 0 && fraction <= 1)).toBe(true);
  });

  it('that was found good is remembered, but not for another name, key or time', async () => {
    const work = await mine(subject, options(cheapWork));
    const record = { ...subject, account: 'a', heartbeatMs: someDayMs, work };
    let hashes = 0;
    const counting: WorkPolicy = {
      ...cheapWork,
      difficultyBits: () => {
        hashes += 1;
        return 3;
      },
    };
    const isWorked = createWorkCheck(counting);
    expect(await Promise.all([isWorked(record), isWorked(record)])).toEqual([true, true]);
    expect(await isWorked(record)).toBe(true);
    expect(hashes).toBe(1);
    expect(await isWorked({ ...record, heartbeatMs: someDayMs + 70 * dayMs })).toBe(false);
    await isWorked({ ...record, name: 'robin' });
    await isWorked({ ...record, account: 'b' });
    expect(hashes).toBe(3);
  });

  it('stops when it is cancelled, and lets other things run meanwhile', async () => {
    const cancelling = new AbortController();
    const impossible: WorkPolicy = { ...cheapWork, difficultyBits: () => 256 };
    let attempts = 0;
    const onProgress = (): void => {
      attempts += 1;
      if (attempts === 20) setImmediate(() => cancelling.abort());
    };
    const mining = mine(subject, { ...options(impossible, cancelling.signal), onProgress });
    await expect(mining).rejects.toMatchObject({ code: 'CANCELLED' });
    expect(attempts).toBeGreaterThanOrEqual(20);
  });

  it('is dearer for shorter names and the same for all that are long enough', () => {
    const bits = ['abc', 'abcd', 'abcde', 'abcdef', 'a'.repeat(32), '田中さん'].map((name) => standardWork.difficultyBits(name));
    expect(bits).toEqual([10, 9, 8, 7, 7, 9]);
  });

  it('can be done and checked at its real cost of 16 MiB', async () => {
    const real = { name: 'wren-test', root: subject.root };
    const work = await mine(real, options(standardWork));
    expect(await isWorkDone(work, real, standardWork)).toBe(true);
    expect(await isWorkDone(work, { ...real, name: 'robin-test' }, { ...standardWork, difficultyBits: () => 20 })).toBe(false);
  });
});
