import { writeInvitation, type ContactView, type LookupView, type PresenceView } from '../../preload/contract/index.ts';
import type { ContactEntry, Contacts } from '../contacts/index.ts';
import type { Directory } from '../directory/index.ts';
import { AppError } from '../ports/app-error.ts';
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
}

export interface PeoplePartControl extends PeoplePart {
  /** The people of the account that signed in. */
  use(
    contacts: Contacts,
    presenceOf: (account: string) => Omit<PresenceView, 'lastSeenMs'> & { lastSeenMs: number | null },
    isNameTaken: (account: string) => boolean,
  ): void;
  /** Their presence changed, or whose their name is. */
  changed(account: string): void;
}

/** Contacts with their presence, as the bridge shows them. */
export function createPeoplePart({ directory, networkReady, ownAccount, entrances }: PeoplePartOptions): PeoplePartControl {
  const contacts = createCollection<string, ContactView>((contact) => contact.accountKey);
  let own: Contacts | null = null;
  let presenceOf: ((account: string) => PresenceView) | null = null;
  let isNameTaken: (account: string) => boolean = () => false;

  const people = (): Contacts => {
    if (own === null) throw new AppError('NOT_SIGNED_IN', 'there is no account yet');
    return own;
  };
  const view = ({ lastSeenMs, ...entry }: ContactEntry): ContactView => {
    const unknown: PresenceView = { state: 'unknown', onCall: false, lastSeenMs };
    const presence = entry.relation === 'contact' ? (presenceOf?.(entry.accountKey) ?? unknown) : unknown;
    return {
      ...entry,
      nameTaken: isNameTaken(entry.accountKey),
      presence: { ...presence, lastSeenMs: presence.lastSeenMs ?? lastSeenMs },
    };
  };

  return {
    contacts,
    use(next, presence, nameTaken) {
      own = next;
      presenceOf = presence;
      isNameTaken = nameTaken;
      contacts.replaceAll(next.list().map(view));
      next.onChange((change) => {
        if (change.type === 'upsert') contacts.upsert(view(change.contact));
        else contacts.remove(change.accountKey);
      });
    },
    changed(account) {
      const entry = own?.get(account);
      if (entry !== undefined) contacts.upsert(view(entry));
    },
    async lookup(typed, signal): Promise<LookupView> {
      const bound = signal ?? new AbortController().signal;
      await networkReady(bound);
      return (await directory.lookup(typed, bound)).view;
    },
    async invitation() {
      const account = ownAccount();
      if (account === null) throw new AppError('NOT_SIGNED_IN', 'there is no account yet');
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
  };
}
