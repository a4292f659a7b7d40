import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { LookupView } from '../../../preload/contract/index.ts';
import type { ContactEntry } from '../../../main/contacts/index.ts';
import { dueNames, verdictOf, watchedAfterMs, watchNames } from '../../../main/engine/name-watch.ts';
import { AppError } from '../../../main/ports/app-error.ts';
import { dayMs, hourMs, seededRandom, someDayMs } from '../identity/fixtures.ts';
import { VirtualClock } from '../virtual-clock.ts';

const keyOf = (name: string): string => Buffer.from(name.padEnd(32, '.')).toString('hex');
const friend = (name: string, lastSeenMs: number | null, changes: Partial<ContactEntry> = {}): ContactEntry => ({
  accountKey: keyOf(name),
  name,
  nickname: null,
  relation: 'contact',
  note: null,
  volume: 1,
  hideAddress: false,
  favourite: false,
  invisibleTo: false,
  verifiedMs: null,
  sinceMs: someDayMs - 400 * dayMs,
  lastSeenMs,
  ...changes,
});
const found = (name: string, owner: string): LookupView => ({
  result: 'found',
  name,
  accountKey: keyOf(owner),
  lastHeartbeatMs: someDayMs,
  fresh: true,
});

/** Days go by in minutes, and what was asked is answered before the next. */
async function pass(clock: VirtualClock, durationMs: number): Promise<void> {
  for (let passed = 0; passed < durationMs; passed += 60_000) {
    clock.advance(60_000);
    // oxlint-disable-next-line no-await-in-loop -- one minute after the other
    await new Promise((resolve) => setImmediate(resolve));
  }
}

function watch(contacts: readonly ContactEntry[], owners: Map<string, LookupView | null>) {
  const clock = new VirtualClock(someDayMs);
  const asked: string[] = [];
  const changed: string[] = [];
  const names = watchNames({
    contacts: () => contacts,
    lookup: (name) => {
      asked.push(name);
      const answer = owners.get(name) ?? null;
      return answer === null ? Promise.reject(new AppError('NO_NETWORK', 'test')) : Promise.resolve(answer);
    },
    clock,
    random: seededRandom('names'),
    onChange: (account) => changed.push(account),
  });
  return { clock, asked, changed, names };
}

describe('the names of contacts', () => {
  it('are looked up once a day, and only of those who were not seen for a week', async () => {
    const contacts = [
      friend('tansy', someDayMs - 200 * dayMs),
      friend('wren', someDayMs - hourMs),
      friend('pike', someDayMs - 200 * dayMs, { relation: 'blocked' }),
    ];
    const { clock, asked, names } = watch(contacts, new Map([['tansy', found('tansy', 'tansy')]]));
    await pass(clock, 2 * dayMs + hourMs);
    expect(asked).toEqual(['tansy', 'tansy', 'tansy']);
    names.stop();
    expect(clock.pendingTimers).toBe(0);
  });

  it('that became somebody else’s are told, and told again when they came back', async () => {
    const owners = new Map<string, LookupView | null>([['tansy', found('tansy', 'stranger')]]);
    const { clock, changed, names } = watch([friend('tansy', someDayMs - 200 * dayMs)], owners);
    await pass(clock, hourMs);
    expect([names.isTaken(keyOf('tansy')), changed]).toEqual([true, [keyOf('tansy')]]);
    owners.set('tansy', null);
    await pass(clock, dayMs);
    expect(names.isTaken(keyOf('tansy'))).toBe(true);
    owners.set('tansy', found('tansy', 'tansy'));
    await pass(clock, dayMs);
    expect([names.isTaken(keyOf('tansy')), changed.length]).toEqual([false, 2]);
    names.stop();
  });

  it('are not called taken for a dispute, a lapse or silence', () => {
    const answers: readonly LookupView[] = [
      { result: 'disputed', name: 'tansy', accountKeys: [keyOf('a'), keyOf('b')] },
      { result: 'lapsed', name: 'tansy', lastHeartbeatMs: 1 },
      { result: 'not-found', name: 'tansy' },
    ];
    expect(answers.map((answer) => verdictOf(answer, keyOf('tansy')))).toEqual([null, null, null]);
  });

  it('never more than those of people who are gone for a week, whenever they were seen', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 30 * dayMs })), (ages) => {
        const contacts = ages.map((age, index) => friend(`f${index}`, someDayMs - age));
        const due = dueNames(contacts, new Map(), someDayMs);
        expect(due.length).toBe(ages.filter((age) => age >= watchedAfterMs).length);
      }),
    );
  });
});
