/**
 * `npm run -s lab:voice -- --speech WAV --out DIR --network NAME …`: calls over an impaired cable, measured. One JSON line a
 * run and peer; DIR gets what was spoken and heard, and a picture.
 */
import { mkdirSync } from 'node:fs';
import { parseLabArguments, usage } from './lab-arguments.ts';
import { inLaboratory, inProcessWords, possibleCable, readVoices, unfit } from './laboratory.ts';

const say = (words: string): void => void process.stderr.write(`${words}\n`);
const given = parseLabArguments(process.argv.slice(2));
if (typeof given === 'string') {
  process.stderr.write(`${given}\n${usage}\n`);
  process.exit(2);
}
const { out: outDir, network, seconds, repeat, peers, inProcess } = given;
const voices = readVoices(given.speech);
mkdirSync(outDir, { recursive: true });
const cable = inProcess ? 'in-process' : await possibleCable();
if (cable === 'in-process') say(inProcessWords);
const fit = peers.filter((peer) => {
  const why = unfit(cable, network, peer);
  if (why !== null) say(`${network.name}, ${peer}: left out: ${why}`);
  return why === null;
});
if (fit.length === 0) process.exit(1);
await inLaboratory(cable, async (callOnce) => {
  for (let run = 1; run <= repeat; run += 1) {
    for (const peer of fit) {
      // oxlint-disable-next-line no-await-in-loop -- one after the other
      const result = await callOnce({ peer, network, run, seconds, voices, outDir, afterwards: true });
      process.stdout.write(`${JSON.stringify(result)}\n`);
    }
  }
});
