/**
 * What every set-up script shares: where things are, how it talks, how it runs programs. Only Node's own modules,
 * and nothing newer than Node 20: this runs before anything is installed.
 */
import { spawn } from 'node:child_process';
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

export const root = dirname(dirname(fileURLToPath(import.meta.url)));
export const cacheDir = join(root, '.cache');

/** Everything the set-up says goes to stderr: stdout belongs to the program that is started afterwards. */
export function say(/** @type {string} */ text) {
  process.stderr.write(`[set-up] ${text}\n`);
}

/** A failure whose message is all a person needs; no stack is shown for it. */
export class SetupError extends Error {
  /** @override */
  name = 'SetupError';
}

/** Runs a script's main function; its number is the exit code. */
export async function main(/** @type {() => Promise<number>} */ body) {
  try {
    process.exitCode = await body();
  } catch (error) {
    if (error instanceof SetupError) say(error.message);
    else console.error(error);
    process.exitCode = 1;
  }
}

/**
 * The Node to run the project on: the pinned one once it is installed, the running one if that is new enough.
 * @returns {string | undefined}
 */
export function projectNode() {
  const pinned = join(root, 'node_modules', 'node', 'bin', process.platform === 'win32' ? 'node.exe' : 'node');
  if (existsSync(pinned)) return pinned;
  return Number(process.versions.node.split('.')[0]) >= 24 ? process.execPath : undefined;
}

/** What routers are made of lies here, and is on nobody's search path but root's, and not even on that everywhere. */
const systemFolders = process.platform === 'linux' ? ['/usr/sbin', '/sbin'] : [];

/** Where programs are looked for. @returns {string[]} */
export function searchPath() {
  const key = Object.keys(process.env).find((name) => name.toLowerCase() === 'path') ?? 'PATH';
  const folders = (process.env[key] ?? '').split(delimiter).filter((folder) => folder !== '');
  return [...folders, ...systemFolders.filter((folder) => !folders.includes(folder))];
}

/**
 * The environment for the project's programs: its own tools first on the path.
 * @param {Record<string, string>} [extra]
 * @returns {NodeJS.ProcessEnv}
 */
export function projectEnv(extra = {}) {
  const bin = join(root, 'node_modules', '.bin');
  const nodeBin = join(root, 'node_modules', 'node', 'bin');
  const key = Object.keys(process.env).find((name) => name.toLowerCase() === 'path') ?? 'PATH';
  const others = searchPath().filter((folder) => folder !== bin && folder !== nodeBin);
  // Compiled modules are kept from one start to the next: a third of the time to the first window went into compiling them.
  const compiled = { NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE ?? join(cacheDir, 'compiled') };
  return { ...process.env, ...compiled, [key]: [bin, nodeBin, ...others].join(delimiter), ...extra };
}

/**
 * Runs a program to its end. Signals that reach us reach it too.
 * @param {string} command
 * @param {readonly string[]} args
 * @param {import('node:child_process').SpawnOptions} [options] by default it shares our three streams
 * @returns {Promise<number>} its exit code; 128 if a signal ended it; 127 if it could not be started
 */
export function run(command, args, options = {}) {
  return new Promise((resolve) => {
    const child = spawn(command, args, { cwd: root, stdio: 'inherit', ...options });
    const signals = /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP']);
    const forward = (/** @type {NodeJS.Signals} */ signal) => child.kill(signal);
    for (const signal of signals) process.on(signal, forward);
    const finish = (/** @type {number} */ code) => {
      for (const signal of signals) process.off(signal, forward);
      resolve(code);
    };
    child.on('error', (error) => {
      say(`could not start ${command}: ${error.message}`);
      finish(127);
    });
    child.on('close', (code) => finish(code ?? 128));
  });
}

/**
 * Runs a Node script of the project in our place and never comes back.
 * @param {readonly string[]} args
 * @returns {Promise<number>} where the system can't replace a process: the exit code of the child that ran instead
 */
export async function become(args) {
  const node = projectNode();
  if (node === undefined) throw new SetupError('Node 24 is missing.');
  if (typeof process.execve === 'function' && process.platform !== 'win32') {
    process.execve(node, [node, ...args], projectEnv());
  }
  return run(node, args, { env: projectEnv() });
}

/**
 * Does `work` while no other set-up of this checkout does: two `npm start` at once share one installation.
 * @template T
 * @param {() => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function alone(work) {
  mkdirSync(cacheDir, { recursive: true });
  const file = join(cacheDir, 'setup.lock');
  for (let told = false; ;) {
    try {
      const handle = openSync(file, 'wx');
      writeSync(handle, String(process.pid));
      closeSync(handle);
      break;
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
    }
    const owner = readOwner(file);
    if (owner !== undefined && !isAlive(owner)) {
      rmSync(file, { force: true });
      continue;
    }
    if (!told)
      say(`another set-up is at work (process ${owner ?? 'starting'}); waiting for it. If there is none, delete ${file}`);
    told = true;
    await sleep(300);
  }
  const release = () => rmSync(file, { force: true });
  process.once('exit', release);
  try {
    return await work();
  } finally {
    process.off('exit', release);
    release();
  }
}

/** @returns {number | undefined} */
function readOwner(/** @type {string} */ file) {
  try {
    const pid = Number(readFileSync(file, 'utf8'));
    return Number.isInteger(pid) && pid > 0 ? pid : undefined;
  } catch {
    return undefined; // it was released between our two looks
  }
}

function isAlive(/** @type {number} */ pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM'; // there, but somebody else's
  }
}
