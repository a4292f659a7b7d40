/**
 * `npm start [-- OPTIONS]`: the app, in Electron where that can be had, else in a browser.
 * --electron and --browser choose one of the two; every other option goes to the app (--profile NAME, …).
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { build } from './build.mjs';
import { SetupError, become, main, projectEnv, root, run, say } from './common.mjs';
import { findElectron } from './electron.mjs';
import { setUp } from './setup.mjs';

await main(async () => {
  const args = process.argv.slice(2);
  const options = args.filter((arg) => arg !== '--electron' && arg !== '--browser');
  await setUp();
  if (!args.includes('--browser')) {
    const electron = await findElectron({ insist: args.includes('--electron') });
    if ('path' in electron) return startElectron(electron.path, options);
    if (args.includes('--electron')) throw new SetupError(`Electron can't be used: ${electron.why}.`);
    say(`starting in a browser instead of Electron: ${electron.why}.`);
  }
  return startBrowser(options);
});

/** @returns {Promise<number>} */
async function startElectron(/** @type {string} */ electron, /** @type {string[]} */ options) {
  if (!existsSync(join(root, 'main', 'main.ts'))) throw new SetupError('nothing to start yet: there is no main/main.ts.');
  if (!(await build('all'))) return 1;
  const env = projectEnv();
  // Set by editors that are Electron themselves; it would make this one a plain Node.
  delete env.ELECTRON_RUN_AS_NODE;
  return run(electron, [root, ...options], { env });
}

/** @returns {Promise<number>} */
async function startBrowser(/** @type {string[]} */ options) {
  const shell = join(root, 'main', 'browser.ts');
  if (!existsSync(shell)) throw new SetupError('nothing to start yet: there is no main/browser.ts.');
  if (!(await build('page'))) return 1;
  return become([shell, ...options]);
}
