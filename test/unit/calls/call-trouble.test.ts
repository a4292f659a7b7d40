import { describe, expect, it } from 'vitest';
import type { CallStats, CallTrouble } from '../../../preload/contract/index.ts';
import { heardBetween, judgeQuality } from '../../../main/calls/call-quality.ts';
import { findTrouble } from '../../../main/calls/call-trouble.ts';
import { goodStats } from './descriptions.ts';

/** The trouble after a second in which the call was as `change` says; what counts up counted from a call without faults. */
function troubleAfter(change: Partial<CallStats>): CallTrouble | null {
  const stats = { ...goodStats, receivedPackets: goodStats.receivedPackets + 50, ...change };
  const heard = heardBetween(goodStats, stats, 1_000);
  return findTrouble(heard, stats, judgeQuality(heard));
}

describe('who is to blame', () => {
  it.each<[string, Partial<CallStats>, CallTrouble | null]>([
    ['a call without faults', {}, null],
    ['loss that redundancy mends', { lossFraction: 0.2, redundantMs: 200 }, null],
    ['nothing comes', { receivedPackets: goodStats.receivedPackets }, { kind: 'waiting', amount: 0 }],
    ['their packets get lost', { lossFraction: 0.18, concealedMs: 120 }, { kind: 'their-loss', amount: 18 }],
    [
      'packets get lost both ways',
      { lossFraction: 0.12, concealedMs: 120, sentLossFraction: 0.2 },
      { kind: 'both-loss', amount: 20 },
    ],
    ['packets come too late to be played', { concealedMs: 150, latePackets: 8 }, { kind: 'unsteady', amount: 0 }],
    ['this computer’s player misses frames', { playerGaps: 12 }, { kind: 'your-computer-busy', amount: 0 }],
    ['this computer is late', { concealedMs: 200, lateMs: 180 }, { kind: 'your-computer-busy', amount: 0 }],
    ['their computer is late', { concealedMs: 200, theirLateMs: 180 }, { kind: 'their-computer-busy', amount: 0 }],
    ['a path around the world', { roundTripMs: 700 }, { kind: 'long-delay', amount: 454 }],
    ['sound waits long for an uneven network', { playoutDelayMs: 400, roundTripMs: 100 }, { kind: 'unsteady', amount: 0 }],
    ['a queue stands on our uplink', { roundTripMs: 700, queueMs: 300 }, { kind: 'slow-connection', amount: 0 }],
    ['our uplink is thin', { capacityBps: 32_000, bitrateBps: 12_000 }, { kind: 'slow-connection', amount: 0 }],
    ['an encoder that needs no more', { capacityBps: null, bitrateBps: 12_000 }, null],
    [
      'they have to make up what we say',
      { sentLossFraction: 0.12, theirConcealedFraction: 0.06 },
      { kind: 'your-loss', amount: 12 },
    ],
    ['our losses are mended there', { sentLossFraction: 0.12, theirConcealedFraction: 0.01 }, null],
    [
      'they don’t say how they hear us',
      { sentLossFraction: 0.12, theirConcealedFraction: null },
      { kind: 'your-loss', amount: 12 },
    ],
    [
      'they make up what came, because they are late',
      { theirConcealedFraction: 0.1, theirLateMs: 120 },
      { kind: 'their-computer-busy', amount: 0 },
    ],
  ])('%s', (_what, change, trouble) => {
    expect(troubleAfter(change)).toEqual(trouble);
  });
});
