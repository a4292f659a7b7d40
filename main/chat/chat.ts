import { messageMaxChars, type MessageView } from '../../preload/contract/index.ts';
import { AppError } from '../ports/app-error.ts';
import type { Clock } from '../ports/clock.ts';
import { toHex } from '../ports/hex.ts';
import { shortKey, type Logger } from '../ports/logger.ts';
import type { AccountKey, PeerState, PeerWire, Unsubscribe } from '../ports/peer-wire.ts';
import type { Random } from '../ports/random.ts';
import { messageView, type MessageRepository, type StoredMessage } from '../storage/index.ts';
import { decodeChatMessage, encodeAck } from './chat-wire.ts';
import { createInbox, type Inbox } from './inbox.ts';
import { createOutbox, type Outbox } from './outbox.ts';

/** A conversation of two is named by the other's account key. */
export interface ChatOptions {
  /** `lilliput/chat/1` with `chatWireLimits`. */
  readonly wire: PeerWire;
  readonly messages: MessageRepository;
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

export type ChatChange =
  | { readonly type: 'received'; readonly message: MessageView }
  /** New of ours, or its delivery changed. */
  | { readonly type: 'outgoing'; readonly message: MessageView };

export interface Chat {
  start(): void;
  stop(): void;
  /**
   * Stored when this returns; sent when there is a session.
   * @throws AppError NOT_A_CONTACT, TOO_LONG, BAD_INPUT (nothing but white space), TOO_MANY (waiting), DISK_FULL, STORAGE_LOCKED
   */
  send(account: AccountKey, text: string): MessageView;
  onChange(listener: (change: ChatChange) => void): Unsubscribe;
  /** How many messages from this peer were refused since the start. */
  refused(account: AccountKey): number;
}

/** Weeks of writing to somebody who is away; what a peer's computer has to take in one go. */
export const maxWaiting = 1000;

export function createChat({ wire, messages, isContact, isFriend, misbehaved, clock, random, logger }: ChatOptions): Chat {
  interface Conversation {
    readonly outbox: Outbox;
    readonly inbox: Inbox;
  }
  const conversations = new Map<AccountKey, Conversation>();
  const refusals = new Map<AccountKey, number>();
  const listeners = new Set<(change: ChatChange) => void>();
  const stops: Unsubscribe[] = [];

  const emit = (change: ChatChange): void => {
    for (const listener of listeners) listener(change);
  };
  const onChanged = (changed: readonly StoredMessage[]): void => {
    for (const message of changed) emit({ type: 'outgoing', message: messageView(message) });
  };
  const trouble = (error: unknown): void => logger.error('chat-storage', { error: String(error).slice(0, 200) });
  const conversation = (account: AccountKey): Conversation => {
    const known = conversations.get(account);
    if (known !== undefined) return known;
    const outbox = createOutbox({ peer: account, wire, messages, clock, onChanged, onTrouble: trouble });
    const made = { outbox, inbox: createInbox(account, messages, clock, trouble) };
    conversations.set(account, made);
    return made;
  };
  const refuse = (account: AccountKey, reason: string): void => {
    refusals.set(account, (refusals.get(account) ?? 0) + 1);
    logger.warn('chat-refused', { account: shortKey(account), reason });
    misbehaved(account, reason);
  };
  const onMessage = (account: AccountKey, bytes: Uint8Array): void => {
    if (!isFriend(account)) return;
    const message = decodeChatMessage(bytes);
    if (message === null) return refuse(account, 'malformed chat message');
    const { inbox, outbox } = conversation(account);
    if (message.type === 'ack') return outbox.acknowledged(message.ids);
    const received = inbox.receive(message);
    switch (received.result) {
      case 'silence':
        return undefined;
      case 'misbehaved':
        return refuse(account, received.reason);
      case 'acknowledge':
        wire.send(account, encodeAck([message.id]));
        if (received.fresh !== null) emit({ type: 'received', message: messageView(received.fresh) });
        return undefined;
    }
  };
  const onState = (account: AccountKey, state: PeerState): void => {
    switch (state) {
      case 'connected':
        conversation(account).inbox.connected();
        return conversation(account).outbox.connected();
      case 'closed':
        conversation(account).outbox.closed();
        conversations.delete(account);
        return undefined;
      case 'interrupted': // What is under way is kept by the session.
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
  return {
    start() {
      messages.markAllWaiting();
      stops.push(
        wire.onMessage(({ account }, bytes) => guarded(() => onMessage(account, bytes))),
        wire.onState(({ account }, state) => guarded(() => onState(account, state))),
      );
    },
    stop() {
      for (const stop of stops.splice(0)) stop();
      for (const { outbox } of conversations.values()) outbox.stop();
      conversations.clear();
    },
    send(account, text) {
      if (!isContact(account)) throw new AppError('NOT_A_CONTACT', 'write to contacts only');
      if (text.length > messageMaxChars) throw new AppError('TOO_LONG', 'message', { limit: messageMaxChars });
      if (text.replaceAll('\0', '').trim() === '') throw new AppError('BAD_INPUT', 'an empty message');
      if (messages.countUndelivered(account) >= maxWaiting)
        throw new AppError('TOO_MANY', 'waiting messages', { limit: maxWaiting });
      const id = toHex(random.bytes(16));
      const stored = messages.addOutgoing(account, { id, text: text.toWellFormed().replaceAll('\0', ''), nowMs: clock.nowMs() });
      emit({ type: 'outgoing', message: messageView(stored) });
      conversation(account).outbox.pump();
      return messageView(stored);
    },
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    refused: (account) => refusals.get(account) ?? 0,
  };
}
