/** Finds or fetches the Electron that people run, and says why it can't be used where it can't. */
import { existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { alone, cacheDir, projectEnv, projectNode, root, run, say } from './common.mjs';
import { hasDisplay } from './tools.mjs';

const folder = join(root, 'node_modules', 'electron');
const failureNote = join(cacheDir, 'electron-unreachable');

/** After a failure it is not tried again for a day: a start without internet should not wait every time. */
const retryAfterMs = 24 * 60 * 60 * 1000;

/** A server that answers at all does so well within this. */
const probeTimeoutMs = 6_000;

/** Fetching some 120 MB takes minutes on a slow line, and must end some time. */
const fetchTimeoutMs = 15 * 60 * 1000;

/** @typedef {{ path: string } | { why: string }} Electron */

/**
 * @param {{ insist: boolean }} options insist: try to fetch it even if that failed a short while ago
 * @returns {Promise<Electron>}
 */
export async function findElectron({ insist }) {
  if (!hasDisplay()) return { why: 'there is no display' };
  if (process.platform === 'linux' && process.getuid?.() === 0) return { why: "Electron's sandbox does not run as root" };
  const path = binary() ?? (await fetchElectron(insist));
  if (path === undefined) return { why: 'its binary could not be fetched' };
  const sandbox = sandboxProblem(path);
  return sandbox === undefined ? { path } : { why: sandbox };
}

/** @returns {string | undefined} */
function binary() {
  const note = join(folder, 'path.txt');
  if (!existsSync(note)) return undefined;
  const path = join(process.env.ELECTRON_OVERRIDE_DIST_PATH ?? join(folder, 'dist'), readFileSync(note, 'utf8'));
  return existsSync(path) ? path : undefined;
}

/** @returns {Promise<string | undefined>} */
async function fetchElectron(/** @type {boolean} */ insist) {
  const failedMs = existsSync(failureNote) ? Date.now() - statSync(failureNote).mtimeMs : Infinity;
  if (!insist && failedMs < retryAfterMs) {
    say('Electron could not be fetched lately; not trying again today (npm start -- --electron does).');
    return undefined;
  }
  return alone(async () => {
    if (binary() !== undefined) return binary();
    const fetched = (await canReachServer()) && (await install());
    if (fetched) {
      rmSync(failureNote, { force: true });
      return binary();
    }
    mkdirSync(cacheDir, { recursive: true });
    writeFileSync(failureNote, `${new Date().toISOString()}\n`);
    return undefined;
  });
}

async function canReachServer() {
  const mirror =
    process.env.ELECTRON_MIRROR ?? process.env.npm_config_electron_mirror ?? 'https://github.com/electron/electron/releases/';
  // A proxy answers for the whole world; only the download itself can tell.
  if (Object.keys(process.env).some((name) => /^(https?|all)_proxy$/i.test(name))) return true;
  try {
    await fetch(mirror, { method: 'HEAD', signal: AbortSignal.timeout(probeTimeoutMs) });
    return true;
  } catch {
    say(`Electron's binary is not here and ${new URL(mirror).host} can't be reached.`);
    return false;
  }
}

async function install() {
  say('fetching Electron (some 120 MB, once) …');
  const node = projectNode();
  if (node === undefined) return false;
  const code = await run(node, [join(folder, 'install.js')], {
    cwd: folder,
    stdio: ['ignore', 2, 2],
    env: projectEnv(),
    timeout: fetchTimeoutMs,
  });
  if (code !== 0) say(`Electron could not be fetched (exit code ${code}).`);
  return code === 0;
}

/**
 * Linux keeps a process without a sandbox helper from making its own where unprivileged user namespaces are closed
 * (Ubuntu since 23.10 by AppArmor, some Debians by a sysctl). The sandbox stays on here, so that needs an administrator once.
 * @returns {string | undefined}
 */
function sandboxProblem(/** @type {string} */ path) {
  if (process.platform !== 'linux') return undefined;
  const restricted = sysctl('apparmor_restrict_unprivileged_userns') === '1' || sysctl('unprivileged_userns_clone') === '0';
  if (!restricted) return undefined;
  const helper = join(dirname(path), 'chrome-sandbox');
  const status = existsSync(helper) ? statSync(helper) : undefined;
  const isSetuidRoot = status !== undefined && status.uid === 0 && (status.mode & 0o4000) !== 0;
  if (isSetuidRoot) return undefined;
  return `this system lets it have no sandbox; once, as administrator: chown root "${helper}" && chmod 4755 "${helper}"`;
}

/** @returns {string | undefined} */
function sysctl(/** @type {string} */ name) {
  const file = `/proc/sys/kernel/${name}`;
  return existsSync(file) ? readFileSync(file, 'utf8').trim() : undefined;
}
