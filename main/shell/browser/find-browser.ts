import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import type { Surroundings } from '../profile.ts';

/** Chromium's family only: the page needs its echo cancellation, and `--app` its window without an address bar. */
const linuxNames = [
  'chromium',
  'chromium-browser',
  'google-chrome',
  'google-chrome-stable',
  'microsoft-edge',
  'microsoft-edge-stable',
  'brave-browser',
];
const macPrograms = [
  'Google Chrome.app/Contents/MacOS/Google Chrome',
  'Chromium.app/Contents/MacOS/Chromium',
  'Microsoft Edge.app/Contents/MacOS/Microsoft Edge',
  'Brave Browser.app/Contents/MacOS/Brave Browser',
];
const windowsPrograms = [
  'Google\\Chrome\\Application\\chrome.exe',
  'Chromium\\Application\\chrome.exe',
  'Microsoft\\Edge\\Application\\msedge.exe',
  'BraveSoftware\\Brave-Browser\\Application\\brave.exe',
];

const present = (folder: string | undefined): folder is string => folder !== undefined && folder !== '';

/** Where a browser may be on this system, best first. `LILLIPUT_BROWSER` names one and ends the search. */
export function browserCandidates({ platform, env, homeDir }: Surroundings): readonly string[] {
  const chosen = env['LILLIPUT_BROWSER'];
  if (chosen !== undefined && chosen !== '') return [chosen];
  if (platform === 'win32') {
    const roots = [env['PROGRAMFILES'], env['PROGRAMFILES(X86)'], env['LOCALAPPDATA']].filter(present);
    return windowsPrograms.flatMap((program) => roots.map((root) => `${root}\\${program}`));
  }
  if (platform === 'darwin') {
    return macPrograms.flatMap((program) => ['/Applications', join(homeDir, 'Applications')].map((root) => join(root, program)));
  }
  const folders = (env['PATH'] ?? '').split(delimiter).filter(present);
  return linuxNames.flatMap((name) => folders.map((folder) => join(folder, name)));
}

export function findBrowser(around: Surroundings, isProgram: (path: string) => boolean = isExecutable): string | null {
  return browserCandidates(around).find(isProgram) ?? null;
}

/** A window needs a display; only Linux can be without. */
export const hasDisplay = ({ platform, env }: Surroundings): boolean =>
  platform !== 'linux' || [env['DISPLAY'], env['WAYLAND_DISPLAY']].some((name) => name !== undefined && name !== '');

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
