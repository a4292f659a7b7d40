/** Which session a new link belongs to. Both sides decide alone; these two rules make them agree. */
export interface HeldSession {
  /** Hex. */
  readonly id: string;
  /** Drawn by the other side when its program started: another one means that it has forgotten everything. */
  readonly peerInstance: string;
  /** It has a link, as far as we know. */
  readonly hasLink: boolean;
  /** It has a link that they use too: they answered on it, or said something since. */
  readonly isLive: boolean;
  readonly isLinkDialedByThem: boolean;
}

/**
 * The answering side, given what the dialer's hello offers. `ignore`: this link isn't needed; the dialer wrote its hello before
 * it noticed the link we already share (both had dialed).
 */
export function judgeOffer(
  held: HeldSession | null,
  offer: { readonly session: string | null; readonly instance: string },
): 'fresh' | 'resume' | 'ignore' {
  if (held === null || held.peerInstance !== offer.instance) return 'fresh';
  if (offer.session === held.id) return 'resume';
  return offer.session === null && held.isLive ? 'ignore' : 'fresh';
}

/**
 * The dialing side, given the session named in the reply. If both dialed and each answered the other, the link of the lower
 * account key stays: its dialer adopts, the other drops.
 */
export function judgeReply(held: HeldSession | null, session: string, areWeLower: boolean): 'adopt' | 'resume' | 'drop' {
  if (held === null) return 'adopt';
  if (held.id === session) return 'resume';
  return held.hasLink && held.isLinkDialedByThem && !areWeLower ? 'drop' : 'adopt';
}
