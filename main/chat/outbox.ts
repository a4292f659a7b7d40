import type { Clock, Timer } from '../ports/clock.ts';
import type { AccountKey, PeerWire } from '../ports/peer-wire.ts';
import type { MessageRepository, OutboxRepository, QueuedPost, StoredMessage } from '../storage/index.ts';
import { encodePost, maxInFlight, sendPerSecond } from './chat-wire.ts';
import { bodyFromStore } from './post.ts';

/**
 * Parts of attachments under way at once: 128 KiB, a second on a line of 1 Mbit/s. A call that begins meanwhile waits behind no
 * more than that.
 */
const maxPartsInFlight = 4;

/** The other side could not store (a full disk, say) and said nothing: the wire itself loses nothing while a session lives. */
const resendAfterMs = 30_000;
/** The link's own queue is full: it drains at the speed of the network. */
const queueFullMs = 500;

export interface OutboxOptions {
  readonly peer: AccountKey;
  readonly wire: Pick<PeerWire, 'send'>;
  readonly messages: MessageRepository;
  readonly posts: OutboxRepository;
  readonly clock: Clock;
  /** These changed their delivery. */
  readonly onChanged: (messages: readonly StoredMessage[]) => void;
  /** A timer found the disk in trouble: it will be tried again. */
  readonly onTrouble: (error: unknown) => void;
}

/**
 * Sends what is on disk and not acknowledged to one person, in sequence, at most `maxInFlight` at a time. Keeps nothing that a
 * crash could lose: what is under way is forgotten with the session and sent again in the next; the other side takes each once.
 */
export interface Outbox {
  /** A session began: everything unacknowledged is sent (again). */
  connected(): void;
  /** The session ended: what was not acknowledged is waiting again. */
  closed(): void;
  /** Something new may be waiting. */
  pump(): void;
  acknowledged(ids: readonly string[]): void;
  stop(): void;
}

export function createOutbox({ peer, wire, messages, posts, clock, onChanged, onTrouble }: OutboxOptions): Outbox {
  let open = false;
  const inFlight = new Set<string>();
  /** Of those, parts of attachments. */
  const partsInFlight = new Set<string>();
  let lastSequence = 0;
  /** Token bucket: a full window at once, then `sendPerSecond`. */
  let tokens = maxInFlight;
  let refilledMs = clock.monotonicMs();
  let pace: Timer | null = null;
  let patience: Timer | null = null;
  let hold: Timer | null = null;

  const takeToken = (): boolean => {
    const now = clock.monotonicMs();
    tokens = Math.min(maxInFlight, tokens + ((now - refilledMs) / 1000) * sendPerSecond);
    refilledMs = now;
    if (tokens < 1) return false;
    tokens -= 1;
    return true;
  };
  const later = (delayMs: number): void => {
    pace ??= clock.setTimer(delayMs, () => {
      pace = null;
      attempt(pump);
    });
  };
  const attempt = (run: () => void): void => {
    try {
      run();
    } catch (error) {
      onTrouble(error);
      later(queueFullMs);
    }
  };
  const waitForAck = (): void => {
    patience?.cancel();
    patience = null;
    if (!open || inFlight.size === 0) return;
    patience = clock.setTimer(resendAfterMs, () => {
      patience = null;
      restart();
      attempt(pump);
    });
  };
  /** The first that is held back, and with it all that comes after. */
  const waitForHeld = (nowMs: number): void => {
    hold?.cancel();
    hold = null;
    const untilMs = posts.heldUntil(peer, nowMs);
    if (untilMs === null) return;
    hold = clock.setTimer(untilMs - nowMs, () => {
      hold = null;
      attempt(pump);
    });
  };
  const restart = (): void => {
    inFlight.clear();
    partsInFlight.clear();
    lastSequence = 0;
  };
  /** False if the link takes no more for now. */
  const sendOne = ({ id, sequence, sentMs, body, bytes }: QueuedPost): boolean => {
    // The next acknowledgement makes room.
    if (bytes !== null && partsInFlight.size >= maxPartsInFlight) return false;
    if (!takeToken()) {
      later(1000 / sendPerSecond);
      return false;
    }
    const result = wire.send(peer, encodePost({ id, sequence, sentMs, body: bodyFromStore(body, bytes) }));
    if (result === 'too-much') later(queueFullMs);
    // not-connected: `closed` is on its way. too-large can't be: what is stored is bounded.
    if (result !== 'queued') return false;
    inFlight.add(id);
    if (bytes !== null) partsInFlight.add(id);
    lastSequence = sequence;
    const changed = messages.markSent(peer, id);
    if (changed !== null) onChanged([changed]);
    return true;
  };
  const pump = (): void => {
    if (!open) return;
    const before = inFlight.size;
    const room = maxInFlight - before;
    const nowMs = clock.nowMs();
    const next = room > 0 ? posts.next(peer, lastSequence, room, nowMs) : [];
    for (const post of next) if (!sendOne(post)) break;
    if (inFlight.size > before && patience === null) waitForAck();
    waitForHeld(nowMs);
  };
  const close = (): void => {
    open = false;
    restart();
    for (const timer of [pace, hold]) timer?.cancel();
    pace = null;
    hold = null;
    waitForAck();
  };
  return {
    connected() {
      close();
      open = true;
      attempt(pump);
    },
    closed() {
      if (!open) return;
      close();
      const changed = messages.markWaiting(peer);
      if (changed.length > 0) onChanged(changed);
    },
    pump: () => attempt(pump),
    acknowledged(ids) {
      const changed = messages.markDelivered(peer, ids);
      for (const id of ids) {
        inFlight.delete(id);
        partsInFlight.delete(id);
      }
      if (changed.length > 0) onChanged(changed);
      waitForAck();
      attempt(pump);
    },
    stop: close,
  };
}
