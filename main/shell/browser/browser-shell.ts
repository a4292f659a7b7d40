import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Clock, Timer } from '../../ports/clock.ts';
import type { Logger } from '../../ports/logger.ts';
import type { Port } from '../../ports/message-port.ts';
import type { PageFile } from '../page-files.ts';
import type { Profile, Surroundings } from '../profile.ts';
import { openAppWindow } from './app-window.ts';
import { findBrowser, hasDisplay } from './find-browser.ts';
import { servePage, type PageServer } from './page-server.ts';

/** Without a page for this long, the person has closed the window; a reload takes a second. */
export const pagelessMs = 10_000;

export interface BrowserShellParts {
  readonly profile: Profile;
  readonly around: Surroundings;
  readonly files: ReadonlyMap<string, PageFile>;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly open: boolean;
  readonly keepRunning: boolean;
  readonly isReady: () => boolean;
  readonly onPage: (page: Port) => void;
  /** The last window was closed. */
  readonly onLastPageGone: () => void;
}

export interface BrowserShell {
  readonly origin: string;
  /**
   * Opens a window, the one before hands over.
   * @returns the address to be opened by hand where no window can be
   */
  show(): string | null;
  close(): Promise<void>;
}

/** Page server, window and the rule when the app ends, together. */
export async function startBrowserShell(parts: BrowserShellParts): Promise<BrowserShell> {
  const { profile, around, clock, logger } = parts;
  let ending: Timer | null = null;
  const portFile = join(profile.dir, 'page-port');
  const server: PageServer = await servePage({
    files: parts.files,
    port: readPort(portFile),
    isReady: parts.isReady,
    onPage: parts.onPage,
    onCount(pages) {
      ending?.cancel();
      ending = pages > 0 || parts.keepRunning ? null : clock.setTimer(pagelessMs, parts.onLastPageGone);
    },
  });
  writeFileSync(portFile, new URL(server.origin).port, { mode: 0o600 });
  const browser = parts.open && hasDisplay(around) ? findBrowser(around) : null;
  return {
    origin: server.origin,
    show() {
      const url = server.entranceUrl();
      if (browser === null) return url;
      openAppWindow(browser, url, profile, around, logger);
      return null;
    },
    async close() {
      ending?.cancel();
      await server.close();
    },
  };
}

/** The port of last time, or 0. */
function readPort(path: string): number {
  try {
    const port = Number(readFileSync(path, 'utf8'));
    return Number.isInteger(port) && port > 1023 && port < 65_536 ? port : 0;
  } catch {
    return 0;
  }
}
