/** Builds the page and the Electron bundles into out/, unless they are there and made from these very sources. */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { SetupError, alone, main, projectEnv, projectNode, root, run, say } from './common.mjs';
import { setUp } from './setup.mjs';

/** @typedef {'page' | 'all'} Target `page`: what the browser shell serves; `all`: that and Electron's bundles */

const pageSources = ['renderer', 'preload/contract', 'assets', 'vite.config.ts', 'tsconfig.base.json', 'package-lock.json'];
const appSources = ['main', 'preload', 'native-shims', 'electron.vite.config.ts', 'package.json'];

/**
 * @param {Target} target
 * @returns {Promise<boolean>} false if the sources have no page yet
 */
export async function build(target, { force = false } = {}) {
  if (!existsSync(join(root, 'renderer', 'index.html'))) {
    say('nothing to build yet: there is no renderer/index.html.');
    return false;
  }
  if (!force && isFresh(target)) return true;
  await alone(async () => {
    if (!force && isFresh(target)) return; // whoever we waited for built it
    const node = projectNode();
    if (node === undefined) throw new SetupError('Node 24 is missing.');
    const wanted = digests();
    say(target === 'page' ? 'building the page …' : 'building the page and the Electron bundles …');
    const began = Date.now();
    const tool = target === 'page' ? ['vite', 'bin', 'vite.js'] : ['electron-vite', 'bin', 'electron-vite.js'];
    for (const stale of stampsOf(target)) rmSync(stale, { force: true });
    const code = await run(node, [join(root, 'node_modules', ...tool), 'build', '--logLevel', 'warn'], {
      stdio: ['ignore', 2, 2],
      env: projectEnv({ NODE_ENV: 'production' }),
    });
    if (code !== 0) throw new SetupError(`the build failed (exit code ${code}); its own words are above.`);
    mkdirSync(join(root, 'out'), { recursive: true });
    writeFileSync(stamp('page'), wanted.page);
    if (target === 'all') writeFileSync(stamp('all'), wanted.all);
    say(`built in ${((Date.now() - began) / 1000).toFixed(1)} s.`);
  });
  return true;
}

/** Stamps lie beside what they speak for, so that deleting out/ deletes them too. */
function stamp(/** @type {Target} */ target) {
  return join(root, 'out', `.built-${target}`);
}

/** @returns {string[]} */
function stampsOf(/** @type {Target} */ target) {
  return target === 'page' ? [stamp('page')] : [stamp('page'), stamp('all')];
}

function isFresh(/** @type {Target} */ target) {
  const results = target === 'page' ? ['renderer/index.html'] : ['renderer/index.html', 'main/main.js', 'preload/preload.cjs'];
  if (!results.every((file) => existsSync(join(root, 'out', file)))) return false;
  const wanted = digests();
  return stampsOf(target).every(
    (file) => existsSync(file) && readFileSync(file, 'utf8') === (file === stamp('page') ? wanted.page : wanted.all),
  );
}

/** The sources' names and contents, digested: times of change lie after a checkout. */
function digests() {
  const page = digest(pageSources);
  return { page, all: page + digest(appSources) };
}

/** @returns {string} */
function digest(/** @type {readonly string[]} */ sources) {
  const hash = createHash('sha256');
  for (const source of sources) {
    for (const file of filesUnder(source)) hash.update(`${file}\0`).update(readFileSync(join(root, file)));
  }
  return hash.digest('hex');
}

/** @returns {string[]} */
function filesUnder(/** @type {string} */ path) {
  if (!existsSync(join(root, path))) return [];
  try {
    return readdirSync(join(root, path))
      .toSorted()
      .flatMap((name) => filesUnder(`${path}/${name}`));
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOTDIR') return [path];
    throw error;
  }
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  await main(async () => {
    await setUp();
    await build('all', { force: true });
    return 0;
  });
}
