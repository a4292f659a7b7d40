import type { ShellAct, TrayItem } from '../../preload/contract/index.ts';
import type { Words } from '../strings/index.ts';
import { isExpected } from './alert-policy.ts';
import { missingCase } from './missing-case.ts';
import type { Notifier } from './notify.ts';
import { pictureIdOf, type Pictures } from './pictures.ts';
import type { Client, Desktop } from './ports.ts';
import type { SettingsActions } from './settings-actions.ts';
import type { UiStore } from './store.ts';
import { isTrayChanged, trayView } from './tray-words.ts';

export interface DesktopWatchParts {
  readonly desktop: Desktop;
  readonly client: Client;
  readonly store: UiStore;
  readonly words: Words;
  readonly notify: Notifier;
  readonly settings: SettingsActions;
  readonly pictures: Pictures;
}

/** Keeps tray and small window in step with the page, and does what is chosen there. Ends with the returned function. */
export function watchDesktop({ desktop, client, store, words, notify, settings, pictures }: DesktopWatchParts): () => void {
  let told = '';
  const tell = (): void => {
    const view = trayView(words, store.getState());
    const text = JSON.stringify(view);
    if (text === told) return;
    told = text;
    desktop.tray(view);
  };
  const choose = (item: TrayItem): void => {
    switch (item) {
      case 'online':
      case 'away':
      case 'dnd':
      case 'invisible':
        return void notify.attempt(() => client.account.setPresence({ presence: item }));
      case 'notifications':
        return void settings.change({ notifications: !(store.getState().settings?.notifications ?? true) });
      case 'open':
      case 'quit':
        // The shell's own.
        return undefined;
      default:
        return missingCase(item);
    }
  };
  const act = (done: ShellAct): void => {
    switch (done.kind) {
      case 'link':
        // Shown as soon as there is an account; nothing is added by it.
        if (done.opened.kind === 'invitation') return store.setState({ opened: done.opened.link });
        return notify.failed(words(`desktop.link.${done.opened.reason}`));
      case 'tray':
        return choose(done.item);
      case 'sign-in':
        return store.setState({ desktop: { atSignIn: done.state, hasTray: done.hasTray } });
      case 'download':
        if (done.state === 'interrupted') return notify.failed(words('desktop.notSaved', { name: done.name }));
        return notify.say(words(done.state === 'completed' ? 'desktop.saved' : 'desktop.savedNowhere', { name: done.name }));
      case 'stayed':
        return void settings.change({ toldOfRunning: true });
      default:
        return missingCase(done);
    }
  };
  desktop.onAct(act);
  tell();
  return store.subscribe((state, before) => {
    if (isTrayChanged(before, state)) tell();
    if (!isExpected(before, state)) return;
    desktop.expectCall();
    for (const { accountKey } of state.calls.values()) {
      const id = pictureIdOf(state, accountKey);
      if (id !== null) pictures.want(id);
    }
  });
}
