import { _electron, type ElectronApplication, type Page } from 'playwright-core';
import { definedEnvironment } from './chromium.ts';

export interface LaunchedElectron {
  readonly app: ElectronApplication;
  readonly page: Page;
}

/** Playwright sometimes does not get hold of an Electron 33 on a busy machine, though its window is there; the next one works. */
const launchTries = 3;
const launchTimeoutMs = 40_000;

/** An Electron and its first window. */
export async function launchElectron(
  executablePath: string,
  args: readonly string[],
  moreEnv: Readonly<Record<string, string>> = {},
): Promise<LaunchedElectron> {
  const env = { ...definedEnvironment(), ...moreEnv };
  for (let attempt = 1; ; attempt += 1) {
    let app: ElectronApplication | null = null;
    try {
      app = await _electron.launch({ executablePath, args: [...args], env, timeout: launchTimeoutMs });
      return { app, page: await app.firstWindow({ timeout: launchTimeoutMs }) };
    } catch (error) {
      app?.process().kill('SIGKILL');
      if (attempt >= launchTries) throw error;
      process.stdout.write(`Electron did not answer (try ${attempt}): ${String(error).slice(0, 200)}\n`);
    }
  }
}
