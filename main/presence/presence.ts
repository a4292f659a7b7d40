import type { ChosenPresence, PresenceView } from '../../preload/contract/index.ts';
import type { Clock, Timer } from '../ports/clock.ts';
import { shortKey, type Logger } from '../ports/logger.ts';
import type { AccountKey, PeerState, PeerWire, Unsubscribe } from '../ports/peer-wire.ts';
import {
  interruptedGraceMs,
  isVisible,
  nextPresence,
  presenceView,
  unheardOf,
  type PeerPresence,
  type PresenceEvent,
} from './peer-presence.ts';
import { decodeAnnouncement, encodeAnnouncement, type Announcement } from './presence-wire.ts';

export interface PresenceOptions {
  /** `lilliput/presence/1` with `presenceWireLimits`. */
  readonly wire: PeerWire;
  /** Contacts, and people we asked: whoever of them has a session said yes. Others are told nothing, and not heard. */
  readonly isFriend: (account: AccountKey) => boolean;
  /** What was saved, also before the start. */
  readonly lastSeen: (account: AccountKey) => number | null;
  /** Storing "last seen" may fail with an `AppError`; that is logged, and tried again at the next occasion. */
  readonly saveLastSeen: (account: AccountKey, atMs: number) => void;
  readonly misbehaved: (account: AccountKey, reason: string) => void;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** Who is there, and what they see of us. */
export interface Presence {
  start(): void;
  /** Saves when everybody visible was last seen. */
  stop(): void;
  setOwn(chosen: ChosenPresence): void;
  setOnCall(onCall: boolean): void;
  view(account: AccountKey): PresenceView;
  /** Only when the view of somebody differs in more than `lastSeenMs`, or they left. */
  onChange(listener: (account: AccountKey, view: PresenceView) => void): Unsubscribe;
}

/** A crash of ours costs at most this much of "last seen". */
const saveEveryMs = 300_000;
/** The link's queue was full; only the newest state matters by then. */
const sendAgainMs = 1_000;

export function createPresence({ wire, isFriend, lastSeen, saveLastSeen, misbehaved, clock, logger }: PresenceOptions): Presence {
  const peers = new Map<AccountKey, PeerPresence>();
  const listeners = new Set<(account: AccountKey, view: PresenceView) => void>();
  /** 'save', 'send', and by account the end of a grace. */
  const timers = new Map<string, Timer>();
  const stops: Unsubscribe[] = [];
  /** Sessions that are up or shaky: who hears of changes. */
  const sessions = new Set<AccountKey>();
  const unsent = new Set<AccountKey>();
  let chosen: ChosenPresence = 'online';
  let onCall = false;

  const peer = (account: AccountKey): PeerPresence => peers.get(account) ?? unheardOf(lastSeen(account));
  const after = (key: string, delayMs: number, run: () => void): void => {
    timers.get(key)?.cancel();
    timers.set(key, clock.setTimer(delayMs, run));
  };
  const save = (account: AccountKey, { lastSeenMs }: PeerPresence): void => {
    if (lastSeenMs === null) return;
    try {
      saveLastSeen(account, lastSeenMs);
    } catch (error) {
      logger.warn('last-seen-not-saved', { account: shortKey(account), error: String(error).slice(0, 200) });
    }
  };
  const apply = (account: AccountKey, event: PresenceEvent): void => {
    const before = peer(account);
    const now = nextPresence(before, event, clock.nowMs());
    peers.set(account, now);
    if (now.link !== 'shaky') timers.get(account)?.cancel();
    else if (before.link !== 'shaky') after(account, interruptedGraceMs, () => apply(account, { type: 'grace-over' }));
    // When somebody appears or leaves; the times between are saved now and then.
    if (isVisible(before) !== isVisible(now)) save(account, now);
    const [was, is] = [presenceView(before), presenceView(now)];
    if (was.state === is.state && was.onCall === is.onCall) return;
    for (const listener of listeners) listener(account, is);
  };

  /** Who is invisible looks exactly like somebody who is not there. */
  const own = (): Announcement => (chosen === 'invisible' ? { state: 'offline', onCall: false } : { state: chosen, onCall });
  const announceTo = (account: AccountKey): void => {
    unsent.delete(account);
    if (!isFriend(account) || wire.send(account, encodeAnnouncement(own())) !== 'too-much') return;
    unsent.add(account);
    after('send', sendAgainMs, () => {
      for (const waiting of unsent) announceTo(waiting);
    });
  };
  const changeOwn = (change: () => void): void => {
    const before = own();
    change();
    const now = own();
    if (before.state === now.state && before.onCall === now.onCall) return;
    for (const account of sessions) announceTo(account);
  };

  const onState = (account: AccountKey, state: PeerState): void => {
    if (state === 'connected') {
      sessions.add(account);
      announceTo(account);
    }
    if (state === 'closed') {
      sessions.delete(account);
      unsent.delete(account);
    }
    if (isFriend(account) || peers.has(account)) apply(account, { type: state });
    if (state === 'closed') peers.delete(account);
  };
  const onMessage = (account: AccountKey, bytes: Uint8Array): void => {
    if (!isFriend(account)) return;
    const announcement = decodeAnnouncement(bytes);
    if (announcement === null) misbehaved(account, 'malformed presence');
    else apply(account, { type: 'announced', announcement });
  };
  const saveAll = (): void => {
    for (const account of peers.keys()) {
      apply(account, { type: 'tick' });
      const now = peer(account);
      if (isVisible(now)) save(account, now);
    }
  };
  const saveAgainAndAgain = (): void => {
    saveAll();
    after('save', saveEveryMs, saveAgainAndAgain);
  };
  return {
    start() {
      stops.push(
        wire.onMessage(({ account }, bytes) => onMessage(account, bytes)),
        wire.onState(({ account }, state) => onState(account, state)),
      );
      after('save', saveEveryMs, saveAgainAndAgain);
    },
    stop() {
      for (const stop of stops.splice(0)) stop();
      saveAll();
      for (const timer of timers.values()) timer.cancel();
      timers.clear();
      peers.clear();
      sessions.clear();
      unsent.clear();
    },
    setOwn: (next) => changeOwn(() => (chosen = next)),
    setOnCall: (next) => changeOwn(() => (onCall = next)),
    view: (account) => presenceView(peer(account)),
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
