import * as fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  contestMs,
  createRecordValidator,
  freshMs,
  openRecord,
  reservationMs,
  targetOf,
  ticketOf,
} from '../../../main/directory/index.ts';
import { accountKeyOf, phraseOf, withTimelyCertificate, type AccountSecrets } from '../../../main/identity/index.ts';
import { defaultShelfLimits, Shelf } from '../../../main/overlay/directory/shelf.ts';
import { dayMs, hourMs, someDayMs } from '../identity/fixtures.ts';
import { VirtualClock } from '../virtual-clock.ts';
import { cheapWork, createBench, never, newAccount, recordOf, workFor } from './fixtures.ts';

const ignore = (): void => undefined;
const target = targetOf('wren');
const lapsedMs = someDayMs + reservationMs;
const endMs = lapsedMs + contestMs;

let owner: AccountSecrets;
let newcomers: readonly AccountSecrets[];
beforeAll(async () => {
  owner = await newAccount('wren', 'owner');
  newcomers = await Promise.all(['a', 'b', 'c', 'd'].map((seed) => newAccount('wren', seed, lapsedMs)));
});
const newcomer = (index: number): AccountSecrets => {
  const account = newcomers[index];
  if (account === undefined) throw new Error('no such newcomer');
  return account;
};

/** The owner claimed and was never heard of again; a network of twenty, on the day the reservation ends. */
async function abandoned() {
  const bench = createBench();
  await bench.directory.claim(owner, ignore, never);
  bench.clock.advance(reservationMs);
  const other = bench.another('newcomer').directory;
  const reader = bench.another('reader').directory;
  return { ...bench, other, reader };
}

describe('a name whose owner was not heard of for 180 days', () => {
  it('is nobody else’s before', async () => {
    const { clock, other, reader } = await abandoned();
    clock.setNow(lapsedMs - 1);
    expect(await other.checkName('wren', never)).toMatchObject({ verdict: 'taken' });
    await expect(other.claim(newcomer(0), ignore, never)).rejects.toMatchObject({ code: 'NAME_TAKEN' });
    expect((await reader.lookup('wren', never)).view).toMatchObject({ result: 'found', fresh: false });
  });

  it('can be waited for, and is found by nobody meanwhile', async () => {
    const { other, reader } = await abandoned();
    expect(await other.checkName('wren', never)).toEqual({ verdict: 'lapsed', name: 'wren', freeAtMs: endMs });
    expect(await other.claim(newcomer(0), ignore, never)).toBe('waiting');
    expect(await reader.lookup('wren', never)).toEqual({
      view: { result: 'lapsed', name: 'wren', lastHeartbeatMs: someDayMs },
      door: null,
    });
  });

  it('becomes the one’s who waited after 14 days, ahead of everybody who comes only then', async () => {
    const { clock, other, another, reader } = await abandoned();
    await other.claim(newcomer(0), ignore, never);
    const refresher = other.startRefreshing(() => newcomer(0));
    const states: string[] = [];
    refresher.onState((state) => states.push(state));
    for (let hours = 0; hours < 14 * 24; hours += 12) {
      // oxlint-disable-next-line no-await-in-loop -- days pass one after the other
      await refresher.refreshNow();
      clock.advance(12 * hourMs);
    }
    expect(clock.nowMs()).toBe(endMs);
    await expect(another('late').directory.claim(newcomer(1), ignore, never)).rejects.toMatchObject({ code: 'NAME_TAKEN' });
    expect((await reader.lookup('wren', never)).view).toMatchObject({
      result: 'found',
      accountKey: accountKeyOf(newcomer(0)),
    });
    await refresher.refreshNow();
    expect(states.filter((state, index) => state !== states[index - 1])).toEqual(['held', 'waiting', 'held']);
    await refresher.stop();
  });

  it('is the owner’s as soon as they are back, who need no new claim', async () => {
    const { clock, directory, other, reader } = await abandoned();
    await other.claim(newcomer(0), ignore, never);
    clock.setNow(endMs - hourMs);
    const back = withTimelyCertificate(owner, clock.nowMs());
    const refresher = directory.startRefreshing(() => back);
    await refresher.refreshNow();
    expect(refresher.state()).toBe('held');
    await refresher.stop();
    expect((await reader.lookup('wren', never)).view).toMatchObject({ result: 'found', accountKey: accountKeyOf(owner) });
    const waiting = other.startRefreshing(() => newcomer(0));
    await waiting.refreshNow();
    expect(waiting.state()).toBe('disputed');
    await waiting.stop();
    clock.setNow(endMs);
    expect((await reader.lookup('wren', never)).view).toMatchObject({ result: 'found', accountKey: accountKeyOf(owner) });
  });

  it('is the owner’s by the twelve words, too', async () => {
    const { other, reader, another } = await abandoned();
    await other.claim(newcomer(0), ignore, never);
    const restored = await another('new computer').directory.restore('wren', phraseOf(owner).join(' '), ignore, never);
    expect(restored.outcome).toBe('held');
    expect((await reader.lookup('wren', never)).view).toMatchObject({ result: 'found', accountKey: accountKeyOf(owner) });
  });

  it('is free again for others when who waited gives up', async () => {
    const { clock, other, another } = await abandoned();
    await other.claim(newcomer(0), ignore, never);
    await other.release(newcomer(0), never);
    expect(await another('second').directory.claim(newcomer(1), ignore, never)).toBe('waiting');
    clock.advance(freshMs);
    expect(await another('third').directory.claim(newcomer(2), ignore, never)).toBe('waiting');
  });
});

const validator = createRecordValidator(cheapWork);
const judge = (offered: Uint8Array, held: Uint8Array | null, nowMs: number, waiting: Uint8Array | null = null) =>
  validator.judge(target, offered, held, nowMs, waiting);

describe('several who want one lapsed name', () => {
  it('are judged the same by every supernode, in whatever order it hears of them', async () => {
    const held = await recordOf(owner, someDayMs);
    const offers = await Promise.all(newcomers.map((account) => recordOf(account, lapsedMs + hourMs)));
    const tickets = await Promise.all(
      offers.map(async (bytes) => {
        const record = openRecord(bytes);
        if (record === null) throw new Error('no record');
        return ticketOf(record.work, record, cheapWork);
      }),
    );
    const [lowest] = tickets.toSorted(Buffer.compare);
    const expected = offers[tickets.findIndex((ticket) => ticket === lowest)];
    const order = fc.shuffledSubarray([...offers, ...offers], { minLength: offers.length * 2 });
    await fc.assert(
      fc.asyncProperty(order, async (heard) => {
        let waiting: Uint8Array | null = null;
        const refusals: string[] = [];
        for (const offered of heard) {
          // oxlint-disable-next-line no-await-in-loop -- what is kept depends on what came before
          const verdict = await judge(offered, held, lapsedMs + hourMs, waiting);
          if (verdict.verdict === 'wait') waiting = offered;
          refusals.push(...(verdict.verdict === 'refuse' ? [verdict.code] : []));
        }
        expect(waiting).toEqual(expected);
        expect(refusals.filter((code) => code !== 'NAME_TAKEN')).toEqual([]);
      }),
      { numRuns: 30 },
    );
  });

  it('gain nothing by dating themselves back or ahead: only the work counts, and only of those who are there', async () => {
    const held = await recordOf(owner, someDayMs);
    const nowMs = lapsedMs + 5 * dayMs;
    const work = await workFor(newcomer(0), nowMs);
    const rival = await recordOf(newcomer(1), nowMs);
    const undated = await judge(rival, held, nowMs, await recordOf(newcomer(0), nowMs, { work }));
    const dated = fc.integer({ min: -freshMs + 1, max: hourMs });
    await fc.assert(
      fc.asyncProperty(dated, async (shiftMs) => {
        const offered = await recordOf(newcomer(0), nowMs + shiftMs, { work });
        const verdict = await judge(rival, held, nowMs, offered);
        expect(verdict.verdict).toBe(undated.verdict);
      }),
      { numRuns: 20 },
    );
    for (const [atMs, code] of [
      [nowMs + hourMs + 1, 'BAD_RECORD'],
      [nowMs - freshMs, 'STALE'],
      [lapsedMs - dayMs, 'STALE'],
    ] as const) {
      // oxlint-disable-next-line no-await-in-loop -- three
      expect(await judge(await recordOf(newcomer(0), atMs), held, nowMs)).toEqual({ verdict: 'refuse', code });
    }
  });

  it('never get past a record that is still reserved, whatever both say of their dates', async () => {
    const record = fc.integer({ min: -reservationMs + hourMs, max: hourMs });
    await fc.assert(
      fc.asyncProperty(record, fc.integer({ min: -reservationMs - contestMs + hourMs, max: hourMs }), async (own, other) => {
        const held = await recordOf(owner, lapsedMs + own);
        const offered = await recordOf(newcomer(0), lapsedMs + other);
        expect(await judge(offered, held, lapsedMs)).toEqual({ verdict: 'refuse', code: 'NAME_TAKEN' });
      }),
      { numRuns: 40 },
    );
  });
});

const ownId = new Uint8Array(32);
function shelfOf() {
  const clock = new VirtualClock(someDayMs);
  const rows = new Map<string, Parameters<ConstructorParameters<typeof Shelf>[1]['save']>[0]>();
  const keyOf = (name: Uint8Array, place: string): string => `${place} ${Buffer.from(name).toString('hex')}`;
  const disk: ConstructorParameters<typeof Shelf>[1] = {
    load: () => [...rows.values()],
    save: (record) => void rows.set(keyOf(record.target, record.place), record),
    remove: (name, place) => void rows.delete(keyOf(name, place)),
  };
  const open = (): Shelf => {
    const shelf = new Shelf(clock, disk, validator, defaultShelfLimits);
    shelf.start();
    return shelf;
  };
  return { clock, rows, open };
}

describe('the shelf of a supernode in a contest', () => {
  it('keeps who waits over a restart, and makes it the holder when the old record ends', async () => {
    const { clock, open, rows } = shelfOf();
    const before = open();
    const old = await recordOf(owner, someDayMs);
    expect(await before.offer(target, old, null, ownId)).toEqual({ stored: true });
    clock.setNow(endMs - dayMs);
    const waiting = await recordOf(newcomer(0), endMs - dayMs);
    expect(await before.offer(target, waiting, null, ownId)).toEqual({ stored: false, code: 'CONTESTED', held: old });
    before.stop();
    const shelf = open();
    expect([shelf.get(target), shelf.waiting(target)]).toEqual([old, waiting]);
    clock.setNow(endMs);
    const sniper = await shelf.offer(target, await recordOf(newcomer(1), endMs), null, ownId);
    expect(sniper).toEqual({ stored: false, code: 'NAME_TAKEN', held: waiting });
    expect([shelf.get(target), shelf.waiting(target), rows.size]).toEqual([waiting, null, 1]);
    shelf.stop();
  });

  it('forgets who waited when the owner is back, and who stopped refreshing', async () => {
    const { clock, open, rows } = shelfOf();
    const shelf = open();
    await shelf.offer(target, await recordOf(owner, someDayMs), null, ownId);
    clock.setNow(lapsedMs);
    await shelf.offer(target, await recordOf(newcomer(0), lapsedMs), null, ownId);
    expect(shelf.waiting(target)).not.toBeNull();
    clock.advance(freshMs);
    expect([shelf.waiting(target), rows.size]).toEqual([null, 1]);
    await shelf.offer(target, await recordOf(newcomer(0), clock.nowMs()), null, ownId);
    const back = await recordOf(owner, clock.nowMs());
    expect(await shelf.offer(target, back, null, ownId)).toEqual({ stored: true });
    expect([shelf.get(target), shelf.waiting(target), rows.size]).toEqual([back, null, 1]);
    shelf.stop();
  });
});
