import { expect, test } from 'vitest';
import type { MeasuredVoice } from '../../quality/meter/index.ts';
import { drawCall } from '../../quality/picture.ts';
import { ticks } from '../../quality/svg.ts';

const measured: MeasuredVoice = {
  valid: true,
  stoi: 0.95,
  estoi: 0.9012,
  delayMs: { p50: 120, p95: 180, min: 118, max: 190 },
  delayOverTime: [
    { atMs: 160, delayMs: 120, likeness: 0.99 },
    { atMs: 240, delayMs: 121, likeness: 0.98 },
    { atMs: 320, delayMs: 700, likeness: 0.1 },
    { atMs: 2000, delayMs: 180, likeness: 0.9 },
  ],
  driftMs: 0,
  driftPpm: null,
  gapList: [{ atMs: 500, lengthMs: 20 }],
  gaps: 1,
  gapMs: 20,
  longestGapMs: 20,
  concealedList: [
    { atMs: 490, lengthMs: 40 },
    { atMs: 900, lengthMs: 20 },
  ],
  concealed: 2,
  concealedMs: 60,
  spectralDistanceDb: 2,
  levelDb: -26,
  referenceLevelDb: -26,
  gainDb: 0,
  clipped: 0,
  inverted: false,
  activeMs: 1500,
  measuredMs: 3000,
};

const count = (path: string, letter: string): number => path.split(letter).length - 1;

/** Marks are closed shapes, one `z` each. */
const marks = (svg: string, colour: string): number => {
  const path = new RegExp(`fill="var\\(${colour}\\)" d="(?<d>[^"]*)"`).exec(svg)?.groups?.['d'] ?? '';
  return count(path, 'z');
};

test('a call is drawn with a mark for each lost packet, gap and stretch that was made up', () => {
  const wire = [
    { atMs: -20, delayMs: null },
    { atMs: 0, delayMs: 50 },
    { atMs: 20, delayMs: null },
    { atMs: 40, delayMs: 55 },
  ];
  const svg = drawCall({ title: 'loss5 & <more>', measured, wire });
  expect(marks(svg, '--quiet')).toBe(1);
  expect(marks(svg, '--sound')).toBe(2);
  expect(marks(svg, '--bad')).toBe(1);
  expect(svg).toContain('mouth to ear 120 ms (p95 180)');
  expect(svg).toContain('loss5 &amp; &lt;more&gt;');
  expect(svg).not.toMatch(/NaN|Infinity|undefined/);
});

test('windows whose delay is a guess are not drawn, and pauses are not bridged', () => {
  const svg = drawCall({ title: 'call', measured });
  const curve = /stroke="var\(--ours\)"[^>]* d="(?<d>[^"]*)"/.exec(svg)?.groups?.['d'] ?? '';
  expect(count(curve, 'M')).toBe(2);
  expect(count(curve, 'L')).toBe(3);
  expect(svg).toContain('not seen');
});

test('axes get round numbers', () => {
  expect(ticks(0, 270, 6)).toEqual([0, 50, 100, 150, 200, 250]);
  expect(ticks(0, 1, 5)).toEqual([0, 0.2, 0.4, 0.6, 0.8, 1]);
  expect(ticks(0.45, 1, 6)).toEqual([0.5, 0.6, 0.7, 0.8, 0.9, 1]);
});
