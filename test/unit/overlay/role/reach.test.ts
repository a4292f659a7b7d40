import { describe, expect, it } from 'vitest';
import { afterRound, nothingMeasured, type ProbeOutcome } from '../../../../main/overlay/role/reach.ts';

const round = (reached: number, silent: number, refused: number): ProbeOutcome[] => [
  ...Array<ProbeOutcome>(reached).fill('reached'),
  ...Array<ProbeOutcome>(silent).fill('silent'),
  ...Array<ProbeOutcome>(refused).fill('refused'),
];

describe('a computer can be reached', () => {
  it('when three networks reached it, whatever others say', () => {
    expect(afterRound(nothingMeasured, round(3, 5, 0), 40)).toEqual({ reach: 'reached', vouchers: 3, failures: 0 });
    expect(afterRound(nothingMeasured, round(2, 6, 0), 40).reach).toBe('not-reached');
  });

  it('when all others reached it, where there are fewer than three', () => {
    expect(afterRound(nothingMeasured, round(1, 0, 0), 1).reach).toBe('reached');
    expect(afterRound(nothingMeasured, round(1, 1, 0), 2).reach).toBe('not-reached');
    expect(afterRound(nothingMeasured, round(2, 0, 0), 2).reach).toBe('reached');
  });

  it('is not known where those who were asked have no time', () => {
    expect(afterRound(nothingMeasured, round(0, 2, 6), 40)).toEqual(nothingMeasured);
    expect(afterRound(nothingMeasured, [], 0)).toEqual(nothingMeasured);
  });

  it('and is not believed lost by one round that failed', () => {
    const before = afterRound(nothingMeasured, round(5, 0, 0), 40);
    const once = afterRound(before, round(0, 8, 0), 40);
    expect(once).toMatchObject({ reach: 'reached', failures: 1 });
    expect(afterRound(once, round(0, 8, 0), 40).reach).toBe('not-reached');
    expect(afterRound(once, round(4, 0, 0), 40)).toMatchObject({ reach: 'reached', failures: 0 });
  });
});
