import { describe, expect, it } from 'vitest';
import {
  checkAdvices,
  checkLineIds,
  overallReasons,
  checkVerdicts,
  type CheckLine,
  type CheckLineId,
} from '../../../preload/contract/index.ts';
import { rungIds, rungsOf, type RungId } from '../../../renderer/check/rungs.ts';
import { adviceText, reportText, seenText } from '../../../renderer/check/check-words.ts';
import { words } from './samples.ts';

const router: CheckLine = {
  id: 'router',
  verdict: 'ok',
  advice: 'none',
  figures: { mapping: 'same', filtering: 'by-port', places: 3, address: '203.0.113.7' },
};
const relay: CheckLine = {
  id: 'relay',
  verdict: 'failed',
  advice: 'other-network',
  figures: { asked: 2, transport: null, allocationMs: null, echoMs: null, stoppedAt: 'silent' },
};
const lines = new Map<CheckLineId, CheckLine>([
  ['relay', relay],
  ['router', router],
]);
const report = (withAddress: boolean): string =>
  reportText(words, { version: '0.1.0', platform: 'linux', lines, outcome: 'partial', withAddress });

it('the report holds the address of whoever copies it only as they wish', () => {
  expect(report(true)).toContain('address 203.0.113.7');
  expect(report(false)).not.toMatch(/\d+\.\d+\.\d+\.\d+/u);
});

it('the report says what it comes to, then each line in the order of the page, with its figures', () => {
  expect(report(false).split('\n')).toEqual([
    'Lilliput 0.1.0 on linux: can I call?',
    'Some calls will work. Others won’t connect: no helper was found that carries them.',
    'Your router: Good. Others find the way in to you. It lets in only whom you wrote to.',
    '  mapping same, filtering by-port, places 3',
    'Calls through a helper: Does not work. 2 were tried and none answered. Try another network, for instance your phone’s.',
    '  asked 2, stoppedAt silent',
  ]);
});

it('a microphone that is not allowed says so once', () => {
  const denied: CheckLine = {
    id: 'microphone',
    verdict: 'failed',
    advice: 'allow-microphone',
    figures: { isHere: true, problem: 'denied', peak: null },
  };
  expect(seenText(words, denied)).toMatch(/not allowed/u);
  expect(adviceText(words, denied)).toBe('');
});

it('there are words for every verdict, advice and outcome', () => {
  const keys = [
    ...checkVerdicts.map((verdict) => `check.verdict.${verdict}` as const),
    ...overallReasons.flatMap((reason) => [`check.overall.${reason}.title`, `check.overall.${reason}.text`] as const),
    ...rungIds.map((id) => `check.rung.${id}` as const),
    ...checkAdvices.map((advice) => `check.advice.${advice}` as const),
    ...checkLineIds.map((id) => `check.title.${id}` as const),
  ];
  for (const key of keys) expect(words(key), key).not.toBe(key);
});

describe('the steps of the check', () => {
  const microphone: CheckLine = {
    id: 'microphone',
    verdict: 'ok',
    advice: 'none',
    figures: { isHere: true, problem: null, peak: 0.1 },
  };
  const speaker: CheckLine = {
    id: 'speaker',
    verdict: 'failed',
    advice: 'choose-speaker',
    figures: { isHere: true, devices: 0, played: false },
  };
  const stepOf = (id: RungId, ...found: CheckLine[]) =>
    rungsOf(words, new Map(found.map((line) => [line.id, line]))).find((rung) => rung.id === id);

  it('are what their worst line is, with what is to be done', () => {
    expect(stepOf('sound', microphone, speaker)).toMatchObject({
      verdict: 'failed',
      advice: ['Choose another speaker under Sound.'],
    });
    expect(stepOf('helper', relay)?.verdict).toBe('failed');
  });

  it('are open until all of their lines are there, and show what is', () => {
    const seen = ['Microphone: It hears the room: -20 dB at the loudest.'];
    expect(stepOf('sound', microphone)).toMatchObject({ verdict: null, seen });
    expect(stepOf('direct')).toEqual({ id: 'direct', verdict: null, seen: [], advice: [] });
  });

  it('give the same advice once', () => {
    const udp: CheckLine = {
      id: 'udp',
      verdict: 'failed',
      advice: 'other-network',
      figures: { asked: 1, answered: 0, quickestMs: null, heard: 0 },
    };
    const steps = rungsOf(words, new Map([udp, relay].map((line) => [line.id, line])));
    expect(steps.flatMap(({ advice }) => advice)).toEqual(['Try another network, for instance your phone’s.']);
  });

  it.each([
    ['ok', 'not-checked', 'ok', 'ok'],
    ['ok', 'limited', 'ok', 'ok'],
    ['failed', 'ok', 'ok', 'limited'],
    ['failed', 'limited', 'limited', 'limited'],
    ['failed', 'limited', 'failed', 'failed'],
  ] as const)('over IPv4 %s, over IPv6 %s, helpers %s: the way out is %s', (udp, ipv6, network, verdict) => {
    const none = { asked: 1, answered: 0, quickestMs: null, heard: 0 };
    const step = stepOf(
      'internet',
      {
        id: 'supernodes',
        verdict: network,
        advice: 'none',
        figures: { status: 'limited', heard: 3, relays: 1, quickestMs: null, throughGateway: true },
      },
      { id: 'udp', verdict: udp, advice: 'none', figures: none },
      { id: 'ipv6', verdict: ipv6, advice: 'none', figures: { hasAddress: true, asked: 1, answered: 0, hasIpv4: true } },
    );
    expect(step?.verdict).toBe(verdict);
  });
});
