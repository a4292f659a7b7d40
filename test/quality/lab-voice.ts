/**
 * `npm run -s lab:voice -- --speech WAV --out DIR --network NAME …`: calls over an impaired cable, measured. One JSON line a
 * run and peer; DIR gets what was spoken and heard, and a picture.
 */
import { mkdirSync } from 'node:fs';
import { parseLabArguments, usage } from './lab-arguments.ts';
import { inLaboratory, readVoices } from './laboratory.ts';

const given = parseLabArguments(process.argv.slice(2));
if (typeof given === 'string') {
  process.stderr.write(`${given}\n${usage}\n`);
  process.exit(2);
}
const { out: outDir, network, seconds, repeat, peers } = given;
const voices = readVoices(given.speech);
mkdirSync(outDir, { recursive: true });
await inLaboratory(async (callOnce) => {
  for (let run = 1; run <= repeat; run += 1) {
    for (const peer of peers) {
      // oxlint-disable-next-line no-await-in-loop -- one after the other
      const result = await callOnce({ peer, network, run, seconds, voices, outDir, afterwards: true });
      process.stdout.write(`${JSON.stringify(result)}\n`);
    }
  }
});
