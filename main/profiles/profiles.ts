import {
  displayNameMaxLength,
  isPlainLine,
  moodMaxLength,
  noProfile,
  plainLine,
  type ProfileView,
} from '../../preload/contract/index.ts';
import { nextSequence } from '../identity/index.ts';
import { AppError } from '../ports/app-error.ts';
import type { Clock, Timer } from '../ports/clock.ts';
import { fromHex, toHex } from '../ports/hex.ts';
import { openGate, type LineGate } from '../ports/line-gate.ts';
import { shortKey, type Logger } from '../ports/logger.ts';
import type { AccountKey, PeerWire, Unsubscribe } from '../ports/peer-wire.ts';
import { TokenBucket } from '../ports/token-bucket.ts';
import type { ProfileRepository, StoredProfile } from '../storage/index.ts';
import { checkPicture, type CheckedPicture } from './picture-check.ts';
import { beginFetch, nextFetch, questionOf, type Fetch } from './profile-fetch.ts';
import {
  decodeProfileMessage,
  documentIdOf,
  encodeDocument,
  encodeProfileMessage,
  partBytes,
  pictureIdOf,
  type ProfileMessage,
} from './profile-wire.ts';

export interface ProfilesOptions {
  /** Our own account, whose profile is told. */
  readonly self: AccountKey;
  /** `lilliput/profile/1` with `profileWireLimits`. */
  readonly wire: PeerWire;
  /** Both said yes: only they are told, asked and answered. */
  readonly isContact: (account: AccountKey) => boolean;
  readonly misbehaved: (account: AccountKey, reason: string) => void;
  readonly repository: ProfileRepository;
  /** Without it nothing waits. */
  readonly gate?: LineGate;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** What we and our contacts say of ourselves. On disk when a method returns. */
export interface Profiles {
  start(): void;
  stop(): void;
  of(account: AccountKey): ProfileView;
  picture(id: string): CheckedPicture | null;
  /** @throws AppError BAD_INPUT */
  update(text: Omit<ProfileView, 'picture'>): void;
  /** Null: none. @throws AppError BAD_PICTURE */
  setPicture(bytes: Uint8Array | null): void;
  /** They became a contact, maybe while the session was there. */
  greet(account: AccountKey): void;
  onChange(listener: (account: AccountKey) => void): Unsubscribe;
}

/** A profile is changed a few times a day; who changes theirs all the time is followed at this pace. */
const fetches = { perSecond: 1 / 60, burst: 6 };
/** A fetch is five questions, and a lost answer a few more; somebody who asks all day gets one part every 5 s. */
const answers = { perSecond: 1 / 5, burst: 15 };
/** While the line is the voice's alone: a picture's part is so long, and goes so long after the one before, whoever wants it: 1.6 kbit/s. */
const [shutPartBytes, betweenShutPartsMs] = [2_048, 10_000];
/** Before it is asked for anew, from the beginning. */
const shutPatienceMs = 40_000;
/** What was asked for and did not come is asked for anew, if the pace allows. */
const againMs = 60_000;

/** What is known of a contact for as long as the app runs, so that new sessions bring no new allowances. */
interface Peer {
  readonly fetches: TokenBucket;
  readonly answers: TokenBucket;
  /** The newest they said they have, beyond what is stored. */
  wanted: { readonly version: number; readonly id: Uint8Array } | null;
  fetch: Fetch | null;
  timer: Timer | null;
  /** Our version that they were told in this session. */
  told: number;
  isThere: boolean;
}

export function createProfiles(options: ProfilesOptions): Profiles {
  const { self, wire, isContact, misbehaved, repository, gate = openGate, clock, logger } = options;
  const peers = new Map<AccountKey, Peer>();
  const listeners = new Set<(account: AccountKey) => void>();
  const stops: Unsubscribe[] = [];
  /** While the gate is shut, no part of our picture goes before. Monotonic. */
  let nextPartMs = -Infinity;

  const peerOf = (account: AccountKey): Peer => {
    const known = peers.get(account);
    if (known !== undefined) return known;
    const nowMs = clock.monotonicMs();
    const peer: Peer = {
      fetches: new TokenBucket(fetches.perSecond, fetches.burst, nowMs),
      answers: new TokenBucket(answers.perSecond, answers.burst, nowMs),
      wanted: null,
      fetch: null,
      timer: null,
      told: 0,
      isThere: false,
    };
    peers.set(account, peer);
    return peer;
  };
  const changed = (account: AccountKey): void => {
    for (const listener of listeners) listener(account);
  };
  const of = (account: AccountKey): ProfileView => {
    const stored = repository.get(account);
    if (stored === null) return noProfile;
    const { displayName, mood, picture } = stored;
    return { displayName, mood, picture };
  };

  // ---- ours, told -----------------------------------------------------------------------------------------------

  const ownDocument = (): { readonly version: number; readonly bytes: Uint8Array } | null => {
    const stored = repository.get(self);
    if (stored === null) return null;
    const { displayName, mood, picture } = stored;
    const bytes = picture === null ? null : repository.picture(picture);
    const id = picture === null ? null : fromHex(picture, 32);
    const document = { displayName, mood, picture: id === null || bytes === null ? null : { id, size: bytes.byteLength } };
    return { version: stored.version, bytes: encodeDocument(document) };
  };
  const tell = (account: AccountKey): void => {
    const own = ownDocument();
    const peer = peerOf(account);
    if (own === null || !peer.isThere || peer.told >= own.version || !isContact(account)) return;
    const message = encodeProfileMessage({ type: 'have', version: own.version, id: documentIdOf(own.bytes) });
    if (wire.send(account, message) === 'queued') peer.told = own.version;
  };
  const saveOwn = (change: Partial<StoredProfile>, picture: Uint8Array | null): void => {
    const before = repository.get(self) ?? { version: 0, ...noProfile };
    const version = nextSequence(before.version, clock.nowMs());
    repository.save(self, { ...before, ...change, version }, picture);
    for (const [account, { isThere }] of peers) if (isThere) tell(account);
    changed(self);
  };
  const answer = (account: AccountKey, id: Uint8Array, from: number): void => {
    if (!peerOf(account).answers.take(clock.monotonicMs())) return;
    const own = ownDocument();
    if (own === null) return;
    const picture = repository.get(self)?.picture ?? null;
    const isDocument = Buffer.compare(documentIdOf(own.bytes), id) === 0;
    const bytes = isDocument ? own.bytes : picture !== null && picture === toHex(id) ? repository.picture(picture) : null;
    // An older one than ours of now: they were told of the newer.
    if (bytes === null || from >= bytes.byteLength) return;
    const send = (length: number): unknown =>
      wire.send(account, encodeProfileMessage({ type: 'part', id, from, bytes: bytes.slice(from, from + length) }));
    if (!gate.isShut || isDocument) return void send(partBytes);
    const waitMs = Math.max(nextPartMs - clock.monotonicMs(), betweenShutPartsMs);
    if (waitMs > shutPatienceMs) return;
    nextPartMs = clock.monotonicMs() + waitMs + betweenShutPartsMs;
    void gate.opened(waitMs).then(() => {
      if (peerOf(account).isThere && isContact(account)) send(gate.isShut ? shutPartBytes : partBytes);
    });
  };

  // ---- theirs, fetched ------------------------------------------------------------------------------------------

  const later = (account: AccountKey, peer: Peer): void => {
    peer.timer?.cancel();
    peer.timer = clock.setTimer(againMs, () => {
      peer.fetch = null;
      pursue(account, peer);
    });
  };
  const ask = (account: AccountKey, peer: Peer, fetch: Fetch): void => {
    peer.fetch = fetch;
    later(account, peer);
    wire.send(account, encodeProfileMessage(questionOf(fetch)));
  };
  const pursue = (account: AccountKey, peer: Peer): void => {
    const { wanted } = peer;
    if (wanted === null || !peer.isThere || !isContact(account)) return;
    if (!peer.fetches.take(clock.monotonicMs())) return later(account, peer);
    return ask(account, peer, beginFetch(wanted.version, wanted.id));
  };
  const settle = (peer: Peer, version: number): void => {
    peer.timer?.cancel();
    peer.timer = null;
    peer.fetch = null;
    if (peer.wanted !== null && peer.wanted.version <= version) peer.wanted = null;
  };
  const keep = (account: AccountKey, peer: Peer, profile: StoredProfile, picture: Uint8Array | null): void => {
    settle(peer, profile.version);
    try {
      repository.save(account, profile, picture);
      changed(account);
    } catch (error) {
      // A full disk: said by storage itself. They say what they have again with the next session.
      logger.warn('profile-not-kept', { account: shortKey(account), error: String(error).slice(0, 200) });
    }
    pursue(account, peer);
  };
  const hear = (account: AccountKey, version: number, id: Uint8Array): void => {
    const peer = peerOf(account);
    if (version <= Math.max(repository.get(account)?.version ?? 0, peer.wanted?.version ?? 0)) return;
    peer.wanted = { version, id };
    pursue(account, peer);
  };
  const take = (account: AccountKey, part: Extract<ProfileMessage, { type: 'part' }>): void => {
    const peer = peerOf(account);
    if (peer.fetch === null) return;
    const step = nextFetch(peer.fetch, part, (id) => repository.picture(toHex(id)) !== null);
    switch (step.type) {
      case 'ignored':
        return;
      case 'ask':
        return ask(account, peer, step.fetch);
      case 'false':
        return refuse(account, peer, peer.fetch);
      case 'done': {
        const { version, document, picture } = step;
        const isBad = picture !== null && checkPicture(picture) === null;
        if (isBad) logger.warn('picture-refused', { account: shortKey(account) });
        const id = document.picture === null || isBad ? null : toHex(document.picture.id);
        const { displayName, mood } = document;
        return keep(account, peer, { version, displayName, mood, picture: id }, isBad ? null : picture);
      }
    }
  };
  /** What was sent is not what was named: this version is not asked for again, and what they said before stays. */
  const refuse = (account: AccountKey, peer: Peer, { version }: Fetch): void => {
    logger.warn('profile-refused', { account: shortKey(account) });
    const before = repository.get(account) ?? noProfile;
    keep(account, peer, { version, displayName: before.displayName, mood: before.mood, picture: before.picture }, null);
  };

  const onMessage = (account: AccountKey, bytes: Uint8Array): void => {
    const message = decodeProfileMessage(bytes);
    if (message === null) return misbehaved(account, 'malformed profile message');
    // From somebody who is no contact (yet, or any more) it means nothing.
    if (!isContact(account)) return undefined;
    switch (message.type) {
      case 'have':
        return hear(account, message.version, message.id);
      case 'get':
        return answer(account, message.id, message.from);
      case 'part':
        return take(account, message);
    }
  };
  const leave = (peer: Peer): void => {
    peer.timer?.cancel();
    peer.timer = null;
    peer.fetch = null;
    peer.wanted = null;
    peer.told = 0;
    peer.isThere = false;
  };

  return {
    start() {
      stops.push(
        wire.onMessage(({ account }, bytes) => onMessage(account, bytes)),
        wire.onState(({ account }, state) => {
          if (state === 'closed') return leave(peerOf(account));
          if (state !== 'connected') return undefined;
          const peer = peerOf(account);
          leave(peer);
          peer.isThere = true;
          return tell(account);
        }),
      );
    },
    stop() {
      for (const stop of stops.splice(0)) stop();
      for (const peer of peers.values()) leave(peer);
    },
    of,
    picture(id) {
      const bytes = repository.picture(id);
      return bytes === null ? null : checkPicture(bytes);
    },
    update({ displayName, mood }) {
      const text = { displayName: plainLine(displayName), mood: plainLine(mood) };
      if (!isPlainLine(text.displayName, displayNameMaxLength)) throw new AppError('BAD_INPUT', 'display name');
      if (!isPlainLine(text.mood, moodMaxLength)) throw new AppError('BAD_INPUT', 'mood');
      saveOwn(text, null);
    },
    setPicture(bytes) {
      if (bytes !== null && checkPicture(bytes) === null) throw new AppError('BAD_PICTURE', 'no picture that can be shown');
      saveOwn({ picture: bytes === null ? null : toHex(pictureIdOf(bytes)) }, bytes);
    },
    greet: tell,
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
