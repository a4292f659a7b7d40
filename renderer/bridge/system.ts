import type { BridgeApi, NoticeAct, ShellAct, ShellNotice, TrayView } from '../../preload/contract/index.ts';
import { drawBadge } from './badge-picture.ts';

/** What the system shows for us outside of the page. */
export interface System {
  /** ask: only the person can allow it, by a click (`ask`); denied: it is theirs to change in the browser. */
  permission(): 'granted' | 'ask' | 'denied';
  /** After a click: asks the person. */
  ask(): Promise<'granted' | 'ask' | 'denied'>;
  /** In place of the one with the same tag. */
  show(notice: ShellNotice): void;
  withdraw(tag: string): void;
  onAct(listener: (act: NoticeAct) => void): void;
  /** How much waits for the person; 0: nothing. */
  badge(count: number): void;
  /** Brings the window to the front. */
  raise(): void;
  /** Makes the window small and keeps it above others, or as it was; null where no shell can. */
  readonly mini: ((on: boolean) => void) | null;
  /** What a shell of the desktop has besides; null: a browser. */
  readonly desktop: Desktop | null;
}

/** Tray, links, the small window of somebody who rings, and the start with the system. */
export interface Desktop {
  /** Somebody will ring in a moment. */
  expectCall(): void;
  tray(view: TrayView): void;
  /** Answered by the act `sign-in`. */
  openAtSignIn(on: boolean): void;
  onAct(listener: (act: ShellAct) => void): void;
}

/** By way of the Electron shell, which needs no permission. */
export function shellSystem(api: BridgeApi): System {
  return {
    permission: () => 'granted',
    ask: () => Promise.resolve('granted'),
    show: (notice) => api.notice({ kind: 'show', notice }),
    withdraw: (tag) => api.notice({ kind: 'withdraw', tag }),
    onAct: (listener) => api.onNoticeAct(listener),
    badge(count) {
      const tell = (picture: string | null): void => api.notice({ kind: 'badge', badge: { count, picture } });
      if (api.platform !== 'win32' || count === 0) tell(null);
      else drawBadge(count, null).then(tell, () => tell(null));
    },
    raise: () => api.notice({ kind: 'raise' }),
    mini: (on) => api.notice({ kind: 'mini', on }),
    desktop: {
      expectCall: () => api.notice({ kind: 'expect-call' }),
      tray: (view) => api.notice({ kind: 'tray', view }),
      openAtSignIn: (on) => api.notice({ kind: 'open-at-sign-in', on }),
      onAct: (listener) => api.onShellAct(listener),
    },
  };
}

/** By the browser's own means: Notification API, the page's icon. */
export function browserSystem(): System {
  const shown = new Map<string, Notification>();
  const known = 'Notification' in window;
  const permission = (): 'granted' | 'ask' | 'denied' => {
    if (!known) return 'denied';
    return Notification.permission === 'default' ? 'ask' : Notification.permission;
  };
  let tell: (act: NoticeAct) => void = () => undefined;
  let wanted = 0;
  const withdraw = (tag: string): void => {
    shown.get(tag)?.close();
    shown.delete(tag);
  };
  return {
    permission,
    async ask() {
      if (known) await Notification.requestPermission();
      return permission();
    },
    show({ tag, title, body, urgent }) {
      withdraw(tag);
      if (permission() !== 'granted') return tell({ kind: 'failed', tag });
      // Sounds are ours. Answering in place needs a service worker, which an origin of a moment has no use for.
      const notification = new Notification(title, { tag, body, silent: true, requireInteraction: urgent, icon: iconHref() });
      notification.addEventListener('click', () => {
        notification.close();
        tell({ kind: 'open', tag });
      });
      notification.addEventListener('error', () => tell({ kind: 'failed', tag }));
      notification.addEventListener('close', () => {
        if (shown.get(tag) === notification) shown.delete(tag);
      });
      shown.set(tag, notification);
      return undefined;
    },
    withdraw,
    onAct(listener) {
      tell = listener;
    },
    badge(count) {
      const link = document.querySelector<HTMLLinkElement>('link[rel="icon"]');
      if (link === null) return;
      link.dataset['plain'] ??= link.href;
      const plain = link.dataset['plain'];
      wanted = count;
      if (count === 0) link.href = plain;
      else {
        drawBadge(count, plain).then(
          (picture) => {
            if (wanted === count) link.href = picture;
          },
          () => (link.href = plain),
        );
      }
    },
    raise: () => window.focus(),
    mini: null,
    desktop: null,
  };
}

const iconHref = (): string => {
  const link = document.querySelector<HTMLLinkElement>('link[rel="icon"]');
  return link?.dataset['plain'] ?? link?.href ?? '';
};
