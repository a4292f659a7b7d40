import { describe, expect, it } from 'vitest';
import { callEndReasons } from '../../../preload/contract/index.ts';
import { callEventWords, summaryFigures } from '../../../renderer/conversation/call-event-words.ts';
import { timelineRows } from '../../../renderer/conversation/timeline-rows.ts';
import { clockText } from '../../../renderer/ui/digits.tsx';
import { initialsOf, hueOf, knotPath } from '../../../renderer/ui/look.ts';
import { agoInWords, dayOf, daysAgo, durationInWords, shortWhen } from '../../../renderer/ui/when.ts';
import { aMessage, aPerson, aRecord, words } from './samples.ts';

const noon = new Date(2026, 2, 4, 12).getTime();
const minute = 60_000;
const day = 24 * 60 * minute;

describe('the rows of a conversation', () => {
  it('group messages of one side and show the time once', () => {
    const rows = timelineRows([
      aMessage({ atMs: noon, text: 'a' }),
      aMessage({ atMs: noon + minute, text: 'b' }),
      aMessage({ atMs: noon + 2 * minute, text: 'c', direction: 'out' }),
      aMessage({ atMs: noon + 20 * minute, text: 'd', direction: 'out' }),
    ]);
    expect(
      rows.map((row) => (row.kind === 'bubble' ? `${row.message.text}${row.first ? '<' : ''}${row.last ? '>' : ''}` : row.kind)),
    ).toEqual(['day', 'a<', 'b>', 'c<>', 'd<>']);
  });
  it('separate days, and let calls stand between messages', () => {
    const rows = timelineRows([
      aMessage({ atMs: noon }),
      aRecord(aPerson('wren'), { startedMs: noon + minute }),
      aMessage({ atMs: noon + day }),
    ]);
    expect(rows.map(({ kind }) => kind)).toEqual(['day', 'bubble', 'call', 'day', 'bubble']);
  });
  it('say once that messages wait, under the newest that does', () => {
    const waiting = { direction: 'out', delivery: 'meeting' } as const;
    const rows = timelineRows([
      aMessage({ atMs: noon, ...waiting }),
      aMessage({ atMs: noon + 1, ...waiting }),
      aMessage({ atMs: noon + 2 }),
    ]);
    expect(rows.flatMap((row) => (row.kind === 'bubble' ? [row.waits] : []))).toEqual([false, true, false]);
  });
  it('keep one order whatever order things came in, with ids of their own', () => {
    const items = Array.from({ length: 40 }, (_, index) => aMessage({ atMs: noon + (index % 7) * 400 * minute }));
    const ids = timelineRows(items).map(({ id }) => id);
    expect(timelineRows(items.toReversed()).map(({ id }) => id)).toEqual(ids);
    expect(new Set(ids).size).toBe(ids.length);
  });
});

describe('a past call in words', () => {
  it('has words for every reason and both directions', () => {
    for (const reason of callEndReasons) {
      for (const direction of ['in', 'out'] as const) {
        const text = callEventWords(words, aRecord(aPerson('wren'), { reason, direction, talkedMs: 0 }), 'wren');
        expect(text).not.toMatch(/ended\.|undefined|\{\{/u);
      }
    }
  });
  it('shows what was kept of how it was, and of an old one no more than that', () => {
    const old = {
      mouthToEarMs: { mean: 129, p95: 220 },
      delayPartsMs: null,
      jitterMs: null,
      lossFraction: 0.02,
      sentLossFraction: null,
      concealedFraction: 0.01,
      repairedFraction: null,
      bitrateBps: 32_000,
      copies: null,
      codec: null,
      path: 'direct',
      worst: 'patchy',
      trouble: null,
    } as const;
    const delayPartsMs = { capture: null, packing: 27, network: 15, smoothing: 50, playout: 25 };
    const kept = {
      delayPartsMs,
      jitterMs: 7,
      repairedFraction: 0.04,
      copies: 1.5,
      codec: { mode: 'celt', bandwidthHz: 20_000 },
    } as const;
    const shown = summaryFigures(words, { ...old, ...kept }, 'wren');
    const before = summaryFigures(words, old, 'wren');
    const added = shown.filter(([label]) => before.every(([other]) => other !== label));
    expect(shown.length).toBe(before.length + added.length);
    expect(added).toEqual([
      ['Sound packing', '27 ms'],
      ['The network, one way', '15 ms'],
      ['Smoothing', '50 ms'],
      ['Your speaker', '25 ms'],
      ['Jitter', '7 ms'],
      ['Sound repaired', '4 %'],
      ['Codec mode', 'Any sound (CELT), up to 20 kHz'],
      ['Extra copies, mean', '1.5'],
    ]);
  });
  it('offers who was missed', () => {
    expect(callEventWords(words, aRecord(aPerson('wren'), { direction: 'in', missed: true, talkedMs: 0 }), 'wren')).toBe(
      'wren called, you missed it',
    );
  });
});

describe('times in words', () => {
  it('count days as the calendar does, also when the clock changes', () => {
    expect(daysAgo(new Date(2026, 2, 28, 23, 59).getTime(), new Date(2026, 2, 29, 0, 1).getTime())).toBe(1);
    expect(daysAgo(new Date(2026, 2, 28, 12).getTime(), new Date(2026, 2, 30, 12).getTime())).toBe(2);
  });
  it('get longer words the longer ago it was', () => {
    expect(
      [0, 5 * minute, 3 * 60 * minute, day, 3 * day, 20 * day, 400 * day].map((ago) => agoInWords(words, noon - ago, noon)),
    ).toEqual(['just now', '5 minutes ago', '3 hours ago', 'yesterday 12:00', 'Sunday', '12 February', '28 January 2025']);
  });
  it('fit at the end of a row', () => {
    expect([minute, 2 * day, 20 * day].map((ago) => shortWhen(noon - ago, noon))).toEqual(['11:59', 'Mon', '12 Feb']);
    expect(dayOf(words, noon, noon)).toBe('Today');
  });
  it('name a length by at most two units', () => {
    expect(
      [1_000, 59_000, 60_000, 24 * minute, 60 * minute, 61 * minute, 150 * minute].map((ms) => durationInWords(words, ms)),
    ).toEqual(['1 second', '59 seconds', '1 minute', '24 minutes', '1 hour', '1 hour 1 minute', '2 hours 30 minutes']);
  });
  it('run like a clock', () => {
    expect([-5, 0, 8_400, 767_000, 3_723_000].map(clockText)).toEqual(['0:00', '0:00', '0:08', '12:47', '1:02:03']);
  });
});

describe('how a person looks', () => {
  it('has one or two letters, accents and other scripts whole', () => {
    expect(['wren', 'little-wren', 'the allotment club', 'نهر', 'é́a', ''].map(initialsOf)).toEqual([
      'W',
      'LW',
      'TA',
      'ن',
      'É́',
      '',
    ]);
  });
  it('comes from the key: the same each time, another for another key', () => {
    const keys = Array.from({ length: 200 }, (_, index) => index.toString(16).padStart(64, '0'));
    expect(new Set(keys.map(hueOf)).size).toBeGreaterThan(100);
    expect(new Set(keys.map(knotPath)).size).toBeGreaterThan(100);
    for (const key of keys) expect(knotPath(key)).not.toContain('NaN');
  });
});
