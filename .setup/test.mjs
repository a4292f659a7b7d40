/**
 * `npm test`: everything, one heavy room after the other, and one line of counts at the end.
 * `node .setup/test.mjs unit e2e` runs only those rooms.
 */
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join, relative } from 'node:path';
import { build } from './build.mjs';
import { check } from './check.mjs';
import { SetupError, cacheDir, main, projectEnv, projectNode, root, run, say } from './common.mjs';
import { setUp } from './setup.mjs';
import { bringTestElectron } from './test-electron.mjs';
import { hasDisplay, installTestTools, which } from './tools.mjs';

/** @typedef {{ passed: number, failed: number, skipped: number }} Counts */
/** @typedef {{ status: string, name: string, message: string, assertionResults: { status: string, fullName: string, failureMessages: string[] }[] }} FileReport */

const rooms = /** @type {const} */ (['check', 'unit', 'real-time', 'sim', 'scenario', 'e2e']);

await main(async () => {
  const chosen = process.argv.slice(2);
  const unknown = chosen.find((name) => !rooms.some((room) => room === name));
  if (unknown !== undefined) throw new SetupError(`there is no test room "${unknown}"; there are: ${rooms.join(', ')}.`);
  await setUp();
  const missing = [];
  const total = { passed: 0, failed: 0, skipped: 0 };
  /** Told once more at the end: an hour's output is long. */
  const failures = [];
  for (const room of rooms) {
    if (chosen.length > 0 && !chosen.includes(room)) continue;
    const began = Date.now();
    process.stdout.write(`\n=== ${room}\n`);
    if (room === 'e2e') missing.push(...(await prepareE2e()));
    const counts = room === 'check' ? await check() : await runVitest(room);
    if (room !== 'check') failures.push(...failuresOf(room));
    else if (counts.failed > 0) failures.push('check: see above');
    total.passed += counts.passed;
    total.failed += counts.failed;
    total.skipped += counts.skipped;
    process.stdout.write(`=== ${room}: ${line(counts)} (${Math.round((Date.now() - began) / 1000)} s)\n`);
  }
  for (const thing of missing) process.stdout.write(`\nSKIPPED, because this is missing: ${thing}\n`);
  for (const failure of failures) process.stdout.write(`\nFAILED ${failure}\n`);
  process.stdout.write(`\n${line(total)}\n`);
  return total.failed === 0 ? 0 : 1;
});

function line(/** @type {Counts} */ { passed, failed, skipped }) {
  return `${passed} passed, ${failed} failed, ${skipped} skipped`;
}

/** @returns {Promise<string[]>} what could not be had */
async function prepareE2e() {
  const missing = await installTestTools();
  const electron = await bringTestElectron();
  if (electron !== undefined) missing.push(electron);
  try {
    await build(existsSync(join(root, 'main', 'main.ts')) ? 'all' : 'page');
  } catch (error) {
    // The tests that need the page fail by themselves; the others, and the count at the end, are still wanted.
    if (!(error instanceof SetupError)) throw error;
    say(error.message);
  }
  return missing;
}

/** @returns {Promise<Counts>} */
async function runVitest(/** @type {string} */ project) {
  const node = projectNode();
  if (node === undefined) throw new SetupError('Node 24 is missing.');
  const report = reportOf(project);
  mkdirSync(join(cacheDir, 'test'), { recursive: true });
  rmSync(report, { force: true });
  const vitest = [
    join(root, 'node_modules', 'vitest', 'vitest.mjs'),
    'run',
    `--project=${project}`,
    '--passWithNoTests',
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${report}`,
  ];
  const needsDisplay = project === 'e2e' && !hasDisplay() && which('xvfb-run') !== undefined;
  const command = needsDisplay ? ['xvfb-run', '-a', '-s', '-screen 0 1600x1200x24', node, ...vitest] : [node, ...vitest];
  const [program = node, ...args] = command;
  const code = await run(program, args, { env: projectEnv() });
  return count(report, code);
}

function reportOf(/** @type {string} */ project) {
  return join(cacheDir, 'test', `${project}.json`);
}

/** @returns {FileReport[]} */
function readReport(/** @type {string} */ report) {
  return existsSync(report) ? JSON.parse(readFileSync(report, 'utf8')).testResults : [];
}

/** Each failed test of a room: where, what, and the beginning of why. */
function failuresOf(/** @type {string} */ room) {
  return readReport(reportOf(room)).flatMap(({ name, status, message, assertionResults }) => {
    const failed = assertionResults.filter((test) => test.status === 'failed');
    const told = failed.map(({ fullName, failureMessages }) => ({ what: fullName, why: failureMessages.join('\n') }));
    const whole = failed.length === 0 && status === 'failed' ? [{ what: 'the whole file', why: message }] : [];
    return [...told, ...whole].map(({ what, why }) => `${room}: ${relative(root, name)}: ${what}\n${beginning(why)}`);
  });
}

function beginning(/** @type {string} */ text) {
  return text.split('\n').slice(0, 8).join('\n').slice(0, 1200);
}

/**
 * Adds up a Vitest report. A file that does not load, or an error outside any test, holds no test that could count as
 * failed: it counts as one.
 * @returns {Counts}
 */
function count(/** @type {string} */ report, /** @type {number} */ code) {
  const counts = { passed: 0, failed: 0, skipped: 0 };
  for (const { status, assertionResults } of readReport(report)) {
    const failed = assertionResults.filter((test) => test.status === 'failed').length;
    const passed = assertionResults.filter((test) => test.status === 'passed').length;
    counts.passed += passed;
    counts.failed += failed === 0 && status === 'failed' ? 1 : failed;
    counts.skipped += assertionResults.length - passed - failed;
  }
  if (code !== 0 && counts.failed === 0) counts.failed = 1;
  return counts;
}
