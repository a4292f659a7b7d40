import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { EngineBoot } from './engine/boot.ts';
import type { MediaBoot } from './media/protocol.ts';
import { lineLogger } from './ports/logger.ts';
import { systemClock } from './ports/system-clock.ts';
import { startBrowserShell } from './shell/browser/index.ts';
import {
  createNodeProcessHost,
  createShutdown,
  describeStartFailure,
  engineBootValues,
  joinPorts,
  listenLocal,
  listPageFiles,
  lockOrFocus,
  openProfile,
  parseAppOptions,
  startSupervisor,
  surroundings,
  watchWake,
} from './shell/index.ts';

/** Composition root of the browser shell: plain Node, the page in an installed browser. */
const say = (text: string): void => void process.stdout.write(`${text}\n`);
const path = (relative: string): string => fileURLToPath(new URL(relative, import.meta.url));

async function start(): Promise<void> {
  const options = parseAppOptions(process.argv.slice(2), false);
  const logger = lineLogger((line) => process.stderr.write(line), options.logLevel, 'shell');
  const profile = openProfile({ home: options.home, name: options.profile });
  const lock = await lockOrFocus(profile, null);
  if (typeof lock === 'string') {
    return say(lock === '' ? 'Lilliput is already open.' : `Lilliput is already running. Open it here (works once):\n${lock}`);
  }
  const shutdown = createShutdown(logger, systemClock, (code) => process.exit(code));
  shutdown.add(() => lock.release());

  const shell = await startBrowserShell({
    profile,
    around: surroundings(),
    files: listPageFiles(path('../out/renderer')),
    clock: systemClock,
    logger,
    open: options.open,
    keepRunning: options.keepRunning,
    isReady: () => supervisor.processes().engine !== null,
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
    mediaBoot: (): MediaBoot => ({
      logLevel: options.logLevel,
      pcmSocket: true,
      pcmOrigin: shell.origin,
      bindAddresses: null,
      fileSkewPpm: 0,
    }),
    relayBoot: (wish) => ({ ...wish, logLevel: options.logLevel }),
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

start().catch((error: unknown) => {
  process.stderr.write(`Lilliput does not start: ${describeStartFailure(error)}\n`);
  process.exitCode = 1;
});
