import type { Clock, Timer } from '../ports/clock.ts';
import type { AccountKey, PeerWire, SendResult } from '../ports/peer-wire.ts';
import type { LetterRepository } from '../storage/index.ts';
import { encodeAck, maxInFlight } from './chat-wire.ts';

/** The link's own queue is full: it drains at the speed of the network. */
const queueFullMs = 1_000;

export interface ReceiptsOptions {
  readonly wire: Pick<PeerWire, 'send'>;
  readonly letters: Pick<LetterRepository, 'receipts' | 'settle'>;
  readonly clock: Clock;
  readonly onTrouble: (error: unknown) => void;
}

/** Tells over a session what came by letter; without one, a letter tells it. One that is lost on the way is asked for again. */
export interface Receipts {
  /** What became of the last; `queued` also if there is nothing to tell. */
  tell(account: AccountKey): SendResult;
  stop(): void;
}

export function createReceipts({ wire, letters, clock, onTrouble }: ReceiptsOptions): Receipts {
  const later = new Map<AccountKey, Timer>();
  const tell = (account: AccountKey): SendResult => {
    for (;;) {
      const ids = letters.receipts(account, maxInFlight);
      if (ids.length === 0) return 'queued';
      const result = wire.send(account, encodeAck(ids));
      if (result === 'too-much') tellLater(account);
      if (result !== 'queued') return result;
      letters.settle(account, ids);
    }
  };
  const tellLater = (account: AccountKey): void => {
    if (later.has(account)) return;
    const again = (): void => {
      later.delete(account);
      try {
        tell(account);
      } catch (error) {
        onTrouble(error);
      }
    };
    later.set(account, clock.setTimer(queueFullMs, again));
  };
  return {
    tell,
    stop() {
      for (const timer of later.values()) timer.cancel();
      later.clear();
    },
  };
}
