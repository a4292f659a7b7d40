import {
  writeInvitation,
  writeSafetyScan,
  type ContactView,
  type LookupView,
  type PresenceView,
  type ProfileView,
} from '../../preload/contract/index.ts';
import type { ContactEntry, Contacts } from '../contacts/index.ts';
import type { Directory } from '../directory/index.ts';
import { safetyHalf, safetyNumber } from '../identity/index.ts';
import { AppError } from '../ports/app-error.ts';
import { fromHex } from '../ports/hex.ts';
import type { PeoplePart } from './engine.ts';
import { hostPortText, type HostPort } from '../ports/host-port.ts';
import { createCollection } from './observable.ts';

export interface PeoplePartOptions {
  readonly directory: Directory;
  readonly networkReady: (signal: AbortSignal) => Promise<void>;
  /** Ourselves; null: nobody yet. */
  readonly ownAccount: () => { readonly name: string; readonly accountKey: string } | null;
  /** Nodes by which somebody new gets in, tried just now. */
  readonly entrances: () => Promise<readonly HostPort[]>;
  readonly profileOf: (account: string) => ProfileView;
  /** Who hides when they were last there is not told it of others. */
  readonly showsLastSeen: () => boolean;
}

/** Views of people as the features have them, for the account that signed in. */
export interface PeopleViews {
  readonly presenceOf: (account: string) => PresenceView;
  readonly isNameTaken: (account: string) => boolean;
  /** Whom we are invisible to changed. */
  readonly visibilityChanged: () => void;
}

export interface PeoplePartControl extends PeoplePart {
  /** The people of the account that signed in. */
  use(contacts: Contacts, views: PeopleViews): void;
  /** Their presence changed, what they say of themselves, or whose their name is. */
  changed(account: string): void;
  /** What is shown of everybody changed. */
  allChanged(): void;
}

/** Contacts with their presence, as the bridge shows them. */
export function createPeoplePart(options: PeoplePartOptions): PeoplePartControl {
  const { directory, networkReady, ownAccount, entrances, profileOf, showsLastSeen } = options;
  const contacts = createCollection<string, ContactView>((contact) => contact.accountKey);
  let own: Contacts | null = null;
  let views: PeopleViews | null = null;
  const halves = new Map<string, string>();

  const people = (): Contacts => {
    if (own === null) throw new AppError('NOT_SIGNED_IN', 'there is no account yet');
    return own;
  };
  const self = (): { readonly name: string; readonly accountKey: string } => {
    const account = ownAccount();
    if (account === null) throw new AppError('NOT_SIGNED_IN', 'there is no account yet');
    return account;
  };
  /** Of as many as are looked at; each takes milliseconds. */
  const halfOf = ({ name, accountKey }: { readonly name: string; readonly accountKey: string }): string => {
    const id = `${accountKey} ${name}`;
    const known = halves.get(id);
    if (known !== undefined) return known;
    const key = fromHex(accountKey, 32);
    if (key === null) throw new AppError('BAD_INPUT', 'no account key');
    const half = safetyHalf({ key, name });
    halves.set(id, half);
    return half;
  };
  const view = ({ lastSeenMs, ...entry }: ContactEntry): ContactView => {
    const unknown: PresenceView = { state: 'unknown', onCall: false, lastSeenMs };
    const presence = entry.relation === 'contact' ? (views?.presenceOf(entry.accountKey) ?? unknown) : unknown;
    return {
      ...entry,
      nameTaken: views?.isNameTaken(entry.accountKey) ?? false,
      presence: { ...presence, lastSeenMs: showsLastSeen() ? (presence.lastSeenMs ?? lastSeenMs) : null },
      profile: profileOf(entry.accountKey),
    };
  };
  const showAll = (): void => {
    if (own !== null) contacts.replaceAll(own.list().map(view));
  };

  return {
    contacts,
    use(next, nextViews) {
      own = next;
      views = nextViews;
      showAll();
      next.onChange((change) => {
        if (change.type === 'upsert') contacts.upsert(view(change.contact));
        else contacts.remove(change.accountKey);
      });
    },
    changed(account) {
      const entry = own?.get(account);
      if (entry !== undefined) contacts.upsert(view(entry));
    },
    allChanged: showAll,
    async lookup(typed, signal): Promise<LookupView> {
      const bound = signal ?? new AbortController().signal;
      await networkReady(bound);
      return (await directory.lookup(typed, bound)).view;
    },
    async invitation() {
      const account = self();
      const via = (await entrances()).map(hostPortText);
      return writeInvitation({ name: account.name, accountKey: account.accountKey, via });
    },
    async request(typed, note, pinned, signal) {
      const contactsNow = people();
      const bound = signal ?? new AbortController().signal;
      await networkReady(bound);
      const { view: found } = await directory.lookup(typed, bound);
      switch (found.result) {
        case 'found':
          if (pinned !== null && pinned !== found.accountKey)
            throw new AppError('OTHER_ACCOUNT', 'the link is another account’s', { name: found.name });
          return view(contactsNow.request({ accountKey: found.accountKey, name: found.name, note }));
        case 'disputed':
          // The link says who of them is meant. Their door is looked for again until there is one claim.
          if (pinned !== null && found.accountKeys.includes(pinned))
            return view(contactsNow.request({ accountKey: pinned, name: found.name, note }));
          throw new AppError('NAME_DISPUTED', 'more than one valid claim', { name: found.name });
        case 'lapsed':
        case 'not-found':
          throw new AppError('NAME_NOT_FOUND', 'nobody holds this name', { name: found.name });
      }
    },
    accept: (account) => people().accept(account),
    decline: (account) => people().decline(account),
    block: (account) => people().block(account),
    unblock: (account) => people().unblock(account),
    remove: (account) => people().remove(account),
    restore: (account) => people().restore(account),
    rename: (account, nickname) => people().rename(account, nickname),
    setVolume: (account, volume) => people().setVolume(account, volume),
    setHideAddress: (account, hideAddress) => people().setHideAddress(account, hideAddress),
    setFavourite: (account, favourite) => people().setFavourite(account, favourite),
    setInvisibleTo(account, invisibleTo) {
      people().setInvisibleTo(account, invisibleTo);
      views?.visibilityChanged();
    },
    safety(account) {
      const person = people().get(account);
      if (person === undefined) throw new AppError('NOT_A_CONTACT', 'nobody of that key in the list');
      const us = self();
      const theirs = halfOf(person);
      return {
        digits: safetyNumber(halfOf(us), theirs),
        theirs,
        scan: writeSafetyScan({ from: us.accountKey, to: account }),
      };
    },
    ownSafetyCode: () => halfOf(self()),
    setVerified: (account, verified) => people().setVerified(account, verified),
  };
}
