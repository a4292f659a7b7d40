import { expect, it } from 'vitest';
import {
  checkAdvices,
  checkLineIds,
  checkOutcomes,
  checkVerdicts,
  type CheckLine,
  type CheckLineId,
} from '../../../preload/contract/index.ts';
import { adviceText, reportText, seenText } from '../../../renderer/settings/check-words.ts';
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
    'Some calls will connect and some won’t: no helper was found for those.',
    'Your router: Works. Others find the way in to you. It lets in only whom you wrote to.',
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
    ...checkOutcomes.map((outcome) => `check.outcome.${outcome}` as const),
    ...checkAdvices.map((advice) => `check.advice.${advice}` as const),
    ...checkLineIds.map((id) => `check.title.${id}` as const),
  ];
  for (const key of keys) expect(words(key), key).not.toBe(key);
});
