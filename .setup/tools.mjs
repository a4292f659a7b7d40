/** Finds, and on Debian installs, the programs that the tests drive: Chromium, a virtual display, a real Electron. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { cacheDir, run, say, searchPath } from './common.mjs';

/** Where the Electron for tests lives; `.setup/test-electron.mjs` puts it there. */
export const testElectronDir = join(cacheDir, 'electron-33');

const chromiumNames = [
  'chromium',
  'chromium-browser',
  'google-chrome',
  'google-chrome-stable',
  'microsoft-edge',
  'microsoft-edge-stable',
  'chrome.exe',
];

const chromiumPlaces = [
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  '/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
  'C:\\Program Files (x86)\\Microsoft\\Edge\\Application\\msedge.exe',
];

/** @returns {string | undefined} the path of a program on the search path */
export function which(/** @type {string} */ name) {
  return searchPath()
    .map((folder) => join(folder, name))
    .find((file) => existsSync(file));
}

/** @returns {string | undefined} */
export function findChromium() {
  const named = process.env.LILLIPUT_CHROMIUM;
  if (named !== undefined && existsSync(named)) return named;
  return chromiumNames.map(which).find((found) => found !== undefined) ?? chromiumPlaces.find((file) => existsSync(file));
}

/** @returns {string | undefined} */
export function findTestElectron() {
  const named = process.env.LILLIPUT_TEST_ELECTRON ?? join(testElectronDir, 'electron');
  return existsSync(named) && existsSync(join(testElectronDir, '.ready')) ? named : undefined;
}

/** A display to open windows on: the real one, or `xvfb-run` to bring one. */
export function hasDisplay() {
  return process.platform !== 'linux' || process.env.DISPLAY !== undefined || process.env.WAYLAND_DISPLAY !== undefined;
}

/**
 * What the e2e tests find in their environment: LILLIPUT_CHROMIUM, LILLIPUT_TEST_ELECTRON and LILLIPUT_TURN_CLIENT, paths of programs, each
 * absent where there is none (or, for Electron, no display): the tests that need it then skip.
 * @returns {Record<string, string>}
 */
export function toolsForTests() {
  const chromium = findChromium();
  const electron = hasDisplay() ? findTestElectron() : undefined;
  const turnClient = which('turnutils_uclient');
  return {
    ...(chromium === undefined ? {} : { LILLIPUT_CHROMIUM: chromium }),
    ...(electron === undefined ? {} : { LILLIPUT_TEST_ELECTRON: electron }),
    ...(turnClient === undefined ? {} : { LILLIPUT_TURN_CLIENT: turnClient }),
  };
}

/** @typedef {{ missing: () => boolean, names: string[] }} Wanted a program that is looked for, and the Debian packages that bring it */

/** @type {Wanted[]} */
const testPackages = [
  { missing: () => findChromium() === undefined, names: ['chromium'] },
  { missing: () => which('xvfb-run') === undefined, names: ['xvfb', 'xauth'] },
  { missing: () => which('unzip') === undefined, names: ['unzip'] },
  { missing: () => which('ip') === undefined, names: ['iproute2'] },
  { missing: () => which('gcc') === undefined, names: ['gcc', 'libc6-dev'] },
  { missing: () => which('turnutils_uclient') === undefined, names: ['coturn'] },
  { missing: () => which('nft') === undefined, names: ['nftables'] },
];

/**
 * What the voice laboratory stands on: homes, their cable, their sound cards.
 * @type {Wanted[]}
 */
const voiceLabPackages = [
  { missing: () => findChromium() === undefined, names: ['chromium'] },
  { missing: () => which('ip') === undefined, names: ['iproute2'] },
  { missing: () => which('nsenter') === undefined, names: ['util-linux'] },
  { missing: () => which('gcc') === undefined, names: ['gcc', 'libc6-dev'] },
  { missing: () => which('pulseaudio') === undefined, names: ['pulseaudio'] },
  { missing: () => which('pacat') === undefined, names: ['pulseaudio-utils'] },
];

/**
 * What the laboratory of routers stands on: namespaces, their routers, their cables.
 * @type {Wanted[]}
 */
const natLabPackages = [
  { missing: () => which('ip') === undefined, names: ['iproute2'] },
  { missing: () => which('nsenter') === undefined || which('setpriv') === undefined, names: ['util-linux'] },
  { missing: () => which('nft') === undefined, names: ['nftables'] },
  { missing: () => which('gcc') === undefined, names: ['gcc', 'libc6-dev'] },
];

const labs = { voice: voiceLabPackages, nat: natLabPackages };

/** @returns {lab is keyof typeof labs} */
export const isLab = (/** @type {string} */ lab) => lab in labs;

/** @returns {Promise<string[]>} the Debian packages that the laboratory still misses */
export async function installLabTools(/** @type {keyof typeof labs} */ lab) {
  const labPackages = labs[lab];
  await install(labPackages);
  return labPackages.filter(({ missing }) => missing()).flatMap(({ names }) => names);
}

/** Installs what is missing, where that can be done without asking anybody: on a Debian with root or password-less sudo. */
async function install(/** @type {Wanted[]} */ packages) {
  const names = process.platform === 'linux' ? packages.filter(({ missing }) => missing()).flatMap((entry) => entry.names) : [];
  if (names.length > 0 && which('apt-get') !== undefined) {
    const isRoot = process.getuid?.() === 0;
    const sudo = isRoot ? [] : ['sudo', '-n'];
    if (isRoot || (which('sudo') !== undefined && (await run('sudo', ['-n', 'true'], { stdio: 'ignore' })) === 0)) {
      say(`installing: ${names.join(', ')} …`);
      await apt([...sudo, 'apt-get', 'update', '-q']);
      await apt([...sudo, 'apt-get', 'install', '-y', '-q', '--no-install-recommends', ...names]);
    }
  }
}

/** @returns {Promise<string[]>} one sentence for each thing that the tests still miss, saying what to install */
export async function installTestTools() {
  await install(testPackages);
  const stillMissing = [];
  if (findChromium() === undefined)
    stillMissing.push('Chromium (Debian: apt-get install chromium; elsewhere: Chrome, Chromium or Edge)');
  if (process.platform === 'linux' && !hasDisplay() && which('xvfb-run') === undefined) {
    stillMissing.push('a display (Debian: apt-get install xvfb xauth)');
  }
  if (which('turnutils_uclient') === undefined) stillMissing.push('turnutils_uclient (Debian: apt-get install coturn)');
  return stillMissing;
}

async function apt(/** @type {string[]} */ command) {
  const [program = 'apt-get', ...args] = command;
  const code = await run(program, args, { stdio: ['ignore', 2, 2], env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' } });
  if (code !== 0) say(`"${command.join(' ')}" ended with exit code ${code}.`);
}
