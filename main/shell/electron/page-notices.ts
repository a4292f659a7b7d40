import { app, nativeImage, Notification, type BrowserWindow } from 'electron';
import type { NoticeAct, NoticeRequest, ShellNotice, TrayView } from '../../../preload/contract/index.ts';
import type { IncomingWindow } from './incoming-window.ts';
import { createMiniWindow } from './mini-window.ts';
import { missingCase } from '../../ports/missing-case.ts';

/** Nobody reads more, and the page may ask for any number of them. */
const shownMost = 30;
/** What is taken of an answer that was written into a notification. */
const replyMost = 4_000;

export interface PageNoticesParts {
  readonly window: () => BrowserWindow | null;
  /** Brings the window to the front. */
  readonly raise: () => void;
  readonly tell: (act: NoticeAct) => void;
  readonly incoming: Pick<IncomingWindow, 'expect' | 'show' | 'withdraw'>;
  readonly tray: (view: TrayView) => void;
  readonly openAtSignIn: (on: boolean) => void;
  readonly listening: () => void;
}

export interface PageNotices {
  handle(request: NoticeRequest): void;
  /** The small window can't be shown: who rings is told of as everything else. */
  withoutWindow(tag: string): void;
}

/** The system's notifications, badge and attention, as the page asks for them. What people do with them goes back by `tell`. */
export function createPageNotices(parts: PageNoticesParts): PageNotices {
  const { window, raise, tell, incoming } = parts;
  const makeMini = createMiniWindow();
  const shown = new Map<string, Notification>();
  let ringing: ShellNotice | null = null;
  const withdraw = (tag: string): void => {
    const notification = shown.get(tag);
    shown.delete(tag);
    notification?.close();
  };

  function show(notice: ShellNotice): void {
    const { tag } = notice;
    withdraw(tag);
    if (notice.urgent && window()?.isFocused() === false) window()?.flashFrame(true);
    if (notice.caller !== null) {
      ringing = notice;
      return incoming.show(tag, notice.caller);
    }
    if (!Notification.isSupported()) return tell({ kind: 'failed', tag });
    const notification = new Notification({
      title: notice.title,
      body: notice.body,
      // Sounds are the page's.
      silent: true,
      urgency: notice.urgent ? 'critical' : 'normal',
      timeoutType: notice.urgent ? 'never' : 'default',
      hasReply: notice.reply !== null,
      replyPlaceholder: notice.reply ?? '',
      actions: notice.actions.map(({ label }) => ({ type: 'button', text: label })),
    });
    const isOver = (): boolean => shown.get(tag) !== notification;
    notification.on('click', () => tell({ kind: 'open', tag }));
    notification.on('action', (_, index) => {
      const action = notice.actions[index];
      if (action !== undefined && !isOver()) tell({ kind: 'action', tag, id: action.id });
    });
    notification.on('reply', (_, text) => {
      if (text.trim() !== '') tell({ kind: 'reply', tag, text: text.slice(0, replyMost) });
    });
    notification.on('failed', () => tell({ kind: 'failed', tag }));
    notification.on('close', () => {
      if (!isOver()) shown.delete(tag);
    });
    shown.set(tag, notification);
    const [oldest] = shown.keys();
    if (shown.size > shownMost && oldest !== undefined) withdraw(oldest);
    notification.show();
  }

  return {
    withoutWindow(tag) {
      if (ringing?.tag === tag) show({ ...ringing, caller: null });
    },
    handle(request) {
      switch (request.kind) {
        case 'show':
          return show(request.notice);
        case 'withdraw':
          window()?.flashFrame(false);
          incoming.withdraw(request.tag);
          if (ringing?.tag === request.tag) ringing = null;
          return withdraw(request.tag);
        case 'badge': {
          const { count, picture } = request.badge;
          app.setBadgeCount(count);
          if (process.platform === 'win32') {
            window()?.setOverlayIcon(picture === null ? null : nativeImage.createFromDataURL(picture), String(count));
          }
          return undefined;
        }
        case 'raise':
          return raise();
        case 'mini': {
          const page = window();
          return page === null ? undefined : makeMini(page, request.on);
        }
        case 'expect-call':
          return incoming.expect();
        case 'tray':
          return parts.tray(request.view);
        case 'open-at-sign-in':
          return parts.openAtSignIn(request.on);
        case 'listening':
          return parts.listening();
        default:
          return missingCase(request);
      }
    },
  };
}
