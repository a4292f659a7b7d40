import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { callTroubleKinds, delayToThem, delayToUs, type CallStats } from '../../../preload/contract/index.ts';
import { barsOf, chartBox, highestOf, linePath, topOf } from '../../../renderer/call/chart-geometry.ts';
import { chartFigures, reportText, statsFigures, traceRows, troubleWords } from '../../../renderer/call/stats-words.ts';
import { traceAfter, traceKeptMs, type CallTrace } from '../../../renderer/state/index.ts';
import { goodStats } from '../calls/descriptions.ts';
import { aCall, words } from './samples.ts';

const figure = (change: Partial<CallStats>, id: string): string | undefined => {
  const stats = { ...goodStats, ...change };
  return [...chartFigures(words, stats, 'wren'), ...statsFigures(words, stats)].find((each) => each.id === id)?.value;
};

describe('the figures of a call', () => {
  it.each<[string, Partial<CallStats>, string]>([
    ['roundTrip', { roundTripMs: null }, 'Not known yet'],
    ['path', { path: null }, 'Not known yet'],
    ['path', { path: 'relay' }, 'Through a helper'],
    ['lossToUs', { lossFraction: 0.0034 }, '0.3 %'],
    ['lossToUs', { lossFraction: 0.126 }, '13 %'],
    ['lossToThem', { sentLossFraction: null }, 'Not known yet'],
    ['jitter', { jitterMs: 8.6 }, '9 ms'],
    ['delay', {}, '119 ms'],
    ['rate', { wireBps: 54_400, receivedBps: 1_234_000 }, '54 kbit/s out, 1,234 kbit/s in'],
    ['codec', { bitrateBps: 15_900, frameMs: 40 }, 'Opus 16 kbit/s, 40 ms each'],
    ['codecMode', { codecMode: 'celt', bandwidthHz: 20_000 }, 'Any sound (CELT), up to 20 kHz'],
    ['codecMode', { codecMode: 'silk', bandwidthHz: 8_000 }, 'Speech (SILK), up to 8 kHz'],
    ['codecMode', { codecMode: null, bandwidthHz: null }, 'Not known yet'],
    ['copies', { copies: 0 }, 'None'],
    ['copies', { copies: 2, spreadMs: 160 }, '2, up to 160 ms back'],
    ['correction', { fecPercent: 0, dtx: true }, 'Off, silence not sent'],
    ['correction', { fecPercent: 10 }, 'For 10 % loss'],
    ['repaired', { recoveredMs: 400, redundantMs: 1_840 }, '2.2 s'],
    ['concealed', { concealedMs: 61_000 }, '61 s'],
    ['speech', { speakingFraction: 0.42 }, '42 %'],
    ['drift', { driftPpm: null }, 'Not known yet'],
    ['missed', { playerGaps: null }, 'Not known yet'],
  ])('%s of %o reads %s', (id, change, text) => {
    expect(figure(change, id)).toBe(text);
  });

  it('have a sentence for everything that can be to blame', () => {
    for (const kind of callTroubleKinds)
      expect(troubleWords(words, { kind, amount: 12 }, 'wren')).toMatch(/^(?:[A-Z]|wren’s).*[^.]$/u);
    expect(troubleWords(words, { kind: 'your-loss', amount: 12 }, 'wren')).toContain('losing 12 % of packets');
  });

  it('can be copied as lines of text that name nobody', () => {
    const call = aCall({ name: 'wren', quality: 'patchy', trouble: { kind: 'their-loss', amount: 20 } });
    const text = reportText(words, call, goodStats);
    expect(text).not.toContain('wren');
    expect(text.split('\n')).toEqual(
      expect.arrayContaining([
        'Sound is patchy',
        'The other side’s connection is losing 20 % of packets',
        'Their mouth to my ear: 119 ms',
        '  Smoothing: 40 ms',
        'Jitter: 2 ms',
      ]),
    );
  });
});

describe('the way from a mouth to an ear', () => {
  it('is the sum of its parts, either way', () => {
    expect(delayToUs(goodStats)).toEqual({
      parts: { capture: 12, packing: 27, network: 15, smoothing: 40, playout: 25 },
      totalMs: 119,
      complete: true,
    });
    expect(delayToThem(goodStats).parts).toEqual({ capture: 12, packing: 26.9, network: 15, smoothing: 40, playout: 25 });
  });

  it('leaves out what is not known, and says that something is missing', () => {
    const budget = delayToUs({ ...goodStats, theirCaptureMs: null, outputMs: null });
    expect(budget).toMatchObject({ complete: false, totalMs: 92 });
    expect(budget.parts).toMatchObject({ capture: null, playout: 10 });
  });
});

describe('the last minute of a call', () => {
  const traceOf = (seconds: number): CallTrace => {
    let trace: CallTrace = [];
    for (let second = 0; second < seconds; second += 1)
      trace = traceAfter(trace, { ...goodStats, jitterMs: second, copies: second % 4 }, second * 1_000);
    return trace;
  };

  it('is kept, and no more', () => {
    const trace = traceOf(200);
    expect(trace.at(0)?.atMs).toBe(199_000 - traceKeptMs);
    expect(trace).toHaveLength(61);
  });

  it('has one point for a measurement, though its call may change twice meanwhile', () => {
    const trace = traceAfter(traceOf(3), { ...goodStats, jitterMs: 77 }, 2_050);
    expect(trace.map(({ atMs, jitterMs }) => [atMs, jitterMs])).toEqual([
      [0, 0],
      [1_000, 1],
      [2_000, 77],
    ]);
  });

  it('can be read as a table, a row for every ten seconds, the newest first', () => {
    const rows = traceRows(words, traceOf(61));
    expect(rows.map(({ cells }) => cells[0])).toEqual([
      '0 s ago',
      '10 s ago',
      '20 s ago',
      '30 s ago',
      '40 s ago',
      '50 s ago',
      '60 s ago',
    ]);
    expect(rows.map(({ cells }) => [cells[4], cells.at(-1)]).slice(0, 2)).toEqual([
      ['60 ms', '0'],
      ['50 ms', '2'],
    ]);
  });
});

describe('a chart', () => {
  const points = fc.array(
    fc.record({ atMs: fc.integer({ min: 0, max: 60_000 }), value: fc.option(fc.double({ min: 0, max: 1e6, noNaN: true })) }),
  );

  it('draws inside its box, whatever the values', () => {
    fc.assert(
      fc.property(points, (given) => {
        const sorted = given.toSorted((a, b) => a.atMs - b.atMs);
        const numbers =
          linePath(sorted, 30, 60_000)
            .match(/-?[\d.]+/gu)
            ?.map(Number) ?? [];
        const inside = numbers.every((n, index) => n >= 0 && n <= (index % 2 === 0 ? chartBox.width : chartBox.height));
        const bars = barsOf(sorted, 30, 60_000).every(({ y, height }) => y >= 0 && height >= 1 && y + height <= chartBox.height);
        expect(inside && bars).toBe(true);
      }),
    );
  });

  it('breaks its line where nothing was known or nothing came', () => {
    const path = linePath(
      [
        { atMs: 0, value: 1 },
        { atMs: 1_000, value: 2 },
        { atMs: 2_000, value: null },
        { atMs: 3_000, value: 1 },
        { atMs: 20_000, value: 1 },
      ],
      2,
      60_000,
    );
    expect(path.match(/[ML]/gu)?.join('')).toBe('MLMM');
  });

  it('ends its scale at the first mark that is high enough, and shows the smallest loss', () => {
    const at = (value: number) => [{ atMs: 0, value }];
    expect(topOf(at(0.024), [0.03, 0.1, 1])).toBe(0.03);
    expect(topOf(at(0.2), [0.03, 0.1, 1])).toBe(1);
    expect(topOf(at(7), [0.03, 0.1, 1])).toBe(1);
    expect(topOf([], [0.03, 0.1, 1])).toBe(0.03);
    expect(highestOf([{ atMs: 0, value: null }])).toBeNull();
    expect(barsOf(at(0.000_1), 1, 0)).toMatchObject([{ height: 1 }]);
    expect(barsOf(at(0), 1, 0)).toEqual([]);
  });
});
