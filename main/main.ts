import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { app, Menu, shell, type BrowserWindow } from 'electron';
import { beforeLink, openedLinkOf, type AtSignIn, type OpenedLink } from '../preload/contract/index.ts';
import type { EngineBoot } from './engine/boot.ts';
import type { MediaBoot } from './media/protocol.ts';
import { lineLogger, type Logger } from './ports/logger.ts';
import { systemClock } from './ports/system-clock.ts';
import {
  autostartFolder,
  claimLinkScheme,
  createBackground,
  createElectronProcessHost,
  createIncomingWindow,
  createPageActs,
  createPageNotices,
  createPageTray,
  guardPermissions,
  isTrayShown,
  loginItems,
  openKeychain,
  openPageWindow,
  registerPageScheme,
  servePageFiles,
  servePageIpc,
  watchDownloads,
  watchPower,
  watchProxy,
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

/** The program that the system is to start again; null: we are run from sources. An AppImage runs from where it is mounted for now. */
const ownProgram = (): string | null => (app.isPackaged ? (process.env['APPIMAGE'] ?? process.execPath) : null);

async function start(options: AppOptions, profile: Profile, logger: Logger, links: Links): Promise<void> {
  const lock = await lockOrFocus(profile, links.atStart);
  if (typeof lock === 'string') return app.exit(0);
  const shutdown = createShutdown(logger, systemClock, (code) => app.exit(code));
  shutdown.add(() => lock.release());

  const hasTray = isTrayShown(process.platform);
  let window: BrowserWindow | null = null;
  const open = (first: 'shown' | 'minimised' | 'hidden'): void => {
    const opened = openPageWindow({
      preloadPath: path('../preload/preload.cjs'),
      icon: path('../../assets/icon.png'),
      logger,
      first,
    });
    window = opened;
    opened.once('closed', () => {
      window = null;
      acts.deaf();
      incoming.close();
    });
    background.watch(opened);
  };
  const show = (): void => {
    if (window === null) return open('shown');
    if (window.isMinimized()) window.restore();
    window.show();
    window.focus();
  };

  const ipc = servePageIpc({
    window: () => window,
    logger,
    attach: (kind) => (kind === 'bridge' ? supervisor.attachBridge('page') : supervisor.attachPcm()),
    notice: (request) => notices.handle(request),
  });
  const acts = createPageActs((act) => ipc.tellAct(act));
  const tray = createPageTray({
    icons: path('../../assets/tray'),
    isShown: hasTray,
    raise: show,
    quit: () => shutdown.run(),
    tell: (item) => acts.tell({ kind: 'tray', item }),
  });
  shutdown.add(() => tray.destroy());
  const background = createBackground({ tray, quit: () => shutdown.run(), told: () => acts.tell({ kind: 'stayed' }) });
  const signIn =
    process.platform === 'linux'
      ? autostartFolder(join(app.getPath('appData'), 'autostart'), ownProgram())
      : loginItems(app, app.isPackaged);
  const tellOfSignIn = (state: AtSignIn): void =>
    void hasTray.then((isShown) => acts.tell({ kind: 'sign-in', state, hasTray: isShown }));
  const incoming = createIncomingWindow({
    preloadPath: path('../preload/incoming-preload.cjs'),
    clock: systemClock,
    logger,
    act: (tag, id) => ipc.tell({ kind: 'action', tag, id }),
    failed: (tag) => notices.withoutWindow(tag),
  });
  const notices = createPageNotices({
    window: () => window,
    raise: show,
    tell: (act) => ipc.tell(act),
    incoming,
    tray: (view) => background.show(view),
    openAtSignIn: (on) => tellOfSignIn(signIn.set(on)),
    listening() {
      acts.listening();
      tellOfSignIn(signIn.state());
    },
  });
  servePageFiles(listPageFiles(path('../renderer')));
  guardPermissions(() => window);
  watchDownloads((act) => acts.tell(act));
  // The page has its own keys; macOS needs the menu for copy and paste.
  if (process.platform !== 'darwin') Menu.setApplicationMenu(null);
  // Before engine and media: what a person waits for is the window.
  if (options.background) open((await hasTray) ? 'hidden' : 'minimised');
  else show();

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
  supervisor.onLifecycle((event) => ipc.report(event));
  shutdown.add(watchPower(supervisor, systemClock));
  shutdown.add(watchProxy(supervisor, systemClock, logger));
  const local = await listenLocal(
    profile.socketPath,
    (client) => joinPorts(client, supervisor.attachBridge('local')),
    (opened) => {
      show();
      if (opened !== null) acts.open(opened);
      return null;
    },
  );
  shutdown.add(() => local.close());

  app.on('activate', show);
  app.on('window-all-closed', () => {
    // The small window of a call doesn't count; on macOS the app stays, as apps do there.
    if (process.platform !== 'darwin') shutdown.run();
  });
  app.on('before-quit', (event) => {
    event.preventDefault();
    shutdown.run();
  });
  if (links.atStart !== null) acts.open(links.atStart);
  links.follow((opened) => {
    show();
    acts.open(opened);
  });
  claimLinkScheme('lilliput');
}

interface Links {
  /** What we were started by. */
  readonly atStart: OpenedLink | null;
  /** Told of each that comes later. macOS tells running apps by an event, which may come before anybody listens. */
  readonly follow: (listener: (opened: OpenedLink) => void) => void;
}

function watchLinks(words: readonly string[]): Links {
  let early: OpenedLink | null = null;
  let listener: ((opened: OpenedLink) => void) | null = null;
  app.on('open-url', (event, url) => {
    event.preventDefault();
    const opened = openedLinkOf([url]);
    if (opened === null) return;
    if (listener === null) early = opened;
    else listener(opened);
  });
  return {
    atStart: openedLinkOf(words),
    follow(next) {
      listener = next;
      if (early !== null) next(early);
    },
  };
}

function fail(error: unknown): void {
  process.stderr.write(`Lilliput does not start: ${describeStartFailure(error)}\n`);
  app.exit(1);
}

try {
  const words = process.argv.slice(1);
  const options = parseAppOptions(beforeLink(words), true);
  const logger = lineLogger((line) => process.stderr.write(line), options.logLevel, 'shell');
  const profile = openProfile({ home: options.home, name: options.profile });
  app.setName('Lilliput');
  // Each profile its own cache and cookies: two profiles are two apps.
  app.setPath('userData', join(profile.dir, 'electron'));
  registerPageScheme();
  const links = watchLinks(words);
  // Not `await`: a module that awaits `whenReady` at its top level keeps Electron from becoming ready.
  app
    .whenReady()
    .then(() => start(options, profile, logger, links))
    .catch(fail);
} catch (error) {
  fail(error);
}
