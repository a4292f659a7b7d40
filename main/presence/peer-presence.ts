import type { PresenceView } from '../../preload/contract/index.ts';
import type { Announcement } from './presence-wire.ts';

/** A redial takes a second or two; a flicker to offline and back would say more than we know. */
export const interruptedGraceMs = 3_000;

/**
 *   gone ── connected ──► up ── interrupted ──► shaky ── (grace over) ──► gone
 *    ▲                    ▲ └──── closed ─────► gone        │
 *    └──── closed ────────┴──────── resumed ────────────────┘
 *
 * What is announced is remembered while shaky or just over the grace, so that a session that resumes later is what it was.
 */
export interface PeerPresence {
  readonly link: 'gone' | 'up' | 'shaky';
  readonly lastSeenMs: number | null;
  readonly announced: Announcement | null;
}

export type PresenceEvent =
  | { readonly type: 'connected' }
  | { readonly type: 'announced'; readonly announcement: Announcement }
  | { readonly type: 'interrupted' }
  | { readonly type: 'resumed' }
  | { readonly type: 'closed' }
  /** `interruptedGraceMs` after `interrupted`, unless something else came first. */
  | { readonly type: 'grace-over' }
  /** Time passed: somebody who is there was seen just now. */
  | { readonly type: 'tick' };

export const unheardOf = (lastSeenMs: number | null): PeerPresence => ({ link: 'gone', lastSeenMs, announced: null });

/** They are there, and want to be seen. */
export const isVisible = ({ link, announced }: PeerPresence): boolean =>
  link !== 'gone' && announced !== null && announced.state !== 'offline';

/** They don't want it known when they were last there. */
export const hidesLastSeen = ({ announced }: PeerPresence): boolean => announced?.hidesLastSeen ?? false;

/** @param nowMs wall clock: what people see */
export function nextPresence(before: PeerPresence, event: PresenceEvent, nowMs: number): PeerPresence {
  const after = next(before, event, nowMs);
  return hidesLastSeen(event.type === 'announced' ? after : before) ? { ...after, lastSeenMs: null } : after;
}

function next(before: PeerPresence, event: PresenceEvent, nowMs: number): PeerPresence {
  const seenMs = isVisible(before) && before.link === 'up' ? nowMs : before.lastSeenMs;
  switch (event.type) {
    case 'connected':
      // A new session begins with a snapshot; until it is here, nothing is known.
      return { link: 'up', lastSeenMs: seenMs, announced: null };
    case 'announced': {
      const isSeen = event.announcement.state !== 'offline';
      return { link: 'up', lastSeenMs: isSeen ? nowMs : seenMs, announced: event.announcement };
    }
    case 'interrupted':
      return before.link === 'up' ? { link: 'shaky', lastSeenMs: seenMs, announced: before.announced } : before;
    case 'resumed': {
      const resumed: PeerPresence = { link: 'up', lastSeenMs: before.lastSeenMs, announced: before.announced };
      return isVisible(resumed) ? { ...resumed, lastSeenMs: nowMs } : resumed;
    }
    case 'closed':
      return { link: 'gone', lastSeenMs: seenMs, announced: null };
    case 'grace-over':
      return before.link === 'shaky' ? { ...before, link: 'gone' } : before;
    case 'tick':
      return { ...before, lastSeenMs: seenMs };
    default:
      return event satisfies never;
  }
}

export function presenceView(presence: PeerPresence): PresenceView {
  const { announced, lastSeenMs } = presence;
  return isVisible(presence) && announced !== null
    ? { state: announced.state, onCall: announced.onCall, lastSeenMs }
    : { state: 'offline', onCall: false, lastSeenMs };
}
