import {
  noProfile,
  type CallRecordView,
  type CallView,
  type ContactView,
  type ConversationView,
  type MessageView,
} from '../../../preload/contract/index.ts';
import { startStrings } from '../../../renderer/strings/index.ts';
import type { UiAudio } from '../../../renderer/state/ports.ts';

/** The English words, as views get them. */
export const words = startStrings();

let next = 1;
const hexId = (length: number): string => (next++).toString(16).padStart(length, '0');

export const aPerson = (name: string, change: Partial<ContactView> = {}): ContactView => ({
  accountKey: hexId(64),
  name,
  nickname: null,
  volume: 1,
  hideAddress: false,
  favourite: false,
  invisibleTo: false,
  verifiedMs: null,
  profile: noProfile,
  nameTaken: false,
  relation: 'contact',
  note: null,
  presence: { state: 'online', onCall: false, lastSeenMs: null },
  sinceMs: 0,
  ...change,
});

export const aCall = (change: Partial<CallView> = {}): CallView => ({
  id: hexId(32),
  accountKey: hexId(64),
  name: 'wren',
  echo: false,
  direction: 'out',
  phase: 'preparing',
  startedMs: 0,
  activeSinceMs: null,
  muted: false,
  remoteMuted: false,
  hold: 'none',
  recording: { state: 'off', time: { recordedMs: 0, runningSinceMs: null }, path: null, problem: null },
  remoteRecording: null,
  addressHidden: false,
  quality: null,
  trouble: null,
  stats: null,
  microphone: null,
  reason: null,
  ...change,
});

export const aRecord = (person: ContactView, change: Partial<CallRecordView> = {}): CallRecordView => ({
  kind: 'call',
  id: hexId(32),
  conversationId: person.accountKey,
  direction: 'out',
  startedMs: 0,
  talkedMs: 60_000,
  reason: 'hung-up',
  missed: false,
  summary: null,
  ...change,
});

export const aMessage = (change: Partial<MessageView> = {}): MessageView => ({
  kind: 'message',
  id: hexId(32),
  conversationId: 'f'.repeat(64),
  direction: 'in',
  text: 'hello',
  atMs: 0,
  cameMs: null,
  delivery: 'delivered',
  reply: null,
  editedMs: null,
  deleted: false,
  unknown: false,
  reactions: [],
  voice: null,
  ...change,
});

export const aConversation = (person: ContactView, change: Partial<ConversationView> = {}): ConversationView => ({
  id: person.accountKey,
  members: [person.accountKey],
  last: null,
  unread: 0,
  firstUnreadMs: null,
  arrived: null,
  draft: '',
  typing: false,
  ...change,
});

export const byKey = <Item>(items: readonly Item[], keyOf: (item: Item) => string): ReadonlyMap<string, Item> =>
  new Map(items.map((item) => [keyOf(item), item]));

/** Sound that records and plays nothing. */
export const noVoices: Pick<UiAudio, 'recordVoice' | 'playVoice'> = {
  recordVoice: () => ({ finish: () => undefined, discard: () => undefined }),
  playVoice: () => ({
    resume: () => undefined,
    pause: () => undefined,
    seek: () => undefined,
    setRate: () => undefined,
    close: () => undefined,
  }),
};
