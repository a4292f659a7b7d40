import type { ContactView } from '../../preload/contract/index.ts';
import { noteMaxChars } from '../../preload/contract/index.ts';
import { AppError } from '../ports/app-error.ts';
import type { Clock } from '../ports/clock.ts';
import { shortKey, type Logger } from '../ports/logger.ts';
import type { AccountKey, PeerWire, Unsubscribe } from '../ports/peer-wire.ts';
import type { Random } from '../ports/random.ts';
import { decodeContactAddress } from '../identity/index.ts';
import type { CertificateCheck, ContactAddress, LinkIdentity, WantedPerson } from '../overlay/index.ts';
import type { ContactRepository, StoredContact } from '../storage/index.ts';
import { createAddressTeller } from './address-teller.ts';
import { decodeContactMessage, encodeAddressAck, encodeAddressMessage } from './contact-wire.ts';
import { leaveAddress, type RequestToLeave } from './asking.ts';
import { createRequestDesk, type NameVerifier, type RequestOutcome } from './request-desk.ts';
import { createRoster, type RosterChange } from './roster.ts';
import { isFriendly, isListed, maxPeople, unmarked, withAddress } from './roster-rules.ts';

/** A contact without presence and profile, which the engine merges in. */
export type ContactEntry = Omit<ContactView, 'presence' | 'nameTaken' | 'profile'> & { readonly lastSeenMs: number | null };

export type ContactChange =
  | { readonly type: 'upsert'; readonly contact: ContactEntry }
  | { readonly type: 'remove'; readonly accountKey: AccountKey };

export interface ContactsOptions {
  readonly name: string;
  /** Asked each time: a certificate is renewed while the app runs. */
  readonly identity: () => LinkIdentity;
  /** How contacts reach us now. */
  readonly address: () => ContactAddress;
  /** How those reach us from whom we hide our address: a sequence less. */
  readonly hiddenAddress: () => ContactAddress;
  /** Makes and saves new listening secrets, listens on them, and resolves when both addresses are the new ones. */
  readonly rotateListening: () => Promise<void>;
  /** `lilliput/contacts/1` with `contactsWireLimits`. */
  readonly wire: PeerWire;
  /**
   * Leaves a request in somebody's mailbox, where the directory says that theirs is. @returns whether it waits for them there
   * @throws AppError NOT_REACHABLE, NO_NETWORK, CANCELLED
   */
  readonly leaveRequest: (request: RequestToLeave, signal: AbortSignal) => Promise<boolean>;
  readonly verifyName: NameVerifier;
  readonly checkCertificate: CertificateCheck;
  readonly repository: ContactRepository;
  /** Messages and calls with somebody who was removed in the last session. */
  readonly eraseHistory: (account: AccountKey) => void;
  /** This peer broke the protocol: close the link. */
  readonly misbehaved: (account: AccountKey, reason: string) => void;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
}

/** Who we know, who asked, who is blocked; and how each of them learns how to reach us. All on disk when a method returns. */
export interface Contacts {
  start(): void;
  stop(): void;
  list(): ContactEntry[];
  get(account: AccountKey): ContactEntry | undefined;
  /** Contacts, and the people we asked: for `People.setAdmission`. */
  admit(account: AccountKey): boolean;
  /** For `People.setWanted`; ask again after each change. */
  wanted(): WantedPerson[];
  isContact(account: AccountKey): boolean;
  onChange(listener: (change: ContactChange) => void): Unsubscribe;
  /** At the start, and when who may connect or how to reach them changed: call `wanted()`. */
  onRoster(listener: () => void): Unsubscribe;
  /** A request that came for us, whoever left it. */
  takeRequest(request: Uint8Array): Promise<RequestOutcome>;
  /**
   * Asks somebody whose name was looked up. Stored at once; delivered now, or as soon as they are online.
   * If they asked us before, this accepts.
   * @throws AppError IT_IS_YOU, ALREADY_A_CONTACT, BLOCKED, TOO_LONG, TOO_MANY
   */
  request(person: { readonly accountKey: AccountKey; readonly name: string; readonly note: string }): ContactEntry;
  /** @throws AppError NOT_A_CONTACT if they did not ask */
  accept(account: AccountKey): void;
  /** The other side learns nothing. @throws AppError NOT_A_CONTACT */
  decline(account: AccountKey): void;
  /** Takes effect at once; resolves when our old address is worthless. @throws AppError NOT_A_CONTACT */
  block(account: AccountKey): Promise<void>;
  /** @throws AppError NOT_A_CONTACT */
  unblock(account: AccountKey): void;
  /** Hidden and cut off at once; resolves when our old address is worthless. Erased at the next start. @throws AppError NOT_A_CONTACT */
  remove(account: AccountKey): Promise<void>;
  /** @throws AppError NOT_A_CONTACT if they were not removed in this session */
  restore(account: AccountKey): void;
  /** @throws AppError NOT_A_CONTACT */
  rename(account: AccountKey, nickname: string | null): void;
  /** How loud they are played here, 1 as it comes. @throws AppError NOT_A_CONTACT */
  setVolume(account: AccountKey, volume: number): void;
  /** Whether they may learn our address. Takes effect at once; resolves when the way to us that they knew is worthless. @throws AppError NOT_A_CONTACT */
  setHideAddress(account: AccountKey, hideAddress: boolean): Promise<void>;
  /** @throws AppError NOT_A_CONTACT */
  setFavourite(account: AccountKey, favourite: boolean): void;
  /** Whether they see us offline; the presence is the engine's to tell. @throws AppError NOT_A_CONTACT */
  setInvisibleTo(account: AccountKey, invisibleTo: boolean): void;
  /** The safety number was compared, or not after all. @throws AppError NOT_A_CONTACT */
  setVerified(account: AccountKey, verified: boolean): void;
  /** Merged into what is stored; see `main/presence`. */
  setLastSeen(account: AccountKey, atMs: number | null): void;
}

/** Sessions come up within seconds and tell in-band; only who is still not told then is left word. */
const wordAfterMs = 60_000;

export function createContacts(options: ContactsOptions): Contacts {
  const { wire, clock, logger, repository } = options;
  const roster = createRoster(repository);
  const connected = new Set<AccountKey>();
  const own = (): AccountKey => options.identity().account;
  const stops: Unsubscribe[] = [];
  let rotation: Promise<void> = Promise.resolve();

  const addressFor = ({ hideAddress }: StoredContact): ContactAddress =>
    hideAddress ? options.hiddenAddress() : options.address();
  const needsTelling = (account: AccountKey): boolean => {
    const contact = roster.get(account);
    return contact !== undefined && isFriendly(contact) && contact.ackedSequence < addressFor(contact).sequence;
  };
  const teller = createAddressTeller({
    clock,
    random: options.random,
    logger,
    needsTelling,
    leaveWord: async (account, signal) => {
      const contact = roster.get(account);
      return contact !== undefined && (await leaveAddress(options, contact, addressFor(contact), signal));
    },
  });
  /** In-band if there is a session; in their mailbox if that brings no confirmation. A request is left there at once. */
  const tell = (account: AccountKey): void => {
    const contact = roster.get(account);
    if (contact === undefined || !needsTelling(account)) return;
    if (connected.has(account)) wire.send(account, encodeAddressMessage(addressFor(contact)));
    teller.tell(account, contact.relation === 'contact' ? wordAfterMs : 0);
  };
  const acknowledged = (account: AccountKey, sequence: number): void => {
    const contact = roster.get(account);
    if (contact === undefined || !isFriendly(contact)) return;
    const known = Math.min(sequence, addressFor(contact).sequence);
    if (known <= contact.ackedSequence) return;
    roster.save({ ...contact, ackedSequence: known });
    if (!needsTelling(account)) teller.forget(account);
  };

  /**
   * Somebody who may know our address must not find us any more, or not there. Their row says which address they may know, so that a
   * rotation that a crash or a full disk prevented is made up for at the next start.
   */
  const isExposed = (contact: StoredContact): boolean => {
    if (!isFriendly(contact)) return contact.ackedSequence >= options.hiddenAddress().sequence;
    return contact.hideAddress && contact.ackedSequence >= options.address().sequence;
  };
  const rotate = async (): Promise<void> => {
    if (!roster.all().some(isExposed)) return;
    await options.rotateListening();
    roster.changed();
    for (const { accountKey } of roster.all()) tell(accountKey);
  };
  /** One at a time: two people blocked at once need one new address, not two. */
  const rotateIfExposed = (): Promise<void> => {
    const next = rotation.then(rotate);
    rotation = next.catch(() => undefined);
    return next;
  };
  /** The highest address they may know: what they acknowledged is less than what they may have received. */
  const exposure = (contact: StoredContact): number => {
    const mayKnow = contact.relation === 'contact' || contact.relation === 'outgoing';
    return mayKnow ? Math.max(contact.ackedSequence, addressFor(contact).sequence) : contact.ackedSequence;
  };
  /** Friends are told our address anew; what the others may know of it stays on record. */
  const readmitted = (contact: StoredContact): StoredContact =>
    isFriendly(contact) ? { ...contact, ackedSequence: 0 } : contact;
  const cutOff = async (contact: StoredContact): Promise<void> => {
    roster.save(contact);
    teller.forget(contact.accountKey);
    await rotateIfExposed();
  };

  const desk = createRequestDesk({
    verifyName: options.verifyName,
    checkCertificate: options.checkCertificate,
    own,
    roster,
    clock,
    logger,
    onFriend: tell,
  });

  const onMessage = (account: AccountKey, bytes: Uint8Array): void => {
    const message = decodeContactMessage(bytes);
    if (message === null) return options.misbehaved(account, 'malformed contacts message');
    const contact = roster.get(account);
    if (contact === undefined || !isFriendly(contact)) return undefined;
    if (message.type === 'address-ack') return acknowledged(account, message.sequence);
    const after = withAddress(contact, message.address, message.sequence, clock.nowMs());
    if (after !== contact) roster.save(after);
    wire.send(account, encodeAddressAck(message.sequence));
    return tell(account);
  };

  const person = (account: AccountKey, matches: (contact: StoredContact) => boolean): StoredContact => {
    const contact = roster.get(account);
    if (contact === undefined || !matches(contact)) throw new AppError('NOT_A_CONTACT', 'nobody of that kind in the list');
    return contact;
  };
  const befriend = (contact: StoredContact): void => {
    roster.save(readmitted({ ...contact, relation: 'contact', sinceMs: clock.nowMs() }));
    tell(contact.accountKey);
  };

  return {
    start() {
      const gone = roster.all().filter((contact) => contact.removed && !isExposed(contact));
      for (const { accountKey } of gone) {
        options.eraseHistory(accountKey);
        roster.forget(accountKey);
      }
      stops.push(
        wire.onMessage((from, bytes) => onMessage(from.account, bytes)),
        wire.onState(({ account }, state) => {
          if (state === 'closed') connected.delete(account);
          if (state !== 'connected') return;
          connected.add(account);
          tell(account);
        }),
      );
      roster.changed();
      for (const { accountKey } of roster.all()) tell(accountKey);
      rotateIfExposed().catch((error: unknown) => logger.error('rotation-failed', { error: String(error).slice(0, 200) }));
    },
    stop() {
      for (const stop of stops.splice(0)) stop();
      teller.stop();
      connected.clear();
    },
    list: () =>
      roster
        .all()
        .filter((contact) => !contact.removed)
        .map(entryOf),
    get(account) {
      const contact = roster.get(account);
      return contact === undefined || contact.removed ? undefined : entryOf(contact);
    },
    admit(account) {
      const contact = roster.get(account);
      return contact !== undefined && isFriendly(contact);
    },
    wanted: () =>
      roster
        .all()
        .filter(isFriendly)
        .map(({ accountKey, address, hideAddress }) => ({
          account: accountKey,
          address: address === null ? null : decodeContactAddress(address),
          isHidden: hideAddress,
        })),
    isContact(account) {
      const contact = roster.get(account);
      return contact !== undefined && isFriendly(contact) && contact.relation === 'contact';
    },
    onChange: (listener) => roster.onChange((change) => listener(changeOf(change))),
    onRoster: (listener) => roster.onRoster(listener),
    takeRequest: (request) => desk.take(request),
    request({ accountKey, name, note }) {
      if (accountKey === own()) throw new AppError('IT_IS_YOU', 'asked oneself');
      if (note.length > noteMaxChars) throw new AppError('TOO_LONG', 'note', { limit: noteMaxChars });
      const known = roster.get(accountKey);
      if (known !== undefined && !known.removed) {
        if (known.relation === 'incoming') {
          befriend(known);
          return entryOf(person(accountKey, () => true));
        }
        if (known.relation === 'blocked') throw new AppError('BLOCKED', 'unblock first');
        throw new AppError('ALREADY_A_CONTACT', known.relation);
      }
      if (roster.all().length >= maxPeople) throw new AppError('TOO_MANY', 'contacts', { limit: maxPeople });
      const contact: StoredContact = {
        accountKey,
        name,
        nickname: null,
        relation: 'outgoing',
        relationBefore: null,
        removed: false,
        note: note === '' ? null : note,
        ...unmarked,
        sinceMs: clock.nowMs(),
        lastSeenMs: null,
        address: null,
        ackedSequence: 0,
      };
      roster.save(contact);
      tell(accountKey);
      return entryOf(contact);
    },
    accept: (account) => befriend(person(account, ({ relation, removed }) => relation === 'incoming' && !removed)),
    decline(account) {
      const contact = person(account, ({ relation, removed }) => relation === 'incoming' && !removed);
      desk.declined(account);
      if (isExposed(contact)) roster.save({ ...contact, removed: true });
      else roster.forget(account);
    },
    async block(account) {
      const contact = person(account, ({ relation }) => relation !== 'blocked');
      logger.info('blocked', { account: shortKey(account) });
      const ackedSequence = exposure(contact);
      await cutOff({ ...contact, relation: 'blocked', relationBefore: contact.relation, removed: false, ackedSequence });
    },
    unblock(account) {
      const contact = person(account, ({ relation, removed }) => relation === 'blocked' && !removed);
      roster.save(readmitted({ ...contact, relation: contact.relationBefore ?? 'incoming', relationBefore: null }));
      tell(account);
    },
    async remove(account) {
      const contact = person(account, isListed);
      await cutOff({ ...contact, removed: true, ackedSequence: exposure(contact) });
    },
    restore(account) {
      const contact = person(account, ({ removed }) => removed);
      roster.save(readmitted({ ...contact, removed: false }));
      tell(account);
    },
    rename: (account, nickname) => roster.save({ ...person(account, isListed), nickname }),
    setVolume: (account, volume) => roster.save({ ...person(account, isListed), volume }),
    setFavourite: (account, favourite) => roster.save({ ...person(account, isListed), favourite }),
    setInvisibleTo: (account, invisibleTo) => roster.save({ ...person(account, isListed), invisibleTo }),
    setVerified: (account, verified) =>
      roster.save({ ...person(account, isListed), verifiedMs: verified ? clock.nowMs() : null }),
    async setHideAddress(account, hideAddress) {
      const contact = person(account, isListed);
      if (contact.hideAddress === hideAddress) return;
      roster.save({ ...contact, hideAddress, ackedSequence: exposure(contact) });
      tell(account);
      await rotateIfExposed();
    },
    setLastSeen: (account, atMs) => roster.setLastSeen(account, atMs),
  };
}

const entryOf = (contact: StoredContact): ContactEntry => ({
  accountKey: contact.accountKey,
  name: contact.name,
  nickname: contact.nickname,
  relation: contact.relation,
  note: contact.note,
  volume: contact.volume,
  hideAddress: contact.hideAddress,
  favourite: contact.favourite,
  invisibleTo: contact.invisibleTo,
  verifiedMs: contact.verifiedMs,
  sinceMs: contact.sinceMs,
  lastSeenMs: contact.lastSeenMs,
});

const changeOf = (change: RosterChange): ContactChange =>
  change.type === 'remove' ? change : { type: 'upsert', contact: entryOf(change.contact) };
