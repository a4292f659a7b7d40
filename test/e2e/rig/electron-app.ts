import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { installEar } from './ear.ts';
import { launchElectron } from './launch-electron.ts';
import type { App, AppStart } from './story.ts';

const root = fileURLToPath(new URL('../../..', import.meta.url));

/** A test Electron whose app is this repository's build (`out/`). */
export interface LinkedElectron {
  readonly electron: string;
  remove(): void;
}

/** Hard links beside the original: no bytes are copied, and the original keeps no app. */
export function linkElectron(testElectron: string): LinkedElectron {
  const work = mkdtempSync(join(dirname(dirname(testElectron)), 'app-e2e-'));
  const electronDir = join(work, 'electron');
  execFileSync('cp', ['-al', dirname(testElectron), electronDir]);
  const link = join(electronDir, 'resources', 'app');
  rmSync(link, { recursive: true, force: true });
  symlinkSync(root, link);
  return { electron: join(electronDir, 'electron'), remove: () => rmSync(work, { recursive: true, force: true }) };
}

export async function startElectronApp({
  home,
  profile,
  speechWav,
  electron,
}: AppStart & { readonly electron: string }): Promise<App> {
  const { app, page } = await launchElectron(electron, [
    '--no-sandbox',
    '--disable-gpu',
    '--autoplay-policy=no-user-gesture-required',
    '--use-fake-device-for-media-stream',
    `--use-file-for-fake-audio-capture=${speechWav}`,
    '--home',
    home,
    '--profile',
    profile,
    '--no-mdns',
    '--no-bittorrent',
  ]);
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(`${message.text()} (${message.location().url})`);
  });
  await installEar(app.context());
  // The ear goes into new pages: the same page once more, as after a person's Ctrl R.
  await page.reload();
  return { page, complaints, stop: () => app.close() };
}
