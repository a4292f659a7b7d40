import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { EngineBoot } from './engine/boot.ts';
import type { MediaBoot } from './media/protocol.ts';
import { AppError } from './ports/app-error.ts';
import { lineLogger } from './ports/logger.ts';
import { systemClock } from './ports/system-clock.ts';
import { startBrowserShell } from './shell/browser/index.ts';
import {
  createNodeProcessHost,
  createShutdown,
  engineBootValues,
  joinPorts,
  listenLocal,
  listPageFiles,
  lockProfile,
  openProfile,
  parseAppOptions,
  requestFocus,
  startSupervisor,
  surroundings,
  watchWake,
  type ProfileLock,
} from './shell/index.ts';

/** Composition root of the browser shell: plain Node, the page in an installed browser. */
const say = (text: string): void => void process.stdout.write(`${text}\n`);
const path = (relative: string): string => fileURLToPath(new URL(relative, import.meta.url));

async function start(): Promise<void> {
  const options = parseAppOptions(process.argv.slice(2), false);
  const logger = lineLogger((line) => process.stderr.write(line), options.logLevel, 'shell');
  const profile = openProfile({ home: options.home, name: options.profile });
  const lock = await lockOrFocus(profile.dir, profile.socketPath);
  if (lock === null) return;
  const shutdown = createShutdown(logger, (code) => process.exit(code));
  shutdown.add(() => lock.release());

  const shell = await startBrowserShell({
    profile,
    around: surroundings(),
    files: listPageFiles(path('../out/renderer')),
    clock: systemClock,
    logger,
    open: options.open,
    keepRunning: options.keepRunning,
    onPage: (page) => joinPorts(page, supervisor.attachBridge('page')),
    onLastPageGone: () => shutdown.run(),
  });
  const version: unknown = JSON.parse(readFileSync(path('../package.json'), 'utf8')).version;
  const supervisor = startSupervisor({
    host: createNodeProcessHost(systemClock),
    clock: systemClock,
    logger,
    engineBoot: (restarts): EngineBoot => ({
      ...engineBootValues(options, profile),
      shell: 'browser',
      version: String(version),
      restarts: [...restarts],
    }),
    mediaBoot: (): MediaBoot => ({ logLevel: options.logLevel, pcmSocket: true, pcmOrigin: shell.origin, bindAddresses: null }),
    keychain: () => Promise.resolve(null),
  });
  supervisor.onQuit(() => shutdown.run());
  shutdown.add(() => supervisor.stop());
  shutdown.add(() => shell.close());
  const wakeWatch = watchWake(systemClock, () => supervisor.wake());
  shutdown.add(() => wakeWatch.stop());
  const local = await listenLocal(
    profile.socketPath,
    (client) => joinPorts(client, supervisor.attachBridge('local')),
    () => shell.show(),
  );
  shutdown.add(() => local.close());

  const url = shell.show();
  if (url !== null) say(`Open Lilliput in a Chromium browser on this computer (works once):\n${url}`);
}

/** Null: the profile is open elsewhere, and its window was brought up. @throws AppError PROFILE_IN_USE if it does not answer */
async function lockOrFocus(dir: string, socketPath: string): Promise<ProfileLock | null> {
  try {
    return lockProfile(dir);
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== 'PROFILE_IN_USE') throw error;
    const answer = await requestFocus(socketPath);
    if (answer === null) throw error;
    say(answer === '' ? 'Lilliput is already open.' : `Lilliput is already running. Open it here (works once):\n${answer}`);
    return null;
  }
}

start().catch((error: unknown) => {
  const message = error instanceof AppError ? `${error.message} ${JSON.stringify(error.context)}` : error;
  process.stderr.write(
    `Lilliput does not start: ${message instanceof Error ? (message.stack ?? message.message) : String(message)}\n`,
  );
  process.exitCode = 1;
});
