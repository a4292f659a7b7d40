import { beforeEach, describe, expect, it } from 'vitest';
import { createIdlePart, type IdlePartControl } from '../../../main/engine/idle-part.ts';
import { createSleepPart } from '../../../main/engine/sleep-part.ts';
import { VirtualClock } from '../virtual-clock.ts';

const minute = 60_000;
let clock: VirtualClock;
let said: boolean[];
let minutes: number;
let part: IdlePartControl;
beforeEach(() => {
  clock = new VirtualClock();
  said = [];
  minutes = 10;
  part = createIdlePart({ awayAfterMinutes: () => minutes, changed: (isIdle) => said.push(isIdle), clock });
});

describe('Whether anybody is there', () => {
  it('is not doubted while nobody tells: a server or a command line has no keyboard', () => {
    clock.advance(100 * minute);
    expect(said).toEqual([]);
  });

  it('ends after the minutes that were set, once, and begins again with a key', () => {
    part.hearShell(0);
    clock.advance(9 * minute);
    expect(said).toEqual([]);
    clock.advance(minute);
    expect(said).toEqual([true]);
    part.hearShell(15 * minute);
    expect(said).toEqual([true]);
    part.hearShell(0);
    expect(said).toEqual([true, false]);
  });

  it('follows the setting at once, and is always true when it is off', () => {
    part.hearShell(6 * minute);
    minutes = 5;
    part.settingChanged();
    expect(said).toEqual([true]);
    minutes = 0;
    part.settingChanged();
    expect(said).toEqual([true, false]);
    clock.advance(600 * minute);
    expect(said).toEqual([true, false]);
  });

  it('is known by the page that was touched last, and by no page where the system tells', () => {
    part.hearPage(0);
    part.hearPage(9 * minute);
    clock.advance(9 * minute);
    expect(said).toEqual([]);
    part.hearShell(10 * minute);
    clock.advance(minute);
    part.hearPage(0);
    expect(said).toEqual([true]);
  });
});

describe('A computer that goes to sleep', () => {
  const asleep: boolean[] = [];
  beforeEach(() => void asleep.splice(0));
  it('is asleep at once, and awake when it says so', () => {
    const sleep = createSleepPart((isAsleep) => asleep.push(isAsleep), clock);
    sleep.begin();
    sleep.end();
    sleep.end();
    expect(asleep).toEqual([true, false]);
  });

  it('is awake half a minute of being awake later, should the word for it be lost', () => {
    createSleepPart((isAsleep) => asleep.push(isAsleep), clock).begin();
    clock.advance(29_999);
    expect(asleep).toEqual([true]);
    clock.advance(1);
    expect(asleep).toEqual([true, false]);
  });
});
