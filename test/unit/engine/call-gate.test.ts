import { describe, expect, it } from 'vitest';
import type { CallStats, CallView } from '../../../preload/contract/index.ts';
import { createCallGate } from '../../../main/engine/call-gate.ts';
import { VirtualClock } from '../virtual-clock.ts';

const hourMs = 3_600_000;

/** A call whose path was measured, once a second. */
function watched() {
  const clock = new VirtualClock();
  const gate = createCallGate(clock);
  const say = (phase: CallView['phase'], capacityBps: number | null = null): void => {
    // Of the figures the gate looks at one.
    gate.callChanged({ id: '1', phase, stats: { capacityBps } as CallStats });
  };
  const talk = (seconds: number, capacityBps: number | null): void => {
    for (let second = 0; second < seconds; second += 1) {
      say('active', capacityBps);
      clock.advance(1_000);
    }
  };
  return { clock, gate, say, talk };
}

describe('The gate before what can wait', () => {
  it('is shut while a call is set up and for its first seconds, and then open where the line is wide', () => {
    const { gate, say, talk, clock } = watched();
    expect(gate.isShut).toBe(false);
    say('connecting');
    clock.advance(60_000);
    expect(gate.isShut).toBe(true);
    talk(7, null);
    expect(gate.isShut).toBe(true);
    talk(2, 5_000_000);
    expect(gate.isShut).toBe(false);
  });

  it('stays shut on a narrow line, which is remembered for some seconds, and opens when the call is over', () => {
    const { gate, say, talk } = watched();
    talk(60, 30_000);
    expect(gate.isShut).toBe(true);
    talk(28, null);
    expect(gate.isShut).toBe(true);
    talk(2, null);
    expect(gate.isShut).toBe(false);
    talk(2, 90_000);
    expect(gate.isShut).toBe(true);
    say('ended');
    expect(gate.isShut).toBe(false);
  });

  it('lets those through who wait when it opens, and each of them when its patience is over', async () => {
    const { gate, say, talk, clock } = watched();
    const through: string[] = [];
    say('ringing');
    void gate.opened(hourMs).then(() => through.push('opened'));
    void gate.opened(3_000).then(() => through.push('impatient'));
    clock.advance(3_000);
    await Promise.resolve();
    expect(through).toEqual(['impatient']);
    say('active');
    // Nothing more is told of it.
    clock.advance(8_000);
    await Promise.resolve();
    expect(through).toEqual(['impatient', 'opened']);
    talk(1, 30_000);
    void gate.opened(2 * hourMs).then(() => through.push('after the call'));
    talk(3_600, 30_000);
    await Promise.resolve();
    expect(through.length).toBe(2);
    say('ended');
    await Promise.resolve();
    expect(through.at(-1)).toBe('after the call');
    expect(clock.pendingTimers).toBe(0);
  });
});
