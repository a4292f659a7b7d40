import type { ChosenPresence, PresenceView } from '../../preload/contract/index.ts';
import type { Clock, Timer } from '../ports/clock.ts';
import { shortKey, type Logger } from '../ports/logger.ts';
import type { AccountKey, PeerState, PeerWire, Unsubscribe } from '../ports/peer-wire.ts';
import {
  hidesLastSeen,
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
  /** Storing "last seen" (null: they want it forgotten) may fail with an `AppError`; that is logged, and tried again at the next occasion. */
  readonly saveLastSeen: (account: AccountKey, atMs: number | null) => void;
  /** They see us offline, whatever we are. */
  readonly isInvisibleTo: (account: AccountKey) => boolean;
  /** We don't want it kept when we were last there. */
  readonly hidesLastSeen: () => boolean;
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
  /** Nobody has touched this computer for a while: whoever is online is away, unless they talk. */
  setIdle(idle: boolean): void;
  /** The computer is about to sleep, or is back: friends need not find out by silence. */
  setAsleep(asleep: boolean): void;
  /** Whom we are invisible to, or whether we hide when we were last there, changed. */
  refresh(): void;
  view(account: AccountKey): PresenceView;
  /** Only when the view of somebody differs in more than the time in `lastSeenMs`, or they left. */
  onChange(listener: (account: AccountKey, view: PresenceView) => void): Unsubscribe;
}

/** A crash of ours costs at most this much of "last seen". */
const saveEveryMs = 300_000;
/** The link's queue was full; only the newest state matters by then. */
const sendAgainMs = 1_000;

const isSame = (a: Announcement | undefined, b: Announcement): boolean =>
  a?.state === b.state && a.onCall === b.onCall && a.hidesLastSeen === b.hidesLastSeen;

export function createPresence(options: PresenceOptions): Presence {
  const { wire, isFriend, lastSeen, saveLastSeen, misbehaved, clock, logger } = options;
  const peers = new Map<AccountKey, PeerPresence>();
  const listeners = new Set<(account: AccountKey, view: PresenceView) => void>();
  /** 'save', 'send', and by account the end of a grace. */
  const timers = new Map<string, Timer>();
  const stops: Unsubscribe[] = [];
  /** Sessions that are up or shaky: who hears of changes. */
  const sessions = new Set<AccountKey>();
  const unsent = new Set<AccountKey>();
  /** What each was told in this session. Saying it again would tell those who are to see nothing that something happened. */
  const told = new Map<AccountKey, Announcement>();
  let chosen: ChosenPresence = 'online';
  let onCall = false;
  let isIdle = false;
  let isAsleep = false;

  const peer = (account: AccountKey): PeerPresence => peers.get(account) ?? unheardOf(lastSeen(account));
  const after = (key: string, delayMs: number, run: () => void): void => {
    timers.get(key)?.cancel();
    timers.set(key, clock.setTimer(delayMs, run));
  };
  const save = (account: AccountKey, now: PeerPresence): void => {
    const { lastSeenMs } = now;
    if (lastSeenMs === null && !hidesLastSeen(now)) return;
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
    const isForgotten = before.lastSeenMs !== null && hidesLastSeen(now);
    if (isForgotten || isVisible(before) !== isVisible(now)) save(account, now);
    const [was, is] = [presenceView(before), presenceView(now)];
    const isSameKind = (was.lastSeenMs === null) === (is.lastSeenMs === null);
    if (was.state === is.state && was.onCall === is.onCall && isSameKind) return;
    for (const listener of listeners) listener(account, is);
  };

  /** Who is invisible looks exactly like somebody who is not there. */
  const ownFor = (account: AccountKey): Announcement => {
    const hides = options.hidesLastSeen();
    if (chosen === 'invisible' || isAsleep || options.isInvisibleTo(account))
      return { state: 'offline', onCall: false, hidesLastSeen: hides };
    return { state: chosen === 'online' && isIdle && !onCall ? 'away' : chosen, onCall, hidesLastSeen: hides };
  };
  const announceTo = (account: AccountKey): void => {
    unsent.delete(account);
    const own = ownFor(account);
    if (!isFriend(account) || isSame(told.get(account), own)) return;
    const result = wire.send(account, encodeAnnouncement(own));
    if (result === 'queued') told.set(account, own);
    if (result !== 'too-much') return;
    unsent.add(account);
    after('send', sendAgainMs, () => {
      for (const waiting of unsent) announceTo(waiting);
    });
  };
  const announce = (): void => {
    for (const account of sessions) announceTo(account);
  };

  const onState = (account: AccountKey, state: PeerState): void => {
    if (state === 'connected') {
      sessions.add(account);
      told.delete(account);
      announceTo(account);
    }
    if (state === 'closed') {
      sessions.delete(account);
      unsent.delete(account);
      told.delete(account);
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
      told.clear();
    },
    setOwn(next) {
      chosen = next;
      announce();
    },
    setOnCall(next) {
      onCall = next;
      announce();
    },
    setIdle(next) {
      isIdle = next;
      announce();
    },
    setAsleep(next) {
      isAsleep = next;
      announce();
    },
    refresh: announce,
    view: (account) => presenceView(peer(account)),
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
