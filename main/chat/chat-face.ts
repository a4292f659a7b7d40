import type { CallRecordView, MessageView } from '../../preload/contract/index.ts';
import type { AccountKey, Unsubscribe } from '../ports/peer-wire.ts';
import type { MissedCall } from './inbox.ts';
import type { OpenedLetter } from './mail-in.ts';
import type { VoiceActions } from './voice-actions.ts';

export type ChatChange =
  | { readonly type: 'received'; readonly message: MessageView }
  /** New of ours, or one of either side was changed, or its delivery. */
  | { readonly type: 'changed'; readonly message: MessageView }
  /** A missed call that this computer heard of only now. */
  | { readonly type: 'call'; readonly call: CallRecordView }
  /** No longer shown: taken back, or removed from our own sight. */
  | { readonly type: 'gone'; readonly account: AccountKey; readonly id: string }
  /** They began or ended to write. */
  | { readonly type: 'typing'; readonly account: AccountKey };

/** Every method that changes something: on disk when it returns; sent when there is a session. @throws AppError DISK_FULL, STORAGE_LOCKED */
export interface Chat extends VoiceActions {
  start(): void;
  stop(): void;
  /** @throws AppError NOT_A_CONTACT, TOO_LONG, BAD_INPUT (nothing but white space), TOO_MANY (waiting), NO_SUCH_MESSAGE */
  send(account: AccountKey, text: string, replyTo: string | null): MessageView;
  /** One of ours. @throws as `send` */
  edit(account: AccountKey, id: string, text: string): void;
  /** Ours, for both: its place stays. What never left this computer goes without a trace. @throws AppError NO_SUCH_MESSAGE, TOO_MANY */
  deleteForBoth(account: AccountKey, id: string): void;
  /** Ours that has not gone yet. @returns its text, to write on with @throws AppError NO_SUCH_MESSAGE: too late */
  takeBack(account: AccountKey, id: string): string;
  /** Null takes it back. @throws AppError NOT_A_CONTACT, NO_SUCH_MESSAGE, BAD_INPUT, TOO_MANY */
  react(account: AccountKey, id: string, emoji: string | null): void;
  /** Out of our own sight; for good a little later than it can be undone. */
  hide(account: AccountKey, ids: readonly string[]): void;
  unhide(account: AccountKey, ids: readonly string[]): void;
  /** A call of ours that nobody answered: they are told, if they don't know. Nobody's if it fails. */
  missedCall(account: AccountKey, call: MissedCall): void;
  /** What was left in our mailbox, in the order in which it came. Of each: done: on disk; later: it must come again. */
  takeLetters(letters: readonly OpenedLetter[]): Promise<readonly ('done' | 'later')[]>;
  /** The network is another, or there is one again: what waits is left now. */
  look(): void;
  /** Before `stop`: leaves what was never left in anybody's mailbox. The caller limits how long. */
  flush(): Promise<void>;
  /** All that is here has been read. */
  read(account: AccountKey): void;
  /** We press keys. */
  typing(account: AccountKey): void;
  isTyping(account: AccountKey): boolean;
  /** What changed together is told together. */
  onChange(listener: (changes: readonly ChatChange[]) => void): Unsubscribe;
  /** How many messages from this peer were refused since the start. */
  refused(account: AccountKey): number;
}
