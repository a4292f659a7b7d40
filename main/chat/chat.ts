import { emojiSchema, messageMaxChars, undoSendMs, type CallRecordView } from '../../preload/contract/index.ts';
import { AppError } from '../ports/app-error.ts';
import type { Clock, Timer } from '../ports/clock.ts';
import { toHex } from '../ports/hex.ts';
import { shortKey, type Logger } from '../ports/logger.ts';
import type { AccountKey, PeerState, PeerWire, Unsubscribe } from '../ports/peer-wire.ts';
import type { Random } from '../ports/random.ts';
import {
  messageView,
  type LetterRepository,
  type MessageRepository,
  type NewPost,
  type OutboxRepository,
  type StoredMessage,
  type VoiceRepository,
} from '../storage/index.ts';
import type { Chat, ChatChange } from './chat-face.ts';
import { decodeChatMessage, encodeAck, encodeTyping } from './chat-wire.ts';
import { createInbox, type Inbox, type MissedCall, type Received } from './inbox.ts';
import { createMail, noMail } from './mail.ts';
import type { LetterCarrier } from './mailer.ts';
import { createOutbox, type Outbox } from './outbox.ts';
import { storedBody, topicOf, type HeardPost, type PostBody } from './post.ts';
import { createTyping } from './typing.ts';
import { createVoiceActions, earlyForMs } from './voice-actions.ts';

/** What the person chose. */
export interface ChatHabits {
  /** Tell what was read, and show what they read. */
  readonly readReceipts: boolean;
  /** Tell and show who is writing. */
  readonly typingNotices: boolean;
  /** A message can be taken back for a while before it goes. */
  readonly undoSend: boolean;
}

/** A conversation of two is named by the other's account key. */
export interface ChatOptions {
  /** `lilliput/chat/1` with `chatWireLimits`. */
  readonly wire: PeerWire;
  readonly messages: MessageRepository;
  readonly voices: VoiceRepository;
  readonly outbox: OutboxRepository;
  /** How what waits reaches somebody who is never there together with us; without it, it waits. */
  readonly mail?: {
    readonly carrier: LetterCarrier;
    readonly letters: LetterRepository;
    /** All or nothing. */
    readonly transaction: <T>(work: () => T) => T;
  };
  /** Puts a call that nobody answered, and that was not seen here, into the log. @returns null: it was */
  readonly addMissedCall: (account: AccountKey, call: MissedCall) => CallRecordView | null;
  readonly habits: () => ChatHabits;
  /** Whom we may write to. */
  readonly isContact: (account: AccountKey) => boolean;
  /** Whose messages are taken: contacts, and people we asked, whose yes may arrive a moment after their first words. */
  readonly isFriend: (account: AccountKey) => boolean;
  /** This peer broke the protocol: close the link. */
  readonly misbehaved: (account: AccountKey, reason: string) => void;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
}

/** Weeks of writing to somebody who is away; what a peer's computer has to take in one go. */
export const maxWaiting = 1000;
/** A message goes this much later than the window offers to undo: its clock began when it heard that the message is here. */
const undoGraceMs = 500;
/** Longer than any window offers to undo. */
const hiddenForMs = 30_000;

/** What was said to a writer who never hears that it arrived is written anew after a month; five times, and it is forgotten that it was here. */
const goneKnownMs = 150 * 86_400_000;

export function createChat(options: ChatOptions): Chat {
  const {
    wire,
    messages,
    voices,
    outbox: posts,
    mail,
    addMissedCall,
    habits,
    isContact,
    isFriend,
    misbehaved,
    clock,
    random,
    logger,
  } = options;
  interface Conversation {
    readonly outbox: Outbox;
    readonly inbox: Inbox;
  }
  const conversations = new Map<AccountKey, Conversation>();
  const refusals = new Map<AccountKey, number>();
  /** The newest of theirs that we said we read, so that it is said once. */
  const readUpTo = new Map<AccountKey, number>();
  const listeners = new Set<(changes: readonly ChatChange[]) => void>();
  const stops: Unsubscribe[] = [];
  const purges = new Set<Timer>();

  const emit = (...changes: readonly ChatChange[]): void => {
    if (changes.length > 0) for (const listener of listeners) listener(changes);
  };
  const asChanges = (changed: readonly StoredMessage[]): ChatChange[] =>
    changed.map((message) => ({ type: 'changed', message: messageView(message) }));
  const onChanged = (changed: readonly StoredMessage[]): void => emit(...asChanges(changed));
  const typing = createTyping<AccountKey>(clock, (account) => emit({ type: 'typing', account }));
  const trouble = (error: unknown): void => logger.error('chat-storage', { error: String(error).slice(0, 200) });
  const conversation = (account: AccountKey): Conversation => {
    const known = conversations.get(account);
    if (known !== undefined) return known;
    const outbox = createOutbox({ peer: account, wire, messages, posts, clock, onChanged, onTrouble: trouble });
    const addCall = (call: MissedCall): CallRecordView | null => addMissedCall(account, call);
    const made = { outbox, inbox: createInbox(account, messages, voices, addCall, clock, trouble) };
    conversations.set(account, made);
    return made;
  };
  const count = (account: AccountKey, reason: string): void => {
    refusals.set(account, (refusals.get(account) ?? 0) + 1);
    logger.warn('chat-refused', { account: shortKey(account), reason });
  };
  const refuse = (account: AccountKey, reason: string): void => {
    count(account, reason);
    misbehaved(account, reason);
  };
  const acknowledged = (account: AccountKey, ids: readonly string[]): void => {
    conversation(account).outbox.acknowledged(ids);
    letters.changed(account);
  };
  const changesOf = ({ body }: HeardPost, received: Received): ChatChange[] => {
    if (received.result !== 'acknowledge') return [];
    const { fresh, call, changed } = received;
    return [
      ...(fresh === null ? [] : [{ type: 'received', message: messageView(fresh) } as const]),
      ...(call === null ? [] : [{ type: 'call', call } as const]),
      ...(body.kind !== 'read' || habits().readReceipts ? asChanges(changed) : []),
    ];
  };
  const letters =
    mail === undefined
      ? noMail
      : createMail({
          ...mail,
          wire,
          posts,
          messages,
          inboxOf: (account) => conversation(account).inbox,
          isContact,
          isFriend,
          onDelivery: (account, ids) => onChanged(ids.flatMap((id) => messages.find(account, id) ?? [])),
          onReceipts: acknowledged,
          onTaken: (taken) => emit(...taken.flatMap(({ post, received }) => changesOf(post, received))),
          onRefused: count,
          onTrouble: trouble,
          clock,
          random,
          logger,
        });
  const onMessage = (account: AccountKey, bytes: Uint8Array): void => {
    if (!isFriend(account)) return;
    const message = decodeChatMessage(bytes);
    if (message === null) return refuse(account, 'malformed chat message');
    if (message.type === 'unknown') return undefined;
    const { inbox } = conversation(account);
    if (message.type === 'ack') return acknowledged(account, message.ids);
    if (message.type === 'typing') return habits().typingNotices ? typing.heard(account) : undefined;
    const received = inbox.receive(message);
    switch (received.result) {
      case 'silence':
        return undefined;
      case 'misbehaved':
        return refuse(account, received.reason);
      case 'acknowledge':
        wire.send(account, encodeAck([message.id]));
        if (message.body.kind === 'text' || message.body.kind === 'voice') typing.done(account);
        return emit(...changesOf(message, received));
    }
  };
  const onState = (account: AccountKey, state: PeerState): void => {
    switch (state) {
      case 'connected':
        letters.connected(account);
        conversation(account).inbox.connected();
        return conversation(account).outbox.connected();
      case 'closed':
        typing.done(account);
        conversation(account).outbox.closed();
        conversations.delete(account);
        return letters.closed(account);
      case 'interrupted': // What is under way is kept by the session.
        return typing.done(account);
      case 'resumed':
        return undefined;
    }
  };
  /** A full disk must not end the engine; what is not stored is not acknowledged, so it comes again. */
  const guarded = (run: () => void): void => {
    try {
      run();
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      trouble(error);
    }
  };
  const cleaned = (text: string): string => {
    if (text.length > messageMaxChars) throw new AppError('TOO_LONG', 'message', { limit: messageMaxChars });
    const clean = text.toWellFormed().replaceAll('\0', '');
    if (clean.trim() === '') throw new AppError('BAD_INPUT', 'an empty message');
    return clean;
  };
  /** @param more posts that come with it */
  const newPost = (account: AccountKey, body: PostBody, holdMs = 0, more = 0): NewPost => {
    if (!isContact(account)) throw new AppError('NOT_A_CONTACT', 'write to contacts only');
    const topic = topicOf(body);
    // A receipt takes the place of the one before.
    if (body.kind !== 'read' && posts.count(account) + more >= maxWaiting)
      throw new AppError('TOO_MANY', 'waiting messages', { limit: maxWaiting });
    const sentMs = clock.nowMs();
    return {
      id: toHex(random.bytes(16)),
      body: storedBody(body),
      sentMs,
      topic,
      holdUntilMs: holdMs === 0 ? null : sentMs + holdMs,
    };
  };
  /** Something new is in the outbox. */
  const push = (account: AccountKey): void => {
    conversation(account).outbox.pump();
    letters.changed(account);
  };
  const add = (account: AccountKey, post: NewPost): void => {
    posts.add(account, post);
    push(account);
  };
  /** Shows what a post of ours changed, and sends it. */
  const publish = (account: AccountKey, changed: StoredMessage | null): StoredMessage => {
    if (changed === null) throw new AppError('NO_SUCH_MESSAGE', 'gone, or of the other side');
    onChanged([changed]);
    push(account);
    return changed;
  };
  const holdMs = (): number => (habits().undoSend ? undoSendMs + undoGraceMs : 0);
  const purgeLater = (): void => {
    const timer = clock.setTimer(hiddenForMs, () => {
      purges.delete(timer);
      guarded(() => messages.purgeHidden(clock.nowMs() - hiddenForMs + 1));
    });
    purges.add(timer);
  };
  const voiceActions = createVoiceActions({
    voices,
    messages,
    random,
    holdMs,
    newPost,
    publish(account, stored) {
      typing.sent(account);
      publish(account, stored);
    },
    onChanged: (message) => onChanged([message]),
  });
  return {
    ...voiceActions,
    start() {
      messages.markAllWaiting();
      // What was hidden when the app ended: nobody can undo it any more.
      guarded(() => messages.purgeHidden(clock.nowMs() + 1));
      guarded(() => messages.forgetGone(clock.nowMs() - goneKnownMs));
      guarded(() => voices.forgetEarly(clock.nowMs() - earlyForMs));
      stops.push(
        wire.onMessage(({ account }, bytes) => guarded(() => onMessage(account, bytes))),
        wire.onState(({ account }, state) => guarded(() => onState(account, state))),
      );
      letters.start();
    },
    stop() {
      for (const stop of stops.splice(0)) stop();
      for (const { outbox } of conversations.values()) outbox.stop();
      conversations.clear();
      letters.stop();
      typing.stop();
      for (const timer of purges) timer.cancel();
    },
    send(account, text, replyTo) {
      const clean = cleaned(text);
      if (replyTo !== null && messages.find(account, replyTo) === null) throw new AppError('NO_SUCH_MESSAGE', 'to answer');
      const post = newPost(account, { kind: 'text', text: clean, replyTo }, holdMs());
      typing.sent(account);
      const stored = messages.addOutgoing(account, { text: clean, replyTo, nowMs: post.sentMs }, post);
      return messageView(publish(account, stored));
    },
    edit(account, id, text) {
      const clean = cleaned(text);
      const post = newPost(account, { kind: 'edit', of: id, text: clean });
      publish(account, messages.editOutgoing(account, { of: id, text: clean, nowMs: post.sentMs }, post));
    },
    deleteForBoth(account, id) {
      if (messages.takeBack(account, id) !== null) return emit({ type: 'gone', account, id });
      publish(account, messages.deleteOutgoing(account, id, newPost(account, { kind: 'delete', of: id })));
    },
    takeBack(account, id) {
      const message = messages.takeBack(account, id);
      if (message === null) throw new AppError('NO_SUCH_MESSAGE', 'it has gone already');
      emit({ type: 'gone', account, id });
      return message.text;
    },
    react(account, id, emoji) {
      if (emoji !== null && !emojiSchema.safeParse(emoji).success) throw new AppError('BAD_INPUT', 'no emoji');
      publish(account, messages.reactOutgoing(account, { to: id, emoji }, newPost(account, { kind: 'reaction', to: id, emoji })));
    },
    hide(account, ids) {
      emit(...messages.hide(account, ids, clock.nowMs()).map((id): ChatChange => ({ type: 'gone', account, id })));
      purgeLater();
    },
    unhide: (account, ids) => onChanged(messages.unhide(account, ids)),
    read(account) {
      const upTo = messages.newestIncoming(account);
      if (!habits().readReceipts || !isContact(account) || upTo <= (readUpTo.get(account) ?? 0)) return;
      readUpTo.set(account, upTo);
      add(account, newPost(account, { kind: 'read', upTo }));
    },
    missedCall(account, { id, atMs }) {
      if (isContact(account)) guarded(() => add(account, newPost(account, { kind: 'missed-call', call: id, atMs })));
    },
    takeLetters: (opened) => letters.take(opened),
    look: () => letters.look(),
    flush: () => letters.flush(),
    typing(account) {
      if (!habits().typingNotices || !isContact(account) || !typing.press(account)) return;
      wire.send(account, encodeTyping());
    },
    isTyping: (account) => typing.isTyping(account),
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    refused: (account) => refusals.get(account) ?? 0,
  };
}
