import { spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Logger } from '../../ports/logger.ts';
import type { Profile, Surroundings } from '../profile.ts';

/** As in Electron: UI.md's full layout. */
const windowSize = '1180,760';

/** A window without an address bar, in a browser profile of its own: no extensions, no history, its own permissions. */
export function browserArguments(startUrl: string, dataDir: string, isRoot: boolean): string[] {
  return [
    `--app=${startUrl}`,
    `--user-data-dir=${dataDir}`,
    `--window-size=${windowSize}`,
    '--no-first-run',
    '--no-default-browser-check',
    // It rings before anybody has clicked, and plays on behind other windows.
    '--autoplay-policy=no-user-gesture-required',
    '--disable-backgrounding-occluded-windows',
    '--disable-renderer-backgrounding',
    // Chromium's sandbox can't be set up by root (containers); everybody else keeps it.
    ...(isRoot ? ['--no-sandbox'] : []),
  ];
}

/** Snap's browsers see no hidden folders; this one is theirs. */
function dataDirFor(browser: string, profile: Profile, { homeDir }: Surroundings): string {
  const snap = /^\/snap\/bin\/(?<name>[a-z-]+)$/u.exec(browser)?.groups?.['name'];
  return snap === undefined
    ? join(profile.dir, 'browser')
    : join(homeDir, 'snap', snap, 'common', 'lilliput', profile.name, 'browser');
}

/** The command line is for all users to see, so the address with its token goes through a file that only its owner reads. */
function writeStartPage(dir: string, url: string): string {
  const path = join(dir, 'start.html');
  writeFileSync(path, `<!doctype html><title>Lilliput</title><meta http-equiv="refresh" content="0;url=${url}">\n`, {
    mode: 0o600,
  });
  return pathToFileURL(path).href;
}

/** Opens the page in an app window. It lives on its own: the page's connection tells whether it is open. */
export function openAppWindow(browser: string, url: string, profile: Profile, around: Surroundings, logger: Logger): void {
  const dataDir = dataDirFor(browser, profile, around);
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  const child = spawn(browser, browserArguments(writeStartPage(dataDir, url), dataDir, process.getuid?.() === 0), {
    detached: true,
    stdio: 'ignore',
  });
  child.on('error', (error) => logger.error('the browser does not start', { browser, error: error.message }));
  child.unref();
}
