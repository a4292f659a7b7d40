import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { chromium, type Browser } from 'playwright-core';

/** What a page hears and plays through: a file that is spoken over and over into silence, or the machine's sound cards. */
export type SoundCards = { readonly speechWav: string } | 'real';

export interface ChromiumOptions {
  readonly chromiumPath: string;
  readonly sound: SoundCards;
  readonly microphone?: 'allowed' | 'denied';
  /** Runs it elsewhere: what is put before its command line, and a folder for the script that does so. */
  readonly place?: { readonly inside: readonly string[]; readonly dir: string };
  readonly environment?: Readonly<Record<string, string>>;
  /** More of Chromium's own switches. */
  readonly args?: readonly string[];
}

export const launchChromium = ({
  chromiumPath,
  sound,
  microphone,
  place,
  environment,
  args = [],
}: ChromiumOptions): Promise<Browser> =>
  chromium.launch({
    executablePath: place === undefined ? chromiumPath : writeLauncher(place.dir, [...place.inside, chromiumPath]),
    args: [
      ...args,
      '--no-sandbox',
      '--disable-gpu',
      '--disable-background-networking',
      '--autoplay-policy=no-user-gesture-required',
      ...(microphone === 'denied' ? [] : ['--use-fake-ui-for-media-stream']),
      ...(sound === 'real' ? [] : ['--use-fake-device-for-media-stream', `--use-file-for-fake-audio-capture=${sound.speechWav}`]),
    ],
    ...(sound === 'real' ? { ignoreDefaultArgs: ['--mute-audio'] } : {}),
    ...(environment === undefined ? {} : { env: { ...definedEnvironment(), ...environment } }),
  });

/** Playwright starts one program by its path. */
function writeLauncher(dir: string, command: readonly string[]): string {
  const path = join(dir, 'chromium.sh');
  const words = command.map((word) => `'${word.replaceAll("'", "'\\''")}'`).join(' ');
  writeFileSync(path, `#!/bin/sh\nexec ${words} "$@"\n`, { mode: 0o700 });
  return path;
}

export const definedEnvironment = (): Record<string, string> =>
  Object.fromEntries(Object.entries(process.env).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])));
