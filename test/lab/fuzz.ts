/**
 * `npm run -s lab:fuzz [-- --minutes N] [--only NAME]…`: the decoders' fuzz targets again and again, each round from new seeds, for
 * as long as asked. A JSON line a round; what fails is printed with its seed and smallest example, and ends it.
 */
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { z } from 'zod';

const { values } = parseArgs({
  options: { minutes: { type: 'string', default: '10' }, only: { type: 'string', multiple: true, default: [] } },
});
const minutes = z.coerce.number().positive().max(10_000).parse(values.minutes);
const root = fileURLToPath(new URL('../..', import.meta.url));
const vitest = join(dirname(createRequire(import.meta.url).resolve('vitest/package.json')), 'vitest.mjs');
const targets = values.only.length === 0 ? ['test/fuzz'] : values.only.map((name) => `test/fuzz/${name}`);

const reportSchema = z.looseObject({ numPassedTests: z.number(), numFailedTests: z.number() });

/** What vitest said, and its own count. */
async function round(reportPath: string): Promise<{ readonly said: string; readonly code: number }> {
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${reportPath}`];
  const child = spawn(process.execPath, [vitest, 'run', '--project=unit', ...targets, ...reporters], { cwd: root });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (text: Buffer) => (said += text.toString()));
  const code = await new Promise<number>((resolve) => child.once('close', (ended) => resolve(ended ?? 128)));
  return { said, code };
}

const work = mkdtempSync(join(tmpdir(), 'lilliput-fuzz-'));
const startedAtMs = performance.now();
let worst = 0;
try {
  for (let rounds = 1; worst === 0 && performance.now() - startedAtMs < minutes * 60_000; rounds += 1) {
    const reportPath = join(work, `${rounds}.json`);
    const roundAtMs = performance.now();
    // oxlint-disable-next-line no-await-in-loop -- round after round
    const { said, code } = await round(reportPath);
    worst = code;
    const { numPassedTests: passed, numFailedTests: failed } = reportSchema.parse(JSON.parse(readFileSync(reportPath, 'utf8')));
    const seconds = Math.round((performance.now() - roundAtMs) / 100) / 10;
    process.stdout.write(`${JSON.stringify({ round: rounds, passed, failed, seconds })}\n`);
    if (code !== 0) process.stderr.write(said);
  }
} finally {
  rmSync(work, { recursive: true, force: true });
}
process.exitCode = worst;
