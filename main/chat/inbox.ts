import type { Clock } from '../ports/clock.ts';
import { AppError } from '../ports/app-error.ts';
import type { AccountKey } from '../ports/peer-wire.ts';
import type { MessageRepository, StoredMessage } from '../storage/index.ts';
import type { ChatText } from './chat-wire.ts';

export type Received =
  /** On disk: acknowledge, and show it if it is new. */
  | { readonly result: 'acknowledge'; readonly fresh: StoredMessage | null }
  /** Not on disk: say nothing, the sender tries again. */
  | { readonly result: 'silence' }
  | { readonly result: 'misbehaved'; readonly reason: string };

/**
 * Stores what one person sends, once and in order. After a failure to store, later messages are left alone until that one
 * comes again: the sender repeats all that is not acknowledged, in sequence.
 */
export interface Inbox {
  receive(text: ChatText): Received;
  /** A new session: the sender begins with the oldest that is not acknowledged. */
  connected(): void;
}

export function createInbox(
  peer: AccountKey,
  messages: MessageRepository,
  clock: Clock,
  onTrouble: (error: AppError) => void,
): Inbox {
  let missing: number | null = null;
  return {
    connected: () => (missing = null),
    receive({ id, sequence, text, sentMs }) {
      if (missing !== null && sequence > missing) return { result: 'silence' };
      try {
        const stored = messages.addIncoming(peer, { id, sequence, text, sentMs, nowMs: clock.nowMs() });
        missing = null;
        if (stored.result === 'conflict') return { result: 'misbehaved', reason: 'an id of ours' };
        return { result: 'acknowledge', fresh: stored.result === 'stored' ? stored.message : null };
      } catch (error) {
        if (!(error instanceof AppError)) throw error;
        missing = sequence;
        onTrouble(error);
        return { result: 'silence' };
      }
    },
  };
}
