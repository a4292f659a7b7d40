import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { app, Menu, shell, type BrowserWindow } from 'electron';
import type { EngineBoot } from './engine/boot.ts';
import type { MediaBoot } from './media/protocol.ts';
import { lineLogger, type Logger } from './ports/logger.ts';
import { systemClock } from './ports/system-clock.ts';
import {
  createElectronProcessHost,
  createPageNotices,
  guardPermissions,
  openKeychain,
  openPageWindow,
  registerPageScheme,
  servePageFiles,
  servePageIpc,
  watchPower,
} from './shell/electron/index.ts';
import {
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
  type AppOptions,
  type Profile,
} from './shell/index.ts';

/** Composition root of the Electron shell. Bundled to `out/main/main.js`; the page and the preload lie beside. */
const path = (relative: string): string => fileURLToPath(new URL(relative, import.meta.url));

async function start(options: AppOptions, profile: Profile, logger: Logger): Promise<void> {
  const lock = await lockOrFocus(profile);
  if (typeof lock === 'string') return app.exit(0);
  const shutdown = createShutdown(logger, systemClock, (code) => app.exit(code));
  shutdown.add(() => lock.release());

  let window: BrowserWindow | null = null;
  const show = (): void => {
    if (window === null) {
      window = openPageWindow(path('../preload/preload.cjs'), path('../../assets/icon.png'), logger);
      window.once('closed', () => (window = null));
      return;
    }
    if (window.isMinimized()) window.restore();
    window.show();
    window.focus();
  };

  const supervisor = startSupervisor({
    host: createElectronProcessHost(systemClock),
    clock: systemClock,
    logger,
    engineBoot: (restarts): EngineBoot => ({
      ...engineBootValues(options, profile),
      shell: 'electron',
      version: app.getVersion(),
      restarts: [...restarts],
    }),
    mediaBoot: (): MediaBoot => ({
      logLevel: options.logLevel,
      pcmSocket: false,
      pcmOrigin: null,
      bindAddresses: null,
      fileSkewPpm: 0,
    }),
    relayBoot: (wish) => ({ ...wish, logLevel: options.logLevel }),
    keychain: openKeychain,
    showFile: (file) => shell.showItemInFolder(file),
  });
  shutdown.add(() => supervisor.stop());
  supervisor.onQuit(() => shutdown.run());
  const ipc = servePageIpc({
    window: () => window,
    logger,
    attach: (kind) => (kind === 'bridge' ? supervisor.attachBridge('page') : supervisor.attachPcm()),
    notice: (request) => notices.handle(request),
  });
  const notices = createPageNotices({ window: () => window, raise: show, tell: (act) => ipc.tell(act) });
  supervisor.onLifecycle((event) => ipc.report(event));
  shutdown.add(watchPower(supervisor, systemClock));
  const local = await listenLocal(
    profile.socketPath,
    (client) => joinPorts(client, supervisor.attachBridge('local')),
    () => {
      show();
      return null;
    },
  );
  shutdown.add(() => local.close());

  app.on('activate', show);
  app.on('window-all-closed', () => {
    if (process.platform !== 'darwin') shutdown.run();
  });
  app.on('before-quit', (event) => {
    event.preventDefault();
    shutdown.run();
  });
  servePageFiles(listPageFiles(path('../renderer')));
  guardPermissions(() => window);
  // The page has its own keys; macOS needs the menu for copy and paste.
  if (process.platform !== 'darwin') Menu.setApplicationMenu(null);
  show();
}

function fail(error: unknown): void {
  process.stderr.write(`Lilliput does not start: ${describeStartFailure(error)}\n`);
  app.exit(1);
}

try {
  const options = parseAppOptions(process.argv.slice(1), true);
  const logger = lineLogger((line) => process.stderr.write(line), options.logLevel, 'shell');
  const profile = openProfile({ home: options.home, name: options.profile });
  app.setName('Lilliput');
  // Each profile its own cache and cookies: two profiles are two apps.
  app.setPath('userData', join(profile.dir, 'electron'));
  registerPageScheme();
  // Not `await`: a module that awaits `whenReady` at its top level keeps Electron from becoming ready.
  app
    .whenReady()
    .then(() => start(options, profile, logger))
    .catch(fail);
} catch (error) {
  fail(error);
}
