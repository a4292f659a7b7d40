import type { CallView, ContactView } from '../../preload/contract/index.ts';

/** What somebody is called here: by us, else by themselves, else by the network. */
export const displayName = ({ name, nickname, profile }: Pick<ContactView, 'name' | 'nickname' | 'profile'>): string =>
  nickname ?? (profile.displayName === '' ? name : profile.displayName);

/** The username, where something else is shown for it: anybody can call themselves anything. */
export const usernameBeside = (person: Pick<ContactView, 'name' | 'nickname' | 'profile'>): string | null =>
  displayName(person) === person.name ? null : person.name;

/** The five shapes of the reference; `unknown` is drawn as offline and said as what it is. */
export type PresenceShape = 'online' | 'away' | 'dnd' | 'call' | 'offline';

export function presenceShape(person: ContactView): PresenceShape {
  const { state, onCall } = person.presence;
  if (onCall && state !== 'offline' && state !== 'unknown') return 'call';
  return state === 'unknown' ? 'offline' : state;
}

/** Whether a call can reach them now, as far as anyone can know. */
export const canTakeCall = (person: ContactView): boolean => {
  const shape = presenceShape(person);
  return person.relation === 'contact' && (shape === 'online' || shape === 'away');
};

export const isPresent = (person: ContactView): boolean => {
  const shape = presenceShape(person);
  return shape === 'online' || shape === 'dnd' || shape === 'call';
};

/** A name for whoever a call is with: the person in the list, or the name the call came with. */
export const callerName = (call: CallView, contacts: ReadonlyMap<string, ContactView>, echoName: string): string => {
  if (call.echo) return echoName;
  const person = contacts.get(call.accountKey);
  return person === undefined ? call.name : displayName(person);
};
