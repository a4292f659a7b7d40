/**
 * `npm run -s lab:call -- --speech WAV --out DIR [--seconds N]`: one supernode and two accounts in separate processes on
 * this machine, a real call, one JSON object on stdout. DIR holds the callee's recording, aligned so that file time 0 is
 * the moment the reference began at the caller's capture.
 */
import { mkdtempSync, mkdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { measureCall } from './measured-call.ts';

const { values } = parseArgs({ options: { speech: { type: 'string' }, out: { type: 'string' }, seconds: { type: 'string' } } });
const seconds = values.seconds === undefined ? undefined : Number(values.seconds);
if (values.speech === undefined || values.out === undefined || (seconds !== undefined && !(seconds > 0 && seconds <= 3600))) {
  process.stderr.write('usage: lab:call -- --speech WAV --out DIR [--seconds N]\n');
  process.exit(2);
}
const home = mkdtempSync(join(tmpdir(), 'lilliput-lab-'));
mkdirSync(values.out, { recursive: true });
try {
  const result = await measureCall({
    home,
    speech: resolve(values.speech),
    outDir: resolve(values.out),
    seconds: seconds ?? null,
  });
  process.stdout.write(`${JSON.stringify(result)}\n`);
} finally {
  rmSync(home, { recursive: true, force: true });
}
