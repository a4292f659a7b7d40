import type { ContactView, ConversationView, Settings } from '../../preload/contract/index.ts';
import { displayName, isPresent, missingCase, timeOf, type PeopleShown } from '../state/index.ts';

/** A part of the list of people, in the order they stand in. */
export interface PeoplePart {
  readonly id: 'favourites' | 'onlineNow' | 'awayOffline' | 'everybody' | 'waiting';
  readonly people: readonly ContactView[];
}

export interface PeopleChoice {
  readonly order: Settings['peopleOrder'];
  readonly shown: PeopleShown;
}

export const byName = (a: ContactView, b: ContactView): number => displayName(a).localeCompare(displayName(b));

const lastMsOf = (conversations: ReadonlyMap<string, ConversationView>, { accountKey }: ContactView): number => {
  const last = conversations.get(accountKey)?.last ?? null;
  return last === null ? 0 : timeOf(last);
};

const isWanted = (person: ContactView, shown: PeopleShown): boolean => {
  switch (shown) {
    case 'all':
      return true;
    case 'present':
      return isPresent(person);
    case 'favourites':
      return person.favourite;
    default:
      return missingCase(shown);
  }
};

/** Who stands where: favourites before the others, each part in the chosen order. Empty parts are left out. */
export function peopleParts(
  contacts: ReadonlyMap<string, ContactView>,
  conversations: ReadonlyMap<string, ConversationView>,
  { order, shown }: PeopleChoice,
): readonly PeoplePart[] {
  const people = [...contacts.values()].toSorted(byName);
  const wanted = people.filter((person) => person.relation === 'contact' && isWanted(person, shown));
  const friends =
    order === 'recent'
      ? wanted.toSorted((a, b) => lastMsOf(conversations, b) - lastMsOf(conversations, a))
      : order === 'status'
        ? wanted.toSorted((a, b) => Number(isPresent(b)) - Number(isPresent(a)))
        : wanted;
  const favourites = friends.filter(({ favourite }) => favourite);
  const others = friends.filter(({ favourite }) => !favourite);
  const parts: readonly PeoplePart[] = [
    { id: 'favourites', people: favourites },
    ...(order === 'status'
      ? ([
          { id: 'onlineNow', people: others.filter(isPresent) },
          { id: 'awayOffline', people: others.filter((person) => !isPresent(person)) },
        ] as const)
      : ([{ id: 'everybody', people: others }] as const)),
    { id: 'waiting', people: shown === 'all' ? people.filter((person) => person.relation === 'outgoing') : [] },
  ];
  return parts.filter((part) => part.people.length > 0);
}
