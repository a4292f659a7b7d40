import { describe, expect, it } from 'vitest';
import {
  defaultWindowSettings,
  incomingCallerSchema,
  trayViewSchema,
  type AccountState,
  type NetworkView,
  type Settings,
  type ShellAct,
  type TrayView,
} from '../../../preload/contract/index.ts';
import { watchDesktop, type DesktopWatchParts } from '../../../renderer/state/desktop-watch.ts';
import { incomingCaller } from '../../../renderer/state/incoming-caller.ts';
import { Notifier } from '../../../renderer/state/notify.ts';
import { createUiStore, emptyState, type UiState } from '../../../renderer/state/store.ts';
import { trayView } from '../../../renderer/state/tray-words.ts';
import { aCall, aConversation, aMessage, aPerson, byKey, words } from './samples.ts';

const wren = aPerson('wren', { verifiedMs: 5 });
const account = (presence: 'online' | 'dnd'): AccountState => ({
  kind: 'ready',
  account: {
    name: 'ada',
    accountKey: '0'.repeat(64),
    keyStorage: 'file',
    phraseConfirmed: true,
    presence,
    claim: 'held',
    movedMs: null,
  },
});
const shown: UiState = {
  ...emptyState,
  account: account('online'),
  // Of both only what is looked at here.
  network: { status: 'connected' } as NetworkView,
  settings: { ...defaultWindowSettings, theme: 'dark' } as Settings,
  contacts: byKey([wren], ({ accountKey }) => accountKey),
};
const withUnread: UiState = {
  ...shown,
  conversations: byKey([aConversation(wren, { unread: 2, last: aMessage() })], ({ id }) => id),
};
const ringing = aCall({ direction: 'in', phase: 'ringing', accountKey: wren.accountKey });
const look = { direction: 'ltr', isMoving: true } as const;

describe('the sign in the tray', () => {
  it('says the state, what waits, and whom we talk to', () => {
    expect(trayView(words, shown)).toMatchObject({ tooltip: 'Lilliput · Online', icon: 'plain' });
    expect(trayView(words, withUnread)).toMatchObject({ tooltip: 'Lilliput · Online · 2 wait for you', icon: 'unread' });
    const talking = { ...withUnread, calls: byKey([aCall({ phase: 'active', accountKey: wren.accountKey })], ({ id }) => id) };
    expect(trayView(words, talking)).toMatchObject({
      tooltip: 'Lilliput · Online · On a call with wren · 2 wait for you',
      icon: 'call',
    });
  });

  it('says offline while nobody can reach us, whatever was chosen', () => {
    const lost: UiState = { ...shown, account: account('dnd'), network: { status: 'reconnecting' } as NetworkView };
    expect(trayView(words, lost).tooltip).toBe('Lilliput · Offline');
    expect(trayView(words, { ...shown, lifecycle: 'engine-down' }).tooltip).toBe('Lilliput · Offline');
  });

  it('always leads to the window and to the end', () => {
    const ids = (view: TrayView) => view.menu.flatMap((entry) => (entry.kind === 'line' ? [] : [entry.id]));
    expect(ids(trayView(words, emptyState))).toEqual(['open', 'quit']);
    expect(ids(trayView(words, shown))).toEqual(['open', 'online', 'away', 'dnd', 'invisible', 'notifications', 'quit']);
    expect(trayViewSchema.safeParse(trayView(words, withUnread)).success).toBe(true);
  });

  it('keeps the app only where that was chosen, and says so once', () => {
    expect(trayView(words, emptyState)).toMatchObject({ keepsRunning: false, stays: null });
    expect(trayView(words, shown).keepsRunning).toBe(true);
    expect(trayView(words, shown).stays).not.toBeNull();
    const told = { ...shown, settings: { ...defaultWindowSettings, toldOfRunning: true, keepRunning: false } as Settings };
    expect(trayView(words, told)).toMatchObject({ keepsRunning: false, stays: null });
  });
});

describe('the small window of somebody who rings', () => {
  it('is told all that it shows', () => {
    const caller = incomingCaller(words, shown, ringing, look);
    expect(incomingCallerSchema.parse(caller)).toEqual(caller);
    expect(caller).toMatchObject({ name: 'wren', isChecked: true, picture: null, theme: 'dark', direction: 'ltr' });
  });

  it('stays within what the shell takes, whatever people call themselves and however large their picture', () => {
    const long = aPerson('otter', {
      profile: { displayName: 'x'.repeat(400), mood: '', picture: 'p' },
    });
    const state: UiState = {
      ...shown,
      contacts: byKey([long], ({ accountKey }) => accountKey),
      pictures: new Map([['p', `data:image/png;base64,${'A'.repeat(200_000)}`]]),
    };
    const caller = incomingCaller(words, state, aCall({ accountKey: long.accountKey }), look);
    expect(incomingCallerSchema.safeParse(caller).success).toBe(true);
    expect(caller.picture).toBeNull();
  });
});

/** The watch over a store, with a desktop that keeps what it is told. */
function watched(state: UiState) {
  const store = createUiStore();
  store.setState(state);
  const did: string[] = [];
  const views: TrayView[] = [];
  let act: (what: ShellAct) => void = () => undefined;
  const parts = {
    store,
    words,
    notify: new Notifier(store, words),
    client: {
      account: {
        setPresence: async ({ presence }: { presence: string }) => {
          did.push(presence);
        },
      },
    },
    settings: { change: async (change: object) => did.push(JSON.stringify(change)) },
    pictures: { want: (id: string) => did.push(`want ${id}`) },
    desktop: {
      expectCall: () => did.push('expect'),
      tray: (view: TrayView) => views.push(view),
      openAtSignIn: () => undefined,
      onAct: (listener: (what: ShellAct) => void) => (act = listener),
    },
    // Only what it uses of each; anything else would be a mistake, and fails as one.
  } as unknown as DesktopWatchParts;
  const stop = watchDesktop(parts);
  return { store, did, views, stop, act: (what: ShellAct) => act(what) };
}

describe('the page and its desktop', () => {
  it('say each change once', () => {
    const { store, views } = watched(shown);
    store.setState({ announcement: 'something else' });
    store.setState({ contacts: new Map(shown.contacts) });
    expect(views).toHaveLength(1);
    store.setState(withUnread);
    expect(views.map(({ icon }) => icon)).toEqual(['plain', 'unread']);
  });

  it('do what is chosen in the tray', () => {
    const { did, act } = watched(shown);
    act({ kind: 'tray', item: 'dnd' });
    act({ kind: 'tray', item: 'notifications' });
    act({ kind: 'stayed' });
    expect(did).toEqual(['dnd', '{"notifications":false}', '{"toldOfRunning":true}']);
  });

  it('show an invitation that was opened, and say why another is not', () => {
    const { store, act } = watched(shown);
    const link = `lilliput:wren?key=${'ab'.repeat(32)}`;
    act({ kind: 'link', opened: { kind: 'invitation', link } });
    expect(store.getState().opened).toBe(link);
    act({ kind: 'link', opened: { kind: 'refused', reason: 'broken' } });
    expect(store.getState().toasts.map(({ tone, text }) => [tone, text])).toEqual([['error', words('desktop.link.broken')]]);
    expect(store.getState().opened).toBe(link);
  });

  it('say what became of a file that was to be saved', () => {
    const { store, act } = watched(shown);
    const name = 'lilliput ada.archive';
    for (const state of ['completed', 'cancelled', 'interrupted'] as const) act({ kind: 'download', name, state });
    expect(store.getState().toasts.map(({ tone, text }) => [tone, text])).toEqual([
      ['plain', words('desktop.saved', { name })],
      ['plain', words('desktop.savedNowhere', { name })],
      ['error', words('desktop.notSaved', { name })],
    ]);
  });

  it('get the small window ready before somebody rings, once', () => {
    const { store, did } = watched(shown);
    const coming = { ...ringing, phase: 'preparing' as const };
    store.setState({ calls: byKey([coming], ({ id }) => id) });
    store.setState({ calls: byKey([{ ...coming, phase: 'connecting' as const }], ({ id }) => id) });
    store.setState({ calls: byKey([ringing], ({ id }) => id) });
    expect(did).toEqual(['expect']);
  });
});
