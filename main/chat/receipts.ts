import type { Clock, Timer } from '../ports/clock.ts';
import type { AccountKey, PeerState, PeerWire, Unsubscribe } from '../ports/peer-wire.ts';
import type { LetterRepository } from '../storage/index.ts';
import { encodeAck, maxInFlight } from './chat-wire.ts';

/** The link's own queue is full: it drains at the speed of the network. */
const queueFullMs = 1_000;
/**
 * A session that lives so long after it was told a receipt has brought it: it notices within 15 s that the other side is gone, and the
 * other side stores what it hears in the moment in which it hears it.
 */
const broughtAfterMs = 30_000;

export interface ReceiptsOptions {
  readonly wire: Pick<PeerWire, 'send' | 'onState'>;
  readonly letters: Pick<LetterRepository, 'receipts' | 'tell' | 'untell' | 'settle'>;
  readonly clock: Clock;
  readonly onTrouble: (error: unknown) => void;
}

/**
 * Tells over a session what came by letter; without one, a letter tells it. What a session took with it when it ended stays due: nobody
 * would ask again for a receipt of a letter that was taken.
 */
export interface Receipts {
  start(): void;
  /** What is due now. */
  tell(account: AccountKey): void;
  stop(): void;
}

export function createReceipts({ wire, letters, clock, onTrouble }: ReceiptsOptions): Receipts {
  const later = new Map<AccountKey, Timer>();
  /** Told in the session that is there, and not known to have arrived; each telling with the timer that ends its doubt, if that runs. */
  const told = new Map<AccountKey, Map<readonly string[], Timer | null>>();
  let stop: Unsubscribe | null = null;

  const guarded = (run: () => unknown): void => {
    try {
      run();
    } catch (error) {
      onTrouble(error);
    }
  };
  const doubtEnds = (account: AccountKey, ids: readonly string[]): Timer =>
    clock.setTimer(broughtAfterMs, () =>
      guarded(() => {
        letters.settle(account, ids);
        told.get(account)?.delete(ids);
      }),
    );
  const hold = (account: AccountKey): void => {
    for (const [ids, timer] of told.get(account) ?? []) {
      timer?.cancel();
      told.get(account)?.set(ids, null);
    }
  };
  const tell = (account: AccountKey): void => {
    const tellings = told.get(account) ?? new Map<readonly string[], Timer | null>();
    for (;;) {
      const ids = letters.receipts(account, maxInFlight);
      if (ids.length === 0) return;
      const result = wire.send(account, encodeAck(ids));
      if (result === 'too-much') tellLater(account);
      if (result !== 'queued') return;
      letters.tell(account, ids);
      tellings.set(ids, doubtEnds(account, ids));
      told.set(account, tellings);
    }
  };
  const tellLater = (account: AccountKey): void => {
    if (later.has(account)) return;
    const again = (): void => {
      later.delete(account);
      guarded(() => tell(account));
    };
    later.set(account, clock.setTimer(queueFullMs, again));
  };
  const onState = (account: AccountKey, state: PeerState): void => {
    switch (state) {
      case 'connected':
        return guarded(() => tell(account));
      case 'interrupted':
        return hold(account);
      case 'resumed': {
        // What was told meanwhile counts from now as well.
        hold(account);
        const tellings = told.get(account);
        for (const ids of tellings?.keys() ?? []) tellings?.set(ids, doubtEnds(account, ids));
        return undefined;
      }
      case 'closed':
        hold(account);
        told.delete(account);
        return guarded(() => letters.untell(account));
    }
  };
  return {
    start() {
      // Of sessions that ended with the process.
      guarded(() => letters.untell(null));
      stop = wire.onState(({ account }, state) => onState(account, state));
    },
    tell: (account) => guarded(() => tell(account)),
    stop() {
      stop?.();
      for (const timer of later.values()) timer.cancel();
      later.clear();
      for (const account of told.keys()) hold(account);
      told.clear();
    },
  };
}
