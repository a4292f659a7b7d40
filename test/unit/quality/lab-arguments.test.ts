import { resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parseLabArguments, type LabArguments } from '../../quality/lab-arguments.ts';
import { networks } from '../../quality/networks.ts';

const needed = ['--speech', 'voice.wav', '--out', 'out'];

function parsed(...words: readonly string[]): LabArguments {
  const given = parseLabArguments([...needed, ...words]);
  if (typeof given === 'string') throw new Error(given);
  return given;
}

const refused = (...words: readonly string[]): string => {
  const given = parseLabArguments(words);
  if (typeof given !== 'string') throw new Error('it was taken');
  return given;
};

test('without a network the cable only delays, once, for half a minute, with our app alone', () => {
  expect(parsed()).toEqual({
    speech: [resolve('voice.wav')],
    out: resolve('out'),
    network: {
      name: 'custom',
      what: '',
      impairment: { delayMs: 50 },
      changes: [],
      skewPpm: 0,
      disturbance: null,
      lossy: false,
      greedy: false,
    },
    seconds: 30,
    repeat: 1,
    peers: ['lilliput'],
    inProcess: false,
  });
});

test.each(networks)('$name is found by its name', (network) => {
  expect(parsed('--network', network.name).network).toEqual(network);
});

test('each part of the cable is read in its own unit', () => {
  const words = '--delay-ms 20 --jitter-ms 30 --loss 12.5 --burst 2,25,80 --rate-kbps 64 --queue-ms 300'.split(' ');
  const { network } = parsed(...words);
  expect(network.impairment).toEqual({
    delayMs: 20,
    jitterMs: 30,
    lossPercent: 12.5,
    burst: [2, 25, 80],
    rateKbps: 64,
    queueMs: 300,
  });
  expect(network.lossy).toBe(true);
});

test('changes are told in any order, and happen in theirs; a named network keeps its own', () => {
  expect(parsed('--change-at', '12.5=loss:20', '--change-at', '4=burst:1,2,3').network.changes).toEqual([
    { atSeconds: 4, impairment: { burst: [1, 2, 3] } },
    { atSeconds: 12.5, impairment: { lossPercent: 20 } },
  ]);
  const { changes } = parsed('--network', 'outage', '--change-at', '10.5=delay-ms:80').network;
  expect(changes.map(({ atSeconds }) => atSeconds)).toEqual([10, 10.5, 11.5]);
});

test('who is measured: our app, and others on request; a skewed clock only headless', () => {
  expect(parsed('--with-chromium', '--headless').peers).toEqual(['lilliput', 'chromium', 'lilliput-headless']);
  expect(parsed('--network', 'skew200', '--with-chromium').peers).toEqual(['lilliput-headless']);
});

test('a voice for each end, and no third', () => {
  expect(parsed('--speech', 'other.wav').speech).toEqual([resolve('voice.wav'), resolve('other.wav')]);
  expect(refused(...needed, '--speech', '2', '--speech', '3')).toContain('--speech');
});

describe('what is refused, and why', () => {
  test.each([
    ['nothing at all', [], '--speech (once or twice) and --out are needed'],
    ['a network that does not exist', [...needed, '--network', 'mars'], 'there is no network mars'],
    ['a network by name and by its parts', [...needed, '--network', 'clean', '--loss', '1'], 'not both'],
    ['an option that does not exist', [...needed, '--losss', '1'], '--losss'],
    ['more than everything lost', [...needed, '--loss', '101'], 'lossPercent'],
    ['a delay that is no number', [...needed, '--delay-ms', 'long'], 'delayMs'],
    ['a burst of two parts', [...needed, '--burst', '1,2'], 'Too small'],
    ['fewer seconds than a loop of speech', [...needed, '--seconds', '4'], 'seconds'],
    ['half a repeat', [...needed, '--repeat', '1.5'], 'repeat'],
    ['a change without a time', [...needed, '--change-at', 'loss:20'], 'loss:20 is no SECONDS=KEY:VALUE'],
    ['a change of nothing known', [...needed, '--change-at', '3=colour:20'], '3=colour:20 is no SECONDS=KEY:VALUE'],
    ['a change beyond what it may be', [...needed, '--change-at', '3=loss:200'], 'lossPercent'],
  ])('%s', (_, words, why) => {
    expect(refused(...words)).toContain(why);
  });
});
