import { expect, test } from 'vitest';
import { confOf, parseConf, type Impairment } from '../../quality/wire/impairment.ts';
import { parseTrace, wireUse } from '../../quality/wire/wire-trace.ts';

const trace = parseTrace(
  [
    '1000.000 conf',
    '1000.500 a 120 ok 50.00',
    '1020.250 b 90 ok 49.50',
    '1020.500 a 120 lost 0.00',
    '1040.500 a 1500 full 0.00',
    '1060.000 conf',
    '1060.500 a 120 ok 70.00',
    '1080.5 a 120',
    'half a line, as a wire that was killed leaves it',
    '',
  ].join('\n'),
);

test('a trace tells of each packet; other lines, and halves of lines, are passed over', () => {
  expect(trace).toHaveLength(5);
  expect(trace[0]).toEqual({ atMs: 1000.5, end: 'a', bytes: 120, fate: 'ok', delayMs: 50 });
  expect(trace.map(({ end, fate }) => `${end} ${fate}`)).toEqual(['a ok', 'b ok', 'a lost', 'a full', 'a ok']);
  expect(parseTrace('')).toEqual([]);
});

test('what one end used counts all it sent, and the delay of what arrived', () => {
  const use = wireUse(trace, 'a', 1000, 2000);
  expect(use.bitrateBps).toBe((120 * 3 + 1500) * 8);
  expect(use.packetsPerSecond).toBe(4);
  expect(use.lostPercent).toBe(50);
  expect(use.delayMs?.mean).toBe(60);
});

test('only what was sent in the time that is asked about', () => {
  expect(wireUse(trace, 'a', 1060, 2060).packetsPerSecond).toBe(1);
  expect(wireUse(trace, 'a', 1000, 1060.5).lostPercent).toBeCloseTo(200 / 3);
});

test('where nothing was sent, nothing is lost, and there is no delay', () => {
  expect(wireUse(trace, 'b', 5000, 6000)).toEqual({ bitrateBps: 0, packetsPerSecond: 0, lostPercent: 0, delayMs: null });
});

test.each<Impairment>([
  {},
  { delayMs: 50 },
  { delayMs: 0, jitterMs: 80, lossPercent: 12.5, burst: [2, 25, 80], rateKbps: 64, queueMs: 300 },
])('what a cable is told, it is told whole: %o', (impairment) => {
  expect(parseConf(confOf(impairment))).toEqual(impairment);
});

test.each(['colour=3\n', 'loss\n', 'loss=\n', 'loss=many\n'])('and a word that is none of a cable’s is refused: %j', (conf) => {
  expect(() => parseConf(conf)).toThrow('the cable knows no');
});
