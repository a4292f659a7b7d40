import type { CallRecordView } from '../../preload/contract/index.ts';
import type { Clock } from '../ports/clock.ts';
import { AppError } from '../ports/app-error.ts';
import { missingCase } from '../ports/missing-case.ts';
import type { AccountKey } from '../ports/peer-wire.ts';
import type { IncomingMessage, MessageRepository, StoredMessage, VoiceRepository } from '../storage/index.ts';
import type { HeardPost } from './post.ts';
import { attachmentSaid, isVoice } from './voice.ts';

export type Received =
  /** On disk: acknowledge, and show what it added or changed. */
  | {
      readonly result: 'acknowledge';
      readonly fresh: StoredMessage | null;
      /** A missed call that nobody here knew of. */
      readonly call: CallRecordView | null;
      readonly changed: readonly StoredMessage[];
    }
  /** Not on disk: say nothing, the sender tries again. */
  | { readonly result: 'silence' }
  | { readonly result: 'misbehaved'; readonly reason: string };

/** A call of theirs that nobody answered. */
export interface MissedCall {
  readonly id: string;
  /** By their clock. */
  readonly atMs: number;
}

/**
 * Stores what one person says, once and in order. After a failure to store, later posts are left alone until that one comes
 * again: the sender repeats all that is not acknowledged, in sequence.
 */
export interface Inbox {
  receive(post: HeardPost): Received;
  /**
   * One that came another way, and late: it stands at the time at which it was written, as far as that can be.
   * @throws AppError if it could not be stored
   */
  take(post: HeardPost, isLate: boolean): Received;
  /** A new session: the sender begins with the oldest that is not acknowledged. */
  connected(): void;
}

/** Messages that one receipt shows as read at once; the others are when they are next looked at. */
const shownReadAtOnce = 200;

export function createInbox(
  peer: AccountKey,
  messages: MessageRepository,
  voices: VoiceRepository,
  addMissedCall: (call: MissedCall) => CallRecordView | null,
  clock: Clock,
  onTrouble: (error: AppError) => void,
): Inbox {
  let missing: number | null = null;
  const acknowledge = (...changed: readonly (StoredMessage | null)[]): Received => ({
    result: 'acknowledge',
    fresh: null,
    call: null,
    changed: changed.filter((message) => message !== null),
  });
  const store = (message: Omit<IncomingMessage, 'nowMs'>): Received => {
    const stored = messages.addIncoming(peer, { ...message, nowMs: clock.nowMs() });
    if (stored.result === 'conflict') return { result: 'misbehaved', reason: 'an id of ours' };
    return { result: 'acknowledge', call: null, fresh: stored.result === 'stored' ? stored.message : null, changed: [] };
  };
  const take = ({ id, sequence, sentMs, body }: HeardPost, isLate: boolean): Received => {
    const nowMs = clock.nowMs();
    switch (body.kind) {
      case 'text':
        return store({ id, sequence, sentMs, text: body.text, replyTo: body.replyTo, isLate });
      case 'unknown':
        return body.quiet ? acknowledge() : store({ id, sequence, sentMs, text: '', replyTo: null, unknown: true, isLate });
      case 'voice': {
        const voice = { id, sequence, attachment: attachmentSaid(body), replyTo: body.replyTo, sentMs, nowMs, isLate };
        const { stored, changed } = voices.addIncoming(peer, voice, isVoice);
        if (stored.result === 'conflict') return { result: 'misbehaved', reason: 'an id used before' };
        return { result: 'acknowledge', call: null, fresh: stored.result === 'stored' ? stored.message : null, changed };
      }
      case 'part':
        return acknowledge(...voices.addPart(peer, body, nowMs, isVoice));
      case 'edit':
        return acknowledge(messages.editIncoming(peer, { of: body.of, text: body.text, nowMs }, sequence));
      case 'delete':
        return acknowledge(messages.deleteIncoming(peer, body.of, sequence, nowMs));
      case 'reaction':
        return acknowledge(messages.reactIncoming(peer, body, sequence));
      case 'read':
        return acknowledge(...messages.markReadThere(peer, body.upTo, shownReadAtOnce));
      case 'missed-call':
        return { result: 'acknowledge', fresh: null, call: addMissedCall({ id: body.call, atMs: body.atMs }), changed: [] };
      default:
        return missingCase(body);
    }
  };
  return {
    take,
    connected: () => (missing = null),
    receive(post) {
      if (missing !== null && post.sequence > missing) return { result: 'silence' };
      try {
        const received = take(post, false);
        missing = null;
        return received;
      } catch (error) {
        if (!(error instanceof AppError)) throw error;
        missing = post.sequence;
        onTrouble(error);
        return { result: 'silence' };
      }
    },
  };
}
