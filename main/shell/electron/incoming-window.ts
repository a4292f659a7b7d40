import { BrowserWindow, screen } from 'electron';
import { incomingActSchema, ipcChannels, type IncomingAct, type IncomingCaller } from '../../../preload/contract/index.ts';
import type { Clock, Timer } from '../../ports/clock.ts';
import type { Logger } from '../../ports/logger.ts';
import { lockToOwnPage } from './lock-window.ts';
import { pageOrigin } from './page-protocol.ts';
import { cornerOf, smallWindow } from './small-window.ts';

/** Whoever has found no path by then never rings (a call is given up before that). */
const expectedMs = 45_000;
/** `--stage` of both themes: before the page has painted. */
const stage = '#113642';

export interface IncomingWindow {
  /** Gets the window ready, unseen, because somebody will ring. */
  expect(): void;
  /** Shows who rings, above other windows, without taking the focus. */
  show(tag: string, caller: IncomingCaller): void;
  /** Away with it, if it is about that. */
  withdraw(tag: string): void;
  close(): void;
}

export interface IncomingWindowParts {
  readonly preloadPath: string;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly act: (tag: string, act: IncomingAct) => void;
  /** It can't be shown: something else has to tell. */
  readonly failed: (tag: string) => void;
}

/** The small window of somebody who rings, at the lower end corner of the screen that the pointer is on. One at a time, as calls are. */
export function createIncomingWindow({ preloadPath, clock, logger, act, failed }: IncomingWindowParts): IncomingWindow {
  let window: BrowserWindow | null = null;
  let isLoaded = false;
  let shown: { readonly tag: string; readonly caller: IncomingCaller } | null = null;
  let patience: Timer | null = null;

  const close = (): void => {
    patience?.cancel();
    const closing = window;
    window = null;
    shown = null;
    isLoaded = false;
    closing?.destroy();
  };
  const present = (): void => {
    if (window === null || !isLoaded || shown === null) return;
    window.webContents.send(ipcChannels.caller, shown.caller);
    const { workArea } = screen.getDisplayNearestPoint(screen.getCursorScreenPoint());
    window.setBounds(cornerOf(workArea, shown.caller.direction, window.webContents.getZoomFactor()));
    // Above full screens too, where the system lets anybody.
    window.setAlwaysOnTop(true, 'screen-saver');
    window.showInactive();
  };
  const open = (): void => {
    patience?.cancel();
    patience = clock.setTimer(expectedMs, () => (shown === null ? close() : undefined));
    if (window !== null) return;
    const opened = new BrowserWindow({
      ...smallWindow,
      show: false,
      frame: false,
      resizable: false,
      minimizable: false,
      maximizable: false,
      fullscreenable: false,
      skipTaskbar: true,
      alwaysOnTop: true,
      title: 'Lilliput',
      backgroundColor: stage,
      webPreferences: {
        preload: preloadPath,
        contextIsolation: true,
        sandbox: true,
        nodeIntegration: false,
        webviewTag: false,
        backgroundThrottling: false,
      },
    });
    window = opened;
    lockToOwnPage(opened, logger);
    opened.webContents.ipc.on(ipcChannels.incomingAct, (event, raw) => {
      const parsed = incomingActSchema.safeParse(raw);
      if (event.senderFrame === opened.webContents.mainFrame && parsed.success && shown !== null) act(shown.tag, parsed.data);
    });
    if (process.platform === 'darwin') opened.setVisibleOnAllWorkspaces(true, { visibleOnFullScreen: true });
    const lose = (): void => {
      if (window !== opened) return;
      const lost = shown;
      close();
      if (lost !== null) failed(lost.tag);
    };
    opened.once('closed', lose);
    opened.webContents.once('render-process-gone', lose);
    opened.loadURL(`${pageOrigin}/incoming.html`).then(
      () => {
        if (window !== opened) return;
        isLoaded = true;
        present();
      },
      (error: unknown) => {
        logger.error('the window of a call does not load', { error: error instanceof Error ? error.message : 'unknown' });
        lose();
      },
    );
  };

  return {
    expect: open,
    show(tag, caller) {
      shown = { tag, caller };
      open();
      present();
    },
    withdraw(tag) {
      if (shown?.tag === tag) close();
    },
    close,
  };
}
