import type { AccountKey, Unsubscribe } from '../ports/peer-wire.ts';
import type { ContactRepository, StoredContact } from '../storage/index.ts';
import { isFriendly } from './roster-rules.ts';

export type RosterChange =
  | { readonly type: 'upsert'; readonly contact: StoredContact }
  | { readonly type: 'remove'; readonly accountKey: AccountKey };

/** The people on disk, in memory for asking, with change reports. What is shown is on disk first. */
export interface Roster {
  get(account: AccountKey): StoredContact | undefined;
  all(): StoredContact[];
  save(contact: StoredContact): void;
  forget(account: AccountKey): void;
  setLastSeen(account: AccountKey, atMs: number | null): void;
  /** Somebody removed counts as gone. */
  onChange(listener: (change: RosterChange) => void): Unsubscribe;
  /** Whom to admit or how to reach them changed. */
  onRoster(listener: () => void): Unsubscribe;
  changed(): void;
}

/** 'closed' to those who are not let in. */
const reach = (contact: StoredContact | undefined): Uint8Array | null | 'closed' =>
  contact !== undefined && isFriendly(contact) ? contact.address : 'closed';

const isSameReach = (before: StoredContact | undefined, after: StoredContact): boolean =>
  reach(before) === reach(after) && before?.hideAddress === after.hideAddress;

export function createRoster(repository: ContactRepository): Roster {
  const people = new Map(repository.all().map((contact) => [contact.accountKey, contact]));
  const changeListeners = new Set<(change: RosterChange) => void>();
  const rosterListeners = new Set<() => void>();
  const emit = (change: RosterChange): void => {
    for (const listener of changeListeners) listener(change);
  };
  const changed = (): void => {
    for (const listener of rosterListeners) listener();
  };
  return {
    get: (account) => people.get(account),
    all: () => [...people.values()],
    save(contact) {
      repository.save(contact);
      const before = people.get(contact.accountKey);
      people.set(contact.accountKey, contact);
      emit(contact.removed ? { type: 'remove', accountKey: contact.accountKey } : { type: 'upsert', contact });
      if (!isSameReach(before, contact)) changed();
    },
    forget(account) {
      repository.remove(account);
      const before = people.get(account);
      people.delete(account);
      emit({ type: 'remove', accountKey: account });
      if (reach(before) !== 'closed') changed();
    },
    setLastSeen(account, atMs) {
      const contact = people.get(account);
      if (contact === undefined) return;
      repository.setLastSeen(account, atMs);
      people.set(account, { ...contact, lastSeenMs: atMs });
    },
    onChange(listener) {
      changeListeners.add(listener);
      return () => changeListeners.delete(listener);
    },
    onRoster(listener) {
      rosterListeners.add(listener);
      return () => rosterListeners.delete(listener);
    },
    changed,
  };
}
