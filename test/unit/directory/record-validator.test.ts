import { beforeAll, describe, expect, it } from 'vitest';
import {
  contestMs,
  createRecordValidator,
  freshMs,
  reservationMs,
  targetOf,
  type ClaimContent,
} from '../../../main/directory/index.ts';
import { deviceKeysOf, issueCertificate, rootKeysOf, type AccountSecrets } from '../../../main/identity/index.ts';
import { dayMs, hourMs, someDayMs } from '../identity/fixtures.ts';
import { cheapWork, newAccount, recordOf, workFor } from './fixtures.ts';

const validator = createRecordValidator(cheapWork);
const target = targetOf('wren');
const judge = (offered: Uint8Array, held: Uint8Array | null = null, nowMs = someDayMs, waiting: Uint8Array | null = null) =>
  validator.judge(target, offered, held, nowMs, waiting);
const keptMs = reservationMs + contestMs;
const stored = (expiresAtMs: number) => ({ verdict: 'store', expiresAtMs });
const refused = (code: string) => ({ verdict: 'refuse', code });

let wren: AccountSecrets;
let rival: AccountSecrets;
beforeAll(async () => {
  wren = await newAccount('wren', 'wren');
  rival = await newAccount('wren', 'rival');
});

const certificateOf = (secrets: AccountSecrets, sequence: number): Uint8Array =>
  issueCertificate(rootKeysOf(secrets), deviceKeysOf(secrets).publicKey, sequence, someDayMs);

const fromWren = (changes: Partial<ClaimContent> = {}, heartbeatMs = someDayMs) => recordOf(wren, heartbeatMs, changes);

describe('a supernode that holds nothing for a name', () => {
  it('stores a valid claim until 194 days after its heartbeat: reservation and contest', async () => {
    expect(await judge(await recordOf(wren, someDayMs - dayMs))).toEqual(stored(someDayMs - dayMs + keptMs));
  });

  it('stores a claim that is months old: nodes that leave hand it on', async () => {
    const old = someDayMs - 170 * dayMs;
    expect(await judge(await recordOf(wren, old))).toEqual(stored(old + keptMs));
  });

  it('refuses a claim past its reservation and contest', async () => {
    expect(await judge(await recordOf(wren, someDayMs - keptMs))).toEqual(refused('STALE'));
  });

  it('takes a clock that is an hour fast, and no more', async () => {
    expect(await judge(await recordOf(wren, someDayMs + hourMs))).toMatchObject({ verdict: 'store' });
    expect(await judge(await recordOf(wren, someDayMs + hourMs + 1))).toEqual(refused('BAD_RECORD'));
  });

  it('refuses noise, a claim offered for another name, and one without its work', async () => {
    const record = await recordOf(wren, someDayMs);
    expect(await judge(new Uint8Array(100))).toEqual(refused('BAD_RECORD'));
    expect(await judge(record.subarray(1))).toEqual(refused('BAD_RECORD'));
    expect(await validator.judge(targetOf('robin'), record, null, someDayMs, null)).toEqual(refused('BAD_RECORD'));
    const dearer = createRecordValidator({ ...cheapWork, difficultyBits: () => 24 });
    expect(await dearer.judge(target, record, null, someDayMs, null)).toEqual(refused('BAD_RECORD'));
  });

  it('refuses work of an epoch that is over, even if it is good', async () => {
    const work = await workFor(wren, someDayMs - 61 * dayMs);
    expect(await judge(await recordOf(wren, someDayMs, { work }))).toEqual(refused('BAD_RECORD'));
  });

  it('has no use for a release', async () => {
    expect(await judge(await recordOf(wren, someDayMs, { released: true }))).toEqual(refused('STALE'));
  });
});

describe('a supernode that holds a claim', () => {
  it('stores the same record again, and a newer one of the same account', async () => {
    const held = await fromWren();
    expect(await judge(held, held)).toMatchObject({ verdict: 'store' });
    expect(await judge(await fromWren({}, someDayMs + 1000), held)).toMatchObject({ verdict: 'store' });
    expect(await judge(await fromWren({ refreshSequence: 1, sequence: wren.claimSequence + 1 }), held)).toMatchObject({
      verdict: 'store',
    });
  });

  it('refuses an older one, whichever way it is older, and another of the same age', async () => {
    const work = await workFor(wren, someDayMs);
    const held = await fromWren({ work, certificate: certificateOf(wren, 5), sequence: 7, refreshSequence: 100 });
    const older: readonly Partial<ClaimContent>[] = [
      { sequence: 6, refreshSequence: 200, certificate: certificateOf(wren, 9) },
      { sequence: 7, refreshSequence: 200, certificate: certificateOf(wren, 4) },
      { sequence: 7, refreshSequence: 99, certificate: certificateOf(wren, 5) },
      { sequence: 7, refreshSequence: 100, certificate: certificateOf(wren, 5), door: new Uint8Array(32) },
    ];
    const verdicts = await Promise.all(older.map(async (changes) => judge(await fromWren({ work, ...changes }), held)));
    expect(verdicts).toEqual(older.map(() => refused('STALE')));
  });

  it("refuses everybody else's until the last day of the reservation, however early they say they were", async () => {
    const held = await fromWren();
    const lastMs = someDayMs + reservationMs;
    expect(await judge(await recordOf(rival, someDayMs - 100 * dayMs), held)).toEqual(refused('NAME_TAKEN'));
    expect(await judge(await recordOf(rival, lastMs - 1), held, lastMs - 1)).toEqual(refused('NAME_TAKEN'));
    expect(await judge(await recordOf(rival, lastMs), held, lastMs)).toEqual({ verdict: 'wait', expiresAtMs: lastMs + freshMs });
    const goneMs = lastMs + contestMs;
    expect(await judge(await recordOf(rival, goneMs), held, goneMs)).toMatchObject({ verdict: 'store' });
  });

  it('lets its owner release it, after which anybody may have it but no older claim comes back', async () => {
    const held = await fromWren();
    const released = await fromWren({ released: true, sequence: wren.claimSequence + 1 });
    expect(await judge(released, held)).toEqual(stored(someDayMs + keptMs));
    expect(await judge(await recordOf(rival, someDayMs, { released: true }), held)).toEqual(refused('NAME_TAKEN'));
    expect(await judge(held, released)).toEqual(refused('STALE'));
    expect(await judge(await recordOf(rival, someDayMs), released)).toMatchObject({ verdict: 'store' });
  });

  it('does not take the work of who released a name for that of who wants it next', async () => {
    const work = await workFor(wren, someDayMs);
    const released = await fromWren({ released: true, work });
    const strict = createRecordValidator({ ...cheapWork, difficultyBits: () => 24 });
    expect(await strict.judge(target, await recordOf(rival, someDayMs, { work }), released, someDayMs, null)).toEqual(
      refused('BAD_RECORD'),
    );
  });

  it('does not hash again for work it has already checked, but minds its epoch', async () => {
    const work = await workFor(wren, someDayMs);
    const held = await fromWren({ work });
    const unable = createRecordValidator({ cost: { memoryBytes: 0, passes: 0 }, difficultyBits: () => 0 });
    const verdict = await unable.judge(target, await fromWren({ work }, someDayMs + 1000), held, someDayMs + 1000, null);
    expect(verdict).toMatchObject({ verdict: 'store' });
    const muchLater = someDayMs + 70 * dayMs;
    expect(await judge(await fromWren({ work }, muchLater), held, muchLater)).toEqual(refused('BAD_RECORD'));
  });

  it('ignores a broken record on its own shelf, and one of another name', async () => {
    const misplaced = await recordOf(rival, someDayMs, { name: 'robin' });
    expect(await judge(await fromWren(), misplaced)).toMatchObject({ verdict: 'store' });
    expect(await judge(await fromWren(), new Uint8Array(10))).toMatchObject({ verdict: 'store' });
  });
});
