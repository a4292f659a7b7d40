import { chosenPresenceSchema, type TrayView } from '../../preload/contract/index.ts';
import type { Words } from '../strings/index.ts';
import { waitingCount } from './alert-policy.ts';
import { currentCall } from './calls.ts';
import { callerName } from './people.ts';
import type { UiState } from './store.ts';

type Shown = Pick<UiState, 'account' | 'settings' | 'calls' | 'contacts' | 'conversations' | 'lifecycle' | 'network'>;

/** What of the page stands in the tray: a change of these draws it anew. */
export const isTrayChanged = (before: Shown, now: Shown): boolean =>
  before.account !== now.account ||
  before.settings !== now.settings ||
  before.calls !== now.calls ||
  before.contacts !== now.contacts ||
  before.conversations !== now.conversations ||
  before.lifecycle !== now.lifecycle ||
  before.network !== now.network;

/** The sign in the system's tray: whether friends see us there, what waits, and what can be chosen without the window. */
export function trayView(words: Words, state: Shown): TrayView {
  const { account, settings, calls } = state;
  const presence = account?.kind === 'ready' ? account.account.presence : null;
  const isMoved = account?.kind === 'ready' && account.account.movedMs !== null;
  const status = state.network?.status ?? 'starting';
  const isOnline = !isMoved && state.lifecycle === 'up' && status !== 'starting' && status !== 'reconnecting';
  const call = currentCall(calls);
  const waiting = waitingCount(state);
  const seen = presence === null ? '' : words(isOnline ? `presence.${presence}` : 'presence.offline');
  const facts = [
    seen,
    call === null ? '' : words('desktop.onCall', { name: callerName(call, state.contacts, words('call.echoName')) }),
    waiting === 0 ? '' : words('desktop.waiting', { count: waiting }),
  ].filter((fact) => fact !== '');
  const line = { kind: 'line' } as const;
  return {
    tooltip: [words('app.name'), ...facts].join(' · ').slice(0, 200),
    icon: call !== null ? 'call' : waiting > 0 ? 'unread' : 'plain',
    menu: [
      { kind: 'item', id: 'open', label: words('desktop.open'), isOn: false },
      line,
      ...(presence === null
        ? []
        : [
            ...chosenPresenceSchema.options.map(
              (id) => ({ kind: 'radio', id, label: words(`presence.${id}`), isOn: presence === id }) as const,
            ),
            line,
            {
              kind: 'check',
              id: 'notifications',
              label: words('desktop.notifications'),
              isOn: settings?.notifications ?? true,
            } as const,
            line,
          ]),
      { kind: 'item', id: 'quit', label: words('desktop.quit'), isOn: false },
    ],
    keepsRunning: settings?.keepRunning ?? false,
    stays:
      settings === null || settings.toldOfRunning
        ? null
        : { title: words('desktop.staysTitle'), body: words('desktop.staysBody') },
  };
}
