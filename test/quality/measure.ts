/**
 * `npm run -s lab:measure -- SPOKEN.wav HEARD.wav`: one JSON object with everything the meter can tell. Both files begin at the
 * same moment. Exit code 3 if what was heard does not follow what was spoken.
 */
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { decodeWav } from '../../main/media/index.ts';
import { measureVoice } from './meter/index.ts';

/** What `decodeWav` makes of every file. */
const decodedRateHz = 48_000;

const { positionals } = parseArgs({ allowPositionals: true });
const [spoken, heard, ...others] = positionals;
if (spoken === undefined || heard === undefined || others.length > 0) {
  process.stderr.write('usage: lab:measure -- SPOKEN.wav HEARD.wav\n');
  process.exit(2);
}
const measured = measureVoice({
  reference: decodeWav(readFileSync(spoken)),
  recorded: decodeWav(readFileSync(heard)),
  sampleRate: decodedRateHz,
});
process.stdout.write(`${JSON.stringify(measured)}\n`);
process.exitCode = measured.valid ? 0 : 3;
