import { existsSync } from 'node:fs';
import { BrowserWindow, nativeTheme, session, systemPreferences, type BrowserWindowConstructorOptions } from 'electron';
import type { Logger } from '../../ports/logger.ts';
import { lockToOwnPage } from './lock-window.ts';
import { isPageUrl, pageOrigin } from './page-protocol.ts';

/** UI.md: full layout from 1100 px, smallest window 360 × 520. */
const size = { width: 1180, height: 760, minWidth: 360, minHeight: 520 };
/** UI.md: the title bar that the page draws. */
const titleBarHeight = 38;

/** The page draws the title bar; the window's buttons are the system's where it lays them over the page, else the page's. */
function frameOptions(): BrowserWindowConstructorOptions {
  if (process.platform === 'darwin') return { titleBarStyle: 'hiddenInset' };
  if (process.platform === 'win32') return { titleBarStyle: 'hidden', titleBarOverlay: overlayColours() };
  return { frame: false };
}

const overlayColours = () => ({
  color: '#00000000',
  symbolColor: nativeTheme.shouldUseDarkColors ? '#ffffff' : '#000000',
  height: titleBarHeight,
});

export interface PageWindowOptions {
  readonly preloadPath: string;
  readonly icon: string;
  readonly logger: Logger;
  /** How it first comes up. `hidden`: not at all, something else brings it up. */
  readonly first: 'shown' | 'minimised' | 'hidden';
}

/** The app's window, locked to our page. */
export function openPageWindow({ preloadPath, icon, logger, first }: PageWindowOptions): BrowserWindow {
  const window = new BrowserWindow({
    ...size,
    ...frameOptions(),
    show: false,
    title: 'Lilliput',
    ...(existsSync(icon) ? { icon } : {}),
    backgroundColor: nativeTheme.shouldUseDarkColors ? '#151716' : '#f6f5f1',
    webPreferences: {
      preload: preloadPath,
      contextIsolation: true,
      sandbox: true,
      nodeIntegration: false,
      webviewTag: false,
      spellcheck: true,
      // It rings and plays on behind other windows.
      backgroundThrottling: false,
      autoplayPolicy: 'no-user-gesture-required',
    },
  });
  const { webContents } = window;
  lockToOwnPage(window, logger);
  webContents.on('render-process-gone', (_, details) => {
    logger.error('page fell', { reason: details.reason });
    if (details.reason !== 'clean-exit' && !window.isDestroyed()) webContents.reload();
  });
  if (process.platform === 'win32') {
    const recolour = (): void => window.setTitleBarOverlay(overlayColours());
    nativeTheme.on('updated', recolour);
    window.once('closed', () => nativeTheme.off('updated', recolour));
  }
  if (first === 'shown') window.once('ready-to-show', () => window.show());
  if (first === 'minimised') window.once('ready-to-show', () => window.minimize());
  window.loadURL(`${pageOrigin}/`).catch((error: unknown) => {
    logger.error('the page does not load', { error: error instanceof Error ? error.message : 'unknown' });
  });
  return window;
}

/** What the page may ask the system for: the microphone for calls, the camera to read a code; never both at once, nothing else. */
const devices = { audio: 'microphone', video: 'camera' } as const;
type Device = keyof typeof devices;
const isDevice = (type: string | undefined): type is Device => type === 'audio' || type === 'video';

/** Our page may use microphone and camera, and choose the speaker; nothing else is granted to anybody. */
export function guardPermissions(window: () => BrowserWindow | null): void {
  const isOurs = (webContents: Electron.WebContents | null): boolean =>
    webContents !== null && webContents === window()?.webContents;
  session.defaultSession.setPermissionRequestHandler((webContents, permission, answer, details) => {
    const types = 'mediaTypes' in details ? details.mediaTypes : undefined;
    const [type, ...more] = permission === 'media' ? (types ?? []) : [];
    const device = isDevice(type) && more.length === 0 ? devices[type] : null;
    const isSpeaker = permission === 'speaker-selection';
    if (!isOurs(webContents) || !isPageUrl(details.requestingUrl) || !(device !== null || isSpeaker)) return answer(false);
    if (device === null || process.platform !== 'darwin') return answer(true);
    systemPreferences.askForMediaAccess(device).then(answer, () => answer(false));
  });
  session.defaultSession.setPermissionCheckHandler((webContents, permission, origin) => {
    if (!isOurs(webContents) || !isPageUrl(origin)) return false;
    return permission === 'media' || permission === 'speaker-selection';
  });
}
