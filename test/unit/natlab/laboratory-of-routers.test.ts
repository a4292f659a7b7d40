import { describe, expect, it } from 'vitest';
import type { TraceEvent } from '../../../main/media/audio/index.ts';
import type { FailoverResult } from '../../natlab/failover/experiment.ts';
import { failoverReport } from '../../natlab/failover/failover-report.ts';
import { natReport } from '../../natlab/report.ts';
import { parseNatArguments } from '../../natlab/arguments.ts';
import { longestGapMs } from '../../natlab/failover/arrival-gaps.ts';
import { expectedBetween, homeKinds, matrixKinds } from '../../natlab/home-kinds.ts';
import { drawMatrix } from '../../natlab/matrix.ts';
import type { PairResult } from '../../natlab/pair-call.ts';

describe('what theory promises two homes', () => {
  it('is the same whoever calls', () => {
    for (const a of homeKinds) for (const b of homeKinds) expect(expectedBetween(a, b)).toBe(expectedBetween(b, a));
  });

  it.each([
    ['fc', 'sym', 'direct'],
    ['ar', 'cgs', 'direct'],
    ['pr', 'pr', 'direct'],
    ['pr', 'cgn', 'direct'],
    ['pr', 'sym', 'punched'],
    ['cgn', 'cgs', 'punched'],
    ['sym', 'sym', 'relay'],
    ['sym', 'cgs', 'relay'],
    ['fc', 'blk', 'relay'],
    ['v6fw', 'v6fw', 'direct'],
    ['v6fw', 'fc', 'relay'],
    ['ds', 'ds', 'direct'],
    ['ds', 'v6fw', 'direct'],
    ['ds', 'sym', 'relay'],
  ] as const)('%s and %s: %s', (a, b, promised) => {
    expect(expectedBetween(a, b)).toBe(promised);
  });
});

describe('the command line', () => {
  it('without pairs every kind calls every kind', () => {
    const given = parseNatArguments([]);
    expect(typeof given === 'string' ? given : given.pairs.length).toBe(matrixKinds.length ** 2);
  });

  it('takes pairs in the order caller, callee', () => {
    expect(parseNatArguments(['--pair', 'pr,sym', '--rtt-ms', '0'])).toMatchObject({
      pairs: [{ caller: 'pr', callee: 'sym' }],
      rttMs: 0,
      repeat: 1,
    });
  });

  it.each([
    ['--pair', 'pr'],
    ['--pair', 'pr,nat'],
    ['--pair', 'pr,sym,fc'],
    ['--repeat', '0'],
    ['--failover', 'fire'],
    ['--fast'],
  ])('refuses %s %s with a sentence', (...words) => {
    expect(parseNatArguments(words.filter((word) => word !== undefined))).toBeTypeOf('string');
  });
});

describe('the longest gap', () => {
  const arrived = (atMs: number): TraceEvent => ({ type: 'arrived', atMs, sequence: 0, timestamp: 0, blocks: [] });

  it('is between two packets, and what the player asked meanwhile does not count', () => {
    expect(longestGapMs([arrived(0), arrived(20), { type: 'asked', atMs: 100 }, arrived(250), arrived(270)], 0)).toBe(230);
  });

  it('counts whole if it had begun before the blow, and not at all if it was over', () => {
    expect(longestGapMs([arrived(0), arrived(500), arrived(520), arrived(620)], 510)).toBe(100);
    expect(longestGapMs([arrived(0), arrived(500), arrived(520)], 400)).toBe(500);
  });
});

describe('the matrix', () => {
  const nobody = { sent: null, received: null };
  const result = (change: Partial<PairResult>): PairResult => ({
    caller: 'pr',
    callee: 'sym',
    expected: 'punched',
    connected: true,
    path: 'direct',
    ringMs: 500,
    setupMs: 600,
    firstAudioMs: 100,
    upgradedMs: null,
    packets: { toCallee: nobody, toCaller: nobody },
    carriedByOthers: 0,
    reason: null,
    ...change,
  });

  it('tells apart direct, upgraded, relayed, relayed without need, and no call', () => {
    const drawn = drawMatrix([
      result({}),
      result({ upgradedMs: 3000 }),
      result({ path: 'relay' }),
      result({ caller: 'sym', expected: 'relay', path: 'relay' }),
      result({ caller: 'blk', connected: false, path: null }),
    ]).split('\n');
    expect(drawn.find((line) => line.startsWith('pr '))).toMatch(/D U R!/u);
    expect(drawn.find((line) => line.startsWith('sym '))).toMatch(/sym +R +$/u);
    expect(drawn.find((line) => line.startsWith('blk '))).toMatch(/blk +– +$/u);
    expect(drawn.find((line) => line.startsWith('connected'))).toContain('connected 4 of 5 · direct 2 · relayed 2');
  });

  it('is reported with its goals, and with every call that was not what theory promises', () => {
    const about = { code: 'abc1234', circumstances: ['One call each.'] };
    const good = [result({ ringMs: 300 }), result({ caller: 'sym', expected: 'relay', path: 'relay', ringMs: 1_700 })];
    const bad = [
      result({ path: 'relay', ringMs: 300 }),
      result({ caller: 'blk', expected: 'relay', connected: false, path: null, ringMs: null, reason: 'no-path' }),
    ];
    expect(natReport(good.slice(0, 1), about)).not.toMatch(/missed/u);
    expect(natReport(good, about)).toContain('| 1700 ms (p50 300 ms) | **missed** |');
    expect(natReport(good, about)).toMatch(/promises\n\nNothing\.\n$/u);
    const report = natReport([...good, ...bad], about);
    expect(report).toContain('| every call connects | 3 of 4 | **missed** |');
    expect(report).toContain('| pr → sym | punched | relay |  |');
    expect(report).toContain('| blk → sym | relay | no call | no-path |');
  });
});

describe('what blows did to calls', () => {
  const blow = (change: Partial<FailoverResult>): FailoverResult => ({
    experiment: 'relay-killed',
    caller: 'sym',
    callee: 'sym',
    connected: true,
    pathBefore: 'relay',
    pathAfter: 'relay',
    gapMs: { atCaller: 80, atCallee: 120 },
    concealedMs: { atCaller: 60, atCallee: 100 },
    noticedMs: null,
    noticedAs: null,
    reason: 'hung-up',
    reasonAtCallee: 'hung-up-by-other',
    ...change,
  });
  const about = { code: 'abc1234', circumstances: [] };

  it('is judged by the longer gap of the two sides, by every run', () => {
    expect(failoverReport([blow({}), blow({ gapMs: { atCaller: 300, atCallee: 20 } })], about)).toContain('| 120, 300 | kept |');
    expect(failoverReport([blow({}), blow({ gapMs: { atCaller: 301, atCallee: 20 } })], about)).toContain('| **missed** |');
    expect(failoverReport([blow({ gapMs: { atCaller: 80, atCallee: null } })], about)).toContain('| – | **missed** |');
  });

  it('is judged by when it was noticed, and by what both sides say', () => {
    const killed = { experiment: 'peer-killed', reason: 'peer-gone', reasonAtCallee: 'killed' };
    expect(failoverReport([blow({ ...killed, noticedMs: 2_200 })], about)).toContain('| 2200 | kept |');
    expect(failoverReport([blow({ ...killed, noticedMs: 5_001 })], about)).toContain('| **missed** |');
    const slept = { experiment: 'sleep', reason: 'peer-gone' };
    expect(failoverReport([blow({ ...slept, reasonAtCallee: 'slept' })], about)).toContain('| peer-gone / slept | kept |');
    expect(failoverReport([blow({ ...slept, reasonAtCallee: 'hung-up-by-other' })], about)).toContain('| **missed** |');
  });
});
