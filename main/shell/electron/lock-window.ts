import { shell, type BrowserWindow } from 'electron';
import type { Logger } from '../../ports/logger.ts';
import { outsideAddress } from './outside-address.ts';
import { isPageUrl } from './page-protocol.ts';

/** Keeps a window on our own page: links lead to the system's browser, everything else nowhere. */
export function lockToOwnPage({ webContents }: BrowserWindow, logger: Logger): void {
  webContents.setWindowOpenHandler(({ url }) => {
    openOutside(url, logger);
    return { action: 'deny' };
  });
  webContents.on('will-frame-navigate', (event) => {
    // Our own page may reload; a link leads to the system's browser.
    if (event.isMainFrame && isPageUrl(event.url)) return;
    event.preventDefault();
    openOutside(event.url, logger);
  });
  webContents.on('will-redirect', (event) => event.preventDefault());
  webContents.on('will-attach-webview', (event) => event.preventDefault());
}

function openOutside(url: string, logger: Logger): void {
  const address = outsideAddress(url);
  if (address === null) return logger.warn('refused to open an address that is neither of the web nor of mail');
  shell.openExternal(address).catch(() => logger.warn('the system opened no browser'));
}
