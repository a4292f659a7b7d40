import { Notification, type BrowserWindow } from 'electron';
import type { TrayView } from '../../../preload/contract/index.ts';
import type { PageTray } from './tray.ts';

export interface BackgroundParts {
  readonly tray: PageTray;
  readonly quit: () => void;
  /** The person was told that we go on. */
  readonly told: () => void;
}

/** What becomes of us when the window is closed: hidden, as long as something brings it back; else the end. */
export interface Background {
  show(view: TrayView): void;
  watch(window: BrowserWindow): void;
}

export function createBackground({ tray, quit, told }: BackgroundParts): Background {
  let view: TrayView | null = null;
  // On macOS the Dock brings it back, and only the menu quits.
  const stays = (): boolean => process.platform === 'darwin' || (tray.isThere() && view?.keepsRunning === true);
  const tell = (): void => {
    if (process.platform === 'darwin' || view === null || view.stays === null || !Notification.isSupported()) return;
    new Notification({ ...view.stays, silent: true }).show();
    told();
  };
  return {
    show(next) {
      view = next;
      tray.show(next);
    },
    watch(window) {
      window.on('close', (event) => {
        if (!stays()) return;
        event.preventDefault();
        window.hide();
        tell();
      });
      // Windows: the person signs out, which a hidden window must not hold up.
      window.on('session-end', quit);
    },
  };
}
