import { describe, expect, it } from 'vitest';
import { defaultWindowSettings, type ContactView, type NoticeAct, type ShellNotice } from '../../../preload/contract/index.ts';
import {
  alertsBetween,
  conversationOnScreen,
  overBetween,
  tellingOf,
  waitingCount,
  type Alert,
  type Attention,
} from '../../../renderer/state/alert-policy.ts';
import { noticeOf } from '../../../renderer/state/alert-words.ts';
import { Alerts, type AlertsParts } from '../../../renderer/state/alerts.ts';
import { Notifier } from '../../../renderer/state/notify.ts';
import { Navigation } from '../../../renderer/state/navigation.ts';
import { createUiStore, emptyState, type UiState } from '../../../renderer/state/store.ts';
import { VirtualClock } from '../virtual-clock.ts';
import { aCall, aConversation, aMessage, aPerson, aRecord, byKey, words } from './samples.ts';

const wren = aPerson('wren');
const otter = aPerson('otter', { nickname: 'Grandmother' });
const ready: UiState = {
  ...emptyState,
  contactsReady: true,
  conversationsReady: true,
  contacts: byKey([wren, otter], ({ accountKey }) => accountKey),
};
const withUnread = (person: ContactView, unread: number, text = 'hello'): UiState => ({
  ...ready,
  conversations: byKey([aConversation(person, { unread, arrived: unread === 0 ? null : aMessage({ text }) })], ({ id }) => id),
});
const kinds = (alerts: readonly Alert[]) => alerts.map(({ kind }) => kind);

describe('what is news', () => {
  it('is a message that nobody read yet, and not what was there when the window opened', () => {
    expect(kinds(alertsBetween(ready, withUnread(wren, 1)))).toEqual(['messages']);
    expect(kinds(alertsBetween({ ...ready, conversationsReady: false }, withUnread(wren, 4)))).toEqual([]);
    expect(kinds(alertsBetween(withUnread(wren, 2), withUnread(wren, 2, 'changed')))).toEqual([]);
    expect(kinds(alertsBetween(withUnread(wren, 2), withUnread(wren, 0)))).toEqual([]);
  });

  it('is a message that came late, also where a call or a message of ours is the last', () => {
    const arrived = aMessage({ cameMs: 9 });
    for (const last of [aRecord(wren), aRecord(wren, { missed: true }), aMessage({ direction: 'out' })]) {
      const before = { ...ready, conversations: byKey([aConversation(wren, { last })], ({ id }) => id) };
      const now = { ...ready, conversations: byKey([aConversation(wren, { last, unread: 1, arrived })], ({ id }) => id) };
      expect(kinds(alertsBetween(before, now))).toEqual(['late']);
    }
  });

  it('is a missed call, once', () => {
    const missed = aConversation(wren, { last: aRecord(wren, { missed: true, talkedMs: 0 }) });
    const after = { ...ready, conversations: byKey([missed], ({ id }) => id) };
    expect(kinds(alertsBetween(ready, after))).toEqual(['missed']);
    const again = { ...ready, conversations: byKey([{ ...missed, draft: 'x' }], ({ id }) => id) };
    expect(kinds(alertsBetween(after, again))).toEqual([]);
  });

  it('is somebody who asks to be added, and somebody who rings', () => {
    const tern = aPerson('tern', { relation: 'incoming' });
    const asked = { ...ready, contacts: byKey([wren, tern], ({ accountKey }) => accountKey) };
    expect(kinds(alertsBetween(ready, asked))).toEqual(['request']);
    const call = aCall({ direction: 'in', phase: 'ringing' });
    const rings = { ...ready, calls: byKey([call], ({ id }) => id) };
    expect(kinds(alertsBetween(ready, rings))).toEqual(['incoming']);
    expect(kinds(alertsBetween(rings, { ...rings, calls: byKey([{ ...call, muted: true }], ({ id }) => id) }))).toEqual([]);
    expect(overBetween(rings, ready)).toEqual([`incoming:${call.id}`]);
    expect(overBetween(asked, ready)).toEqual([`request:${tern.accountKey}`]);
    expect(overBetween(withUnread(wren, 3), withUnread(wren, 0))).toEqual([`messages:${wren.accountKey}`]);
    const opened: UiState = { ...ready, view: { kind: 'conversation', id: wren.accountKey } };
    expect(overBetween(ready, opened)).toEqual([`missed:${wren.accountKey}`, `late:${wren.accountKey}`]);
    const searching: UiState = { ...opened, query: 'x' };
    expect(overBetween(opened, searching)).toEqual([]);
  });

  it('is counted once for each message and each request', () => {
    expect(waitingCount(withUnread(wren, 3))).toBe(3);
    const tern = aPerson('tern', { relation: 'incoming' });
    expect(waitingCount({ ...withUnread(wren, 3), contacts: byKey([wren, tern], ({ accountKey }) => accountKey) })).toBe(4);
  });

  it('is not counted of who was blocked: nobody could read it away', () => {
    const blocked = aPerson('wren', { relation: 'blocked' });
    expect(waitingCount({ ...withUnread(wren, 3), contacts: byKey([blocked], ({ accountKey }) => accountKey) })).toBe(0);
  });
});

describe('where a person is told', () => {
  const away: Attention = {
    focused: false,
    onScreen: null,
    doNotDisturb: false,
    notifications: true,
    messageSound: true,
    hasCallWindow: false,
  };
  const message: Alert = { kind: 'messages', conversation: aConversation(wren, { unread: 1, arrived: aMessage() }) };
  const late: Alert = { kind: 'late', conversation: aConversation(wren, { unread: 1, arrived: aMessage({ cameMs: 9 }) }) };
  const missed: Alert = { kind: 'missed', conversation: aConversation(wren) };
  const request: Alert = { kind: 'request', person: aPerson('tern', { relation: 'incoming' }) };
  const incoming: Alert = { kind: 'incoming', call: aCall({ direction: 'in', phase: 'ringing' }) };
  const all = [message, missed, request, incoming];
  const where = (attention: Attention) => all.map((alert) => tellingOf(alert, attention).where);

  it('is by the system while the window is not looked at, in it while it is', () => {
    expect(where(away)).toEqual(['system', 'system', 'system', 'system']);
    expect(where({ ...away, focused: true })).toEqual(['page', 'page', 'page', 'nowhere']);
  });

  it('is nowhere for the conversation that is looked at; behind other windows it is not', () => {
    const open = { ...away, onScreen: wren.accountKey };
    expect(where({ ...open, focused: true })).toEqual(['nowhere', 'nowhere', 'page', 'nowhere']);
    expect(where(open)).toEqual(['system', 'system', 'system', 'system']);
    expect(tellingOf(message, { ...open, focused: true }).sound).toBe(false);
    expect(tellingOf(message, open).sound).toBe(true);
  });

  it('is nowhere, without a sound, when nobody may disturb', () => {
    for (const focused of [true, false]) {
      for (const alert of all) {
        expect(tellingOf(alert, { ...away, focused, doNotDisturb: true })).toEqual({ where: 'nowhere', sound: false });
      }
    }
  });

  it('is nowhere if notifications are off, which leaves the sound; the sound is off by itself', () => {
    expect(where({ ...away, notifications: false })).toEqual(['nowhere', 'nowhere', 'nowhere', 'nowhere']);
    expect(tellingOf(message, { ...away, notifications: false }).sound).toBe(true);
    expect(tellingOf(message, { ...away, messageSound: false })).toEqual({ where: 'system', sound: false });
    // A call rings, a request is quiet.
    expect([missed, request, incoming].map((alert) => tellingOf(alert, away).sound)).toEqual([false, false, false]);
  });

  it('is in the window also for the open conversation, if the message stands further up', () => {
    expect(tellingOf(late, { ...away, onScreen: wren.accountKey, focused: true })).toEqual({ where: 'page', sound: true });
    expect(tellingOf(late, away)).toEqual({ where: 'system', sound: true });
    expect(tellingOf(late, { ...away, doNotDisturb: true }).where).toBe('nowhere');
  });

  it('knows which conversation is on screen, also beside a call', () => {
    const call = aCall({ accountKey: wren.accountKey });
    const calling: UiState = { ...ready, calls: byKey([call], ({ id }) => id), view: { kind: 'call', id: call.id } };
    expect(conversationOnScreen({ ...ready, view: { kind: 'conversation', id: wren.accountKey } })).toBe(wren.accountKey);
    expect(conversationOnScreen({ ...calling, panel: 'chat' })).toBe(wren.accountKey);
    expect(conversationOnScreen({ ...calling, panel: 'details' })).toBeNull();
    expect(conversationOnScreen(ready)).toBeNull();
  });
});

describe('the words of a notification', () => {
  const notice = (alert: Alert, previews = true): ShellNotice => noticeOf(words, alert, ready.contacts, previews);
  const message = (unread: number, text: string): Alert => ({
    kind: 'messages',
    conversation: aConversation(otter, { unread, arrived: aMessage({ text }) }),
  });

  it('are who and what, in one line of bounded length', () => {
    expect(notice(message(1, 'one\n\n  two'))).toMatchObject({ title: 'Grandmother', body: 'one two', urgent: false });
    expect(notice(message(3, 'x'))).toMatchObject({ title: 'Grandmother (3)', body: 'x' });
    // A farmer is five units, and stays one: 39 of them fit into 200.
    expect(notice(message(1, '👩‍🌾'.repeat(800))).body).toBe(`${'👩‍🌾'.repeat(39)}…`);
    expect(notice(message(1, `e${'\u0301'.repeat(3_000)}`)).body).toBe('…');
    expect(notice(message(1, '')).body).toBe('New message');
    const conversation = aConversation(otter, { unread: 1, arrived: aMessage({ text: 'secret', cameMs: 9 }) });
    expect(notice({ kind: 'late', conversation }).body).toBe('Arrived late: secret');
    expect(notice({ kind: 'late', conversation }, false).body).toBe('A message that arrived late');
  });

  it('keep to themselves what was written, if a person wants that', () => {
    expect(notice(message(1, 'secret'), false).body).toBe('New message');
    expect(notice(message(2, 'secret'), false).body).toBe('2 new messages');
    const tern = aPerson('tern', { relation: 'incoming', note: 'secret' });
    expect(notice({ kind: 'request', person: tern }, false)).toMatchObject({ title: 'tern wants to add you', body: '' });
  });

  it('offer to answer', () => {
    expect(notice(message(1, 'x')).reply).toBe('Message Grandmother');
    const call = aCall({ direction: 'in', phase: 'ringing', accountKey: otter.accountKey });
    const { title, urgent, actions } = notice({ kind: 'incoming', call });
    expect({ title, urgent, actions: actions.map(({ id }) => id) }).toEqual({
      title: 'Grandmother is calling you',
      urgent: true,
      actions: ['answer', 'decline'],
    });
  });
});

/** Alerts over a store, with a system that only keeps what it is given. */
function watched(isFocused = false) {
  const store = createUiStore();
  store.setState(ready);
  const clock = new VirtualClock();
  const shown: ShellNotice[] = [];
  const did: string[] = [];
  let act: (what: NoticeAct) => void = () => undefined;
  const note = (what: string) => async () => {
    did.push(what);
  };
  const parts = {
    store,
    words,
    notify: new Notifier(store, words),
    go: new Navigation(store),
    isFocused: () => isFocused,
    setTimer: (delayMs: number, run: () => void) => clock.setTimer(delayMs, run),
    audio: { playSound: (name: string) => did.push(`play ${name}`) },
    system: {
      show: (notice: ShellNotice) => shown.push(notice),
      withdraw: (tag: string) => did.push(`withdraw ${tag.split(':')[0]}`),
      badge: (count: number) => did.push(`badge ${count}`),
      raise: () => did.push('raise'),
      onAct: (listener: (what: NoticeAct) => void) => (act = listener),
    },
    calls: { answer: note('answer'), decline: note('decline') },
    messages: { send: async (id: string, text: string) => did.push(`send ${id === wren.accountKey ? 'wren' : id} ${text}`) },
    client: { conversations: { markRead: note('mark read') } },
    // Only what alerts use of each; anything else would be a mistake, and fails as one.
  } as unknown as AlertsParts;
  const stop = new Alerts(parts).start();
  return { store, clock, shown, did, stop, act: (what: NoticeAct) => act(what) };
}

describe('alerts', () => {
  const tag = `messages:${wren.accountKey}`;

  it('show the first message at once, and of a flood every two seconds the newest', () => {
    const { store, clock, shown, did } = watched();
    for (let unread = 1; unread <= 50; unread += 1) store.setState(withUnread(wren, unread, `no ${unread}`));
    expect(shown.map(({ body }) => body)).toEqual(['no 1']);
    clock.advance(2_000);
    expect(shown.map(({ body, title }) => [title, body])).toEqual([
      ['wren', 'no 1'],
      ['wren (50)', 'no 50'],
    ]);
    expect(did.filter((what) => what === 'play message')).toHaveLength(2);
    clock.advance(10_000);
    expect(shown).toHaveLength(2);
  });

  it('are gone when the conversation is read, and what waited to be told is not told', () => {
    const { store, clock, shown, did } = watched();
    store.setState(withUnread(wren, 1));
    store.setState(withUnread(wren, 2));
    store.setState(withUnread(wren, 0));
    clock.advance(10_000);
    expect(shown).toHaveLength(1);
    expect(did).toEqual(['play message', 'badge 1', 'badge 2', 'withdraw messages', 'badge 0']);
  });

  it('lead to a message that came late, and are gone once its conversation is opened', () => {
    const { store, shown, did, act } = watched();
    const arrived = aMessage({ cameMs: 9, text: 'from Tuesday' });
    store.setState({ conversations: byKey([aConversation(wren, { unread: 1, arrived })], ({ id }) => id) });
    expect(shown.map(({ body }) => body)).toEqual(['Arrived late: from Tuesday']);
    act({ kind: 'open', tag: `late:${wren.accountKey}` });
    expect(store.getState()).toMatchObject({
      view: { kind: 'conversation', id: wren.accountKey },
      reveal: { conversationId: wren.accountKey, to: { kind: 'message', id: arrived.id } },
    });
    expect(did).toContain('withdraw late');
  });

  it('open the conversation, answer it, take the call or decline it', () => {
    const { store, did, act } = watched();
    store.setState(withUnread(wren, 1));
    act({ kind: 'reply', tag, text: 'soon' });
    expect(did).toContain('send wren soon');
    expect(did).toContain('mark read');
    act({ kind: 'open', tag });
    expect(store.getState().view).toEqual({ kind: 'conversation', id: wren.accountKey });
    expect(did.at(-1)).toBe('raise');
    const call = aCall({ direction: 'in', phase: 'ringing' });
    store.setState({ calls: byKey([call], ({ id }) => id) });
    act({ kind: 'action', tag: `incoming:${call.id}`, id: 'decline' });
    act({ kind: 'action', tag: `incoming:${call.id}`, id: 'answer' });
    expect(did.slice(-3)).toEqual(['decline', 'raise', 'answer']);
  });

  it('do nothing for what was never told, or is over', () => {
    const { store, did, act } = watched();
    act({ kind: 'reply', tag, text: 'x' });
    store.setState(withUnread(wren, 1));
    store.setState(withUnread(wren, 0));
    act({ kind: 'reply', tag, text: 'x' });
    expect(did.some((what) => what.startsWith('send'))).toBe(false);
  });

  it('show in the page what the system does not show, and what is news to who looks elsewhere in it', () => {
    const { store, act } = watched();
    store.setState(withUnread(wren, 1, 'first'));
    expect(store.getState().toasts).toEqual([]);
    act({ kind: 'failed', tag });
    expect(store.getState().toasts).toMatchObject([{ text: 'wren: first', action: { kind: 'open' } }]);
    store.getState().toasts[0]?.action?.run();
    expect(store.getState().view).toMatchObject({ kind: 'conversation' });

    const here = watched(true);
    here.store.setState(withUnread(wren, 1, 'first'));
    expect(here.shown).toEqual([]);
    expect(here.store.getState().toasts).toHaveLength(1);
    here.store.setState(withUnread(wren, 0));
    expect(here.store.getState().toasts).toEqual([]);
  });

  it('follow the settings', () => {
    const { store, shown } = watched();
    // Only what alerts look at.
    const settings = { ...defaultWindowSettings, notificationPreviews: false } as UiState['settings'];
    store.setState({ ...withUnread(wren, 1, 'secret'), settings });
    expect(shown.map(({ body }) => body)).toEqual(['New message']);
  });
});
