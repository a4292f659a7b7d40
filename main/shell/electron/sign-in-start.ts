import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { AtSignIn } from '../../../preload/contract/index.ts';

/** What a start by the system is told: no window, if the tray is there to bring it up. */
export const backgroundSwitch = '--background';

/** Whether the system starts us when the person signs in. The system's own word, not a setting of ours: people change it there, too. */
export interface SignInStart {
  state(): AtSignIn;
  /** @returns what it is now */
  set(on: boolean): AtSignIn;
}

/** What is needed of Electron's `app`. */
interface LoginItems {
  getLoginItemSettings(options?: { args: string[] }): { readonly openAtLogin: boolean };
  setLoginItemSettings(settings: { openAtLogin: boolean; args: string[] }): void;
}

/** macOS and Windows keep a list, Electron writes it. @param isPackaged what is run from sources is started by hand */
export function loginItems(app: LoginItems, isPackaged: boolean): SignInStart {
  const args = [backgroundSwitch];
  const state = (): AtSignIn => {
    if (!isPackaged) return 'impossible';
    return app.getLoginItemSettings({ args }).openAtLogin ? 'on' : 'off';
  };
  return {
    state,
    set(on) {
      if (isPackaged) app.setLoginItemSettings({ openAtLogin: on, args });
      return state();
    },
  };
}

/** `Exec` of a desktop entry: one quoted argument (Desktop Entry Specification, "The Exec key"). */
const quoted = (text: string): string => `"${text.replaceAll(/["`$\\]/gu, String.raw`\$&`).replaceAll('%', '%%')}"`;

/** A desktop entry for a program. @returns null where its path can't be written in one */
export function autostartEntry(program: string): string | null {
  if (/[\n\r\0]/u.test(program)) return null;
  return [
    '[Desktop Entry]',
    'Type=Application',
    'Name=Lilliput',
    `Exec=${quoted(program)} ${backgroundSwitch}`,
    'Terminal=false',
    'X-GNOME-Autostart-enabled=true',
    '',
  ].join('\n');
}

/**
 * Linux: a file in a folder (Desktop Application Autostart Specification).
 * @param folder `$XDG_CONFIG_HOME/autostart`
 * @param program null: run from sources, which are started by hand
 */
export function autostartFolder(folder: string, program: string | null): SignInStart {
  const path = join(folder, 'lilliput.desktop');
  const entry = program === null ? null : autostartEntry(program);
  const state = (): AtSignIn => (entry === null ? 'impossible' : existsSync(path) ? 'on' : 'off');
  return {
    state,
    set(on) {
      if (entry === null) return 'impossible';
      try {
        if (on) {
          mkdirSync(dirname(path), { recursive: true });
          writeFileSync(path, entry);
        } else {
          rmSync(path, { force: true });
        }
      } catch {
        // A folder that can't be written: it stays as it is, which is what is told.
      }
      return state();
    },
  };
}
