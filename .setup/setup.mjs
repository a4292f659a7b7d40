/** Installs what package-lock.json names, if it is not there yet. `node .setup/setup.mjs` does only this. */
import { existsSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { basename, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { SetupError, alone, main, projectEnv, projectNode, root, run, say } from './common.mjs';

/** @typedef {{ version?: string, resolved?: string, optional?: boolean, devOptional?: boolean, link?: boolean }} LockEntry */

const modules = join(root, 'node_modules');

/** Makes sure that the dependencies and the pinned Node are there. Costs some 10 ms when they are. */
export async function setUp() {
  const [major] = process.versions.node.split('.').map(Number);
  if (major === undefined || major < 20)
    throw new SetupError(`Node ${process.versions.node} is too old: install Node 20 or newer.`);
  if (isComplete()) return;
  await alone(async () => {
    if (isComplete()) return; // whoever we waited for did it
    const reason = whyNot();
    if (reason !== undefined) await installPackages(reason);
    if (projectNode() === undefined) await installNode();
  });
}

function isComplete() {
  return whyNot() === undefined && projectNode() !== undefined;
}

/**
 * Compares the lock file with npm's own record of what it installed. (No stamp of ours: this is right after a plain
 * `npm install` too, and after an interrupted one, which leaves no record.)
 * @returns {string | undefined} why the dependencies must be installed
 */
function whyNot() {
  const installed = readLock(join(modules, '.package-lock.json'));
  if (installed === undefined) return 'dependencies are not installed yet';
  const wanted = readLock(join(root, 'package-lock.json'));
  if (wanted === undefined) throw new SetupError('package-lock.json is missing or unreadable: restore it with git.');
  for (const [path, entry] of Object.entries(wanted)) {
    if (path === '' || entry.link) continue;
    const present = installed[path];
    // Optional packages are those of other systems; npm leaves them out, and only a wrong version speaks.
    if (present === undefined && (entry.optional || entry.devOptional)) continue;
    if (present?.version !== entry.version) {
      return `dependencies are stale (${path.replace('node_modules/', '')} ${entry.version} is wanted, ${present?.version ?? 'nothing'} is there)`;
    }
  }
  return undefined;
}

/** @returns {Record<string, LockEntry> | undefined} */
function readLock(/** @type {string} */ file) {
  try {
    /** @type {{ packages?: Record<string, LockEntry> }} */
    const lock = JSON.parse(readFileSync(file, 'utf8'));
    return lock.packages;
  } catch {
    return undefined; // absent or half-written: both mean "not installed"
  }
}

async function installPackages(/** @type {string} */ reason) {
  say(`${reason}; installing them (some 560 packages; a minute or so).`);
  // No package's own scripts run, on any version of npm; the one that is allowed (package.json, "allowScripts") follows below.
  const flags = ['--ignore-scripts', '--no-audit', '--no-fund'];
  // `npm ci` empties node_modules first, which Windows refuses while a program from there (we, perhaps) is running.
  const attempts = existsSync(modules) ? [['install', '--no-save']] : [['ci'], ['install', '--no-save']];
  for (const attempt of attempts) {
    const stop = showProgress();
    const code = await npm([...attempt, ...flags]);
    stop();
    if (code === 0 && whyNot() === undefined) return say('dependencies are installed.');
    say(`"npm ${attempt.join(' ')}" did not work (exit code ${code}, ${whyNot() ?? 'all packages there'}).`);
  }
  throw new SetupError('Dependencies could not be installed. Check the network, then delete node_modules and try again.');
}

/** The npm package `node` brings Node 24 as a program; its install script fetches the one for this system. */
async function installNode() {
  say('installing Node 24 for this project (the system keeps its own) …');
  const code = await run(process.execPath, ['installArchSpecificPackage.js'], {
    cwd: join(modules, 'node'),
    stdio: ['ignore', 2, 2],
    env: npmEnv(),
  });
  linkNode();
  const node = projectNode();
  const works = node !== undefined && (await run(node, ['-e', '0'])) === 0;
  if (code !== 0 || !works) {
    throw new SetupError(
      `Node 24 could not be installed for ${process.platform}-${process.arch}: install Node 24 yourself (https://nodejs.org) and try again.`,
    );
  }
  say('Node 24 is installed.');
}

/** npm links a package's program only if it is there before its scripts ran, which depends on the version of npm. */
function linkNode() {
  const link = join(modules, '.bin', 'node');
  if (process.platform === 'win32' || existsSync(link)) return; // Windows finds it by projectEnv()'s path
  rmSync(link, { force: true });
  symlinkSync(join('..', 'node', 'bin', 'node'), link);
}

function npm(/** @type {string[]} */ args) {
  const cli = process.env.npm_execpath;
  /** @type {import('node:child_process').SpawnOptions} */
  const options = { stdio: ['ignore', 2, 2], env: npmEnv() };
  if (cli !== undefined && /^npm-cli\.c?js$/.test(basename(cli)) && existsSync(cli)) {
    return run(process.env.npm_node_execpath ?? process.execPath, [cli, ...args], options);
  }
  return run('npm', args, { ...options, shell: process.platform === 'win32' });
}

/** `npm run -s` tells its children to be silent and where they are; ours must speak up and see for itself. */
function npmEnv() {
  const env = projectEnv({ npm_config_loglevel: 'error' });
  for (const name of ['npm_config_local_prefix', 'INIT_CWD']) delete env[name];
  return env;
}

/** Counts the packages that have arrived, every second on a terminal, every 5 s elsewhere. */
function showProgress() {
  const wanted = Object.keys(readLock(join(root, 'package-lock.json')) ?? {}).filter((path) => path !== '');
  const began = Date.now();
  const terminal = process.stderr.isTTY;
  const timer = setInterval(
    () => {
      const there = wanted.filter((path) => existsSync(join(root, path, 'package.json'))).length;
      const text = `  ${there} of at most ${wanted.length} packages, ${Math.round((Date.now() - began) / 1000)} s`;
      process.stderr.write(terminal ? `\r${text}` : `${text}\n`);
    },
    terminal ? 1000 : 5000,
  );
  return () => {
    clearInterval(timer);
    if (terminal) process.stderr.write('\r\x1b[K');
  };
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  await main(async () => {
    await setUp();
    return 0;
  });
}
