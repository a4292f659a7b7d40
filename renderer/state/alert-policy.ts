import type { CallView, ContactView, ConversationView } from '../../preload/contract/index.ts';
import { isIncoming, ringingCall } from './calls.ts';
import { missingCase } from './missing-case.ts';
import type { UiState } from './store.ts';

/** Something a person wants to be told of. */
export type Alert =
  /** late: it stands further up, before what its writer said after it. */
  | { readonly kind: 'messages' | 'late' | 'missed'; readonly conversation: ConversationView }
  | { readonly kind: 'request'; readonly person: ContactView }
  | { readonly kind: 'incoming'; readonly call: CallView };

/** Names what an alert is about, in the system's notifications too: a later one about the same takes its place. */
export type AlertTag = `${Alert['kind']}:${string}`;

export function tagOf(alert: Alert): AlertTag {
  switch (alert.kind) {
    case 'messages':
    case 'late':
    case 'missed':
      return `${alert.kind}:${alert.conversation.id}`;
    case 'request':
      return `request:${alert.person.accountKey}`;
    case 'incoming':
      return `incoming:${alert.call.id}`;
    default:
      return missingCase(alert);
  }
}

type Seen = Pick<UiState, 'contacts' | 'contactsReady' | 'conversations' | 'conversationsReady' | 'calls' | 'view' | 'panel'>;

/** What happened between two states. What was there when the window opened is told by badges, not as news. */
export function alertsBetween(before: Seen, now: Seen): readonly Alert[] {
  return [...newInConversations(before, now), ...newRequests(before, now), ...newCalls(before, now)];
}

function newInConversations(before: Seen, now: Seen): readonly Alert[] {
  if (!before.conversationsReady || before.conversations === now.conversations) return [];
  return [...now.conversations.values()].flatMap((conversation): readonly Alert[] => {
    const was = before.conversations.get(conversation.id);
    const { last, unread, arrived } = conversation;
    if (was === conversation) return [];
    if (last?.kind === 'call' && was?.last?.id !== last.id) return last.missed ? [{ kind: 'missed', conversation }] : [];
    if (unread <= (was?.unread ?? 0)) return [];
    return [{ kind: (arrived?.cameMs ?? null) === null ? 'messages' : 'late', conversation }];
  });
}

function newRequests(before: Seen, now: Seen): readonly Alert[] {
  if (!before.contactsReady || before.contacts === now.contacts) return [];
  return [...now.contacts.values()]
    .filter(({ relation, accountKey }) => relation === 'incoming' && before.contacts.get(accountKey)?.relation !== 'incoming')
    .map((person) => ({ kind: 'request', person }));
}

function newCalls(before: Seen, now: Seen): readonly Alert[] {
  if (before.calls === now.calls) return [];
  const call = ringingCall(now.calls);
  return call === null || call.id === ringingCall(before.calls)?.id ? [] : [{ kind: 'incoming', call }];
}

/** What there is no reason to tell of any more: read, answered, over. */
export function overBetween(before: Seen, now: Seen): readonly AlertTag[] {
  const over: AlertTag[] = [];
  // A missed call stands in its conversation, and the "New" line above what came late: who opened that has seen it.
  const shown = conversationOnScreen(now);
  if (shown !== null && shown !== conversationOnScreen(before)) over.push(`missed:${shown}`, `late:${shown}`);
  if (before.conversations !== now.conversations) {
    for (const { id, unread } of before.conversations.values()) {
      if (unread > 0 && (now.conversations.get(id)?.unread ?? 0) === 0) over.push(`messages:${id}`);
    }
  }
  if (before.contacts !== now.contacts) {
    for (const { relation, accountKey } of before.contacts.values()) {
      if (relation === 'incoming' && now.contacts.get(accountKey)?.relation !== 'incoming') over.push(`request:${accountKey}`);
    }
  }
  if (before.calls !== now.calls) {
    const was = ringingCall(before.calls);
    if (was !== null && ringingCall(now.calls)?.id !== was.id) over.push(`incoming:${was.id}`);
  }
  return over;
}

/** Where the person is, and what they wish. */
export interface Attention {
  /** The window has the keyboard. */
  readonly focused: boolean;
  /** The conversation whose messages are on screen. */
  readonly onScreen: string | null;
  readonly doNotDisturb: boolean;
  readonly notifications: boolean;
  readonly messageSound: boolean;
  /** Who rings has a small window of their own: what rings must be in reach, whatever was chosen of notifications. */
  readonly hasCallWindow: boolean;
}

export interface Telling {
  /** page: a quiet notice in the window; system: outside of it. */
  readonly where: 'nowhere' | 'page' | 'system';
  readonly sound: boolean;
}

/** Whether, where and how loudly a person is told. What rings has a sound of its own. */
export function tellingOf(alert: Alert, attention: Attention): Telling {
  const { focused, onScreen, doNotDisturb, notifications, messageSound, hasCallWindow } = attention;
  if (doNotDisturb) return { where: 'nowhere', sound: false };
  const isLookedAt = focused && (alert.kind === 'messages' || alert.kind === 'missed') && alert.conversation.id === onScreen;
  if (isLookedAt) return { where: 'nowhere', sound: false };
  const sound = (alert.kind === 'messages' || alert.kind === 'late') && messageSound;
  // Whoever is here has the card that rings.
  if (alert.kind === 'incoming' && focused) return { where: 'nowhere', sound };
  if (!notifications && !(alert.kind === 'incoming' && hasCallWindow)) return { where: 'nowhere', sound };
  return { where: focused ? 'page' : 'system', sound };
}

/** The conversation whose messages are on screen: alone, or beside a call. */
export function conversationOnScreen({ view, panel, calls }: Pick<UiState, 'view' | 'panel' | 'calls'>): string | null {
  if (view.kind === 'conversation') return view.id;
  return view.kind === 'call' && panel === 'chat' ? (calls.get(view.id)?.accountKey ?? null) : null;
}

/** How much waits for this person: messages unread in the lists, and people who asked to be added. Who was blocked stands in none. */
export function waitingCount({ conversations, contacts }: Pick<UiState, 'conversations' | 'contacts'>): number {
  const isListed = (member: string): boolean => {
    const relation = contacts.get(member)?.relation;
    return relation === 'contact' || relation === 'outgoing';
  };
  const unread = [...conversations.values()]
    .filter(({ members }) => members.some(isListed))
    .reduce((sum, conversation) => sum + conversation.unread, 0);
  return unread + [...contacts.values()].filter(({ relation }) => relation === 'incoming').length;
}

/** Somebody is on their way to ring, and wasn't before. */
export const isExpected = (before: Seen, now: Seen): boolean =>
  before.calls !== now.calls &&
  [...now.calls.values()].some((call) => isIncoming(call) && call.phase !== 'ringing' && !before.calls.has(call.id));
