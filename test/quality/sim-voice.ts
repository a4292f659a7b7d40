/**
 * `npm run -s lab:voice-sim -- [--speech WAV]… [--only NETWORK]… [--seeds N] [--seconds N] [--load N] [--alone] [--out FILE]`: the
 * laboratory's networks in virtual time. Both ends' sender, receiver, feedback and the page's player as they are; cable and
 * computers are functions of a seed. The same seed is the same call, so what a change does to a voice is seen in minutes, on
 * a busy machine too. There is no browser and no sound card in it: compare its figures with its own of before, not with Chromium's.
 *
 * Prints a table of means over seeds, voices and directions; FILE gets a JSON line for each direction.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { decodeWav } from '../../main/media/index.ts';
import { speechLike } from '../lab/speech-like.ts';
import { networks } from './networks.ts';
import { simulateCall, tableOf } from './simulation/simulated-row.ts';

const { values } = parseArgs({
  options: {
    speech: { type: 'string', multiple: true, default: [] },
    only: { type: 'string', multiple: true, default: [] },
    seeds: { type: 'string', default: '2' },
    seconds: { type: 'string', default: '20' },
    load: { type: 'string', default: '1' },
    alone: { type: 'boolean', default: false },
    out: { type: 'string' },
  },
});
const seeds = z.coerce.number().int().min(1).max(100).parse(values.seeds);
const seconds = z.coerce.number().min(10).max(600).parse(values.seconds);
const load = z.coerce.number().min(0).max(20).parse(values.load);
// Sound cards keep the same time here.
const possible = networks.filter(({ skewPpm }) => skewPpm === 0);
const unknown = values.only.find((name) => !possible.some((network) => network.name === name));
if (unknown !== undefined) {
  process.stderr.write(`there is no network ${unknown}; there are: ${possible.map(({ name }) => name).join(', ')}\n`);
  process.exit(2);
}
const voices = values.speech.length === 0 ? [speechLike(11, 1)] : values.speech.map((path) => decodeWav(readFileSync(path)));
const voiceAt = (index: number): Int16Array => voices[index % voices.length] ?? new Int16Array();

const ways = possible
  .filter(({ name }) => values.only.length === 0 || values.only.includes(name))
  .flatMap((network) =>
    Array.from({ length: seeds }, (_, index) => {
      const seed = index + 1;
      return simulateCall({
        network,
        voices: [voiceAt(2 * index), voiceAt(2 * index + 1)],
        seed,
        seconds,
        load,
        alone: values.alone,
      });
    }).flat(),
  );
if (values.out !== undefined) writeFileSync(values.out, ways.map((way) => `${JSON.stringify(way)}\n`).join(''));
process.stdout.write(tableOf(ways));
