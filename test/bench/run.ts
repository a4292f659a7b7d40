/**
 * `npm run bench [-- --only NAME …] [--out DIR] [--speech WAV]`: measures the app's own parts on this machine and writes `bench.json` and
 * `bench.md`. Without all benches, the results of those that did not run stay as they are.
 */
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { findBrowser } from '../../main/shell/browser/index.ts';
import { decodeWav } from '../../main/media/index.ts';
import { surroundings } from '../../main/shell/index.ts';
import { benches } from './benches.ts';
import type { Bench, Place } from './figures.ts';
import { describeMachine, load } from './machine.ts';
import { markdown, rounded, withRatio, type Report, type Result } from './report.ts';

const path = (relative: string): string => fileURLToPath(new URL(relative, import.meta.url));
const { values } = parseArgs({
  options: {
    only: { type: 'string', multiple: true, default: [] },
    out: { type: 'string', default: path('results') },
    speech: { type: 'string' },
  },
});
const unknown = values.only.filter((name) => !benches.some((bench) => bench.name === name));
if (unknown.length > 0) {
  process.stderr.write(`no bench ${unknown.join(', ')}; there are: ${benches.map(({ name }) => name).join(', ')}\n`);
  process.exit(2);
}

const present = (file: string): string | null => (existsSync(file) ? file : null);

async function perform(bench: Bench, tools: Pick<Place, 'chromium' | 'electron' | 'speech'>): Promise<Result> {
  const dir = mkdtempSync(join(tmpdir(), 'lilliput-bench-'));
  const began = performance.now();
  const loadBefore = load();
  const say = (text: string): void => void process.stderr.write(`${bench.name}: ${text}\n`);
  say('…');
  try {
    const keep = (file: string, content: object): void =>
      writeFileSync(join(values.out, file), `${JSON.stringify(content, null, 2)}\n`);
    const found = await bench.run({ ...tools, dir, say, keep });
    const seconds = rounded((performance.now() - began) / 1000);
    const base = { bench: bench.name, what: bench.what, load: loadBefore, seconds };
    if ('skipped' in found) {
      say(`skipped: ${found.skipped}`);
      return { ...base, figures: [], skipped: found.skipped };
    }
    const figures = found.map(withRatio);
    for (const { name, value, unit, goal } of figures) say(`${name}: ${value} ${unit}${goal === null ? '' : ` (≤ ${goal})`}`);
    return { ...base, figures, skipped: null };
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

const jsonPath = join(values.out, 'bench.json');
const earlier = new Map<string, Result>();
if (values.only.length > 0 && existsSync(jsonPath)) {
  // Our own file.
  const report = JSON.parse(readFileSync(jsonPath, 'utf8')) as Report;
  for (const result of report.results) earlier.set(result.bench, result);
}

const tools = {
  chromium: process.env['LILLIPUT_CHROMIUM'] ?? findBrowser(surroundings()),
  electron: present(process.env['LILLIPUT_TEST_ELECTRON'] ?? path('../../.cache/electron-33/electron')),
  speech: values.speech === undefined ? null : decodeWav(readFileSync(values.speech)),
};
mkdirSync(values.out, { recursive: true });
const failures: string[] = [];
const results: Result[] = [];
for (const bench of benches) {
  const kept = earlier.get(bench.name);
  if (values.only.length === 0 || values.only.includes(bench.name)) {
    try {
      // oxlint-disable-next-line no-await-in-loop -- one at a time: they would measure each other
      results.push(await perform(bench, tools));
    } catch (error) {
      failures.push(bench.name);
      process.stderr.write(`${bench.name} failed: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
    }
  } else if (kept !== undefined) results.push(kept);
}

const { version } = JSON.parse(readFileSync(path('../../package.json'), 'utf8')) as { version: string };
const report: Report = { machine: describeMachine(), version, day: new Date().toISOString().slice(0, 10), results };
writeFileSync(jsonPath, `${JSON.stringify(report, null, 2)}\n`);
writeFileSync(join(values.out, 'bench.md'), markdown(report));
process.stdout.write(markdown(report));
// What can't be measured is broken; how long it takes never fails.
process.exit(failures.length === 0 ? 0 : 1);
