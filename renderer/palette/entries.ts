import type {
  AccountView,
  CallView,
  ChosenPresence,
  ContactView,
  ConversationView,
  Settings,
} from '../../preload/contract/index.ts';
import {
  callerName,
  currentCall,
  displayName,
  holdsHere,
  isTalking,
  ringingCall,
  settingsSections,
  timeOf,
  type SettingsSection,
} from '../state/index.ts';
import type { Words } from '../strings/index.ts';

/** What choosing an entry does. */
export type Act =
  | { readonly do: 'call' | 'message'; readonly accountKey: string }
  | { readonly do: 'answer' | 'decline' | 'mute' | 'hold' | 'hang-up' | 'return'; readonly call: CallView }
  | { readonly do: 'add'; readonly name: string }
  | { readonly do: 'settings'; readonly section: SettingsSection }
  | { readonly do: 'presence'; readonly presence: ChosenPresence }
  | { readonly do: 'theme'; readonly theme: Settings['theme'] }
  | { readonly do: 'devices' | 'check' | 'echo' | 'keys' };

export interface PersonEntry {
  readonly kind: 'person';
  readonly id: string;
  readonly label: string;
  /** What it is found by, besides: the name in the directory. */
  readonly also: string;
  readonly person: ContactView;
  /** What Enter does: what was typed may have begun with "message". */
  readonly act: Act;
}

export interface CommandEntry {
  readonly kind: 'command';
  readonly id: string;
  readonly label: string;
  /** Other words that people have for it. */
  readonly also: string;
  /** The chord that does the same without the palette. */
  readonly keys: string | null;
  readonly act: Act;
}

export type PaletteEntry = PersonEntry | CommandEntry;

export interface PaletteInput {
  readonly account: AccountView | null;
  readonly contacts: ReadonlyMap<string, ContactView>;
  readonly conversations: ReadonlyMap<string, ConversationView>;
  readonly calls: ReadonlyMap<string, CallView>;
}

/** People who can be written to, those of the newest conversations first, then by name. */
export function personEntries({ contacts, conversations }: PaletteInput): readonly PersonEntry[] {
  const last = new Map(
    [...conversations.values()].flatMap(({ members, last: item }) =>
      item === null ? [] : members.map((member) => [member, timeOf(item)] as const),
    ),
  );
  return [...contacts.values()]
    .filter(({ relation }) => relation === 'contact' || relation === 'outgoing')
    .toSorted(
      (a, b) => (last.get(b.accountKey) ?? 0) - (last.get(a.accountKey) ?? 0) || displayName(a).localeCompare(displayName(b)),
    )
    .map((person) => ({
      kind: 'person',
      id: person.accountKey,
      label: displayName(person),
      also: person.name,
      person,
      act: { do: person.relation === 'contact' ? 'call' : 'message', accountKey: person.accountKey },
    }));
}

/** What can be done about the calls of this moment; nothing where there are none. */
export function callEntries(words: Words, { calls, contacts }: PaletteInput): readonly CommandEntry[] {
  const entries: CommandEntry[] = [];
  const add = (
    id: 'answer' | 'decline' | 'mute' | 'hold' | 'hang-up' | 'return',
    label: string,
    keys: string | null,
    call: CallView,
  ) => entries.push({ kind: 'command', id, label, also: words(`palette.also.${id}`), keys, act: { do: id, call } });
  const nameOf = (call: CallView): string => callerName(call, contacts, words('call.echoName'));
  const ringing = ringingCall(calls);
  if (ringing !== null) {
    add('answer', words('palette.answer', { name: nameOf(ringing) }), 'Ctrl Shift A', ringing);
    add('decline', words('palette.decline', { name: nameOf(ringing) }), 'Ctrl Shift X', ringing);
  }
  const mine = currentCall(calls);
  if (mine !== null) {
    add('mute', words(mine.muted ? 'call.unmute' : 'call.mute'), 'Ctrl Shift M', mine);
    if (isTalking(mine)) add('hold', words(holdsHere(mine) ? 'call.resume' : 'call.hold'), 'Ctrl Shift H', mine);
    add('hang-up', words('call.hangUp'), 'Ctrl Shift E', mine);
    add('return', words('palette.return', { name: nameOf(mine) }), null, mine);
  }
  return entries;
}

const presences: readonly ChosenPresence[] = ['online', 'away', 'dnd', 'invisible'];
const themes: readonly Settings['theme'][] = ['light', 'dark', 'system'];
const settingsKeys: Readonly<Partial<Record<SettingsSection, string>>> = { audio: 'Ctrl ,' };

/** What can be done at any time, the commoner first. */
export function commandEntries(words: Words, { account, calls }: PaletteInput): readonly CommandEntry[] {
  const entries: CommandEntry[] = [];
  const add = (id: string, label: string, also: string, act: Act, keys: string | null = null) =>
    entries.push({ kind: 'command', id, label, also, keys, act });
  add('add', words('side.add'), words('palette.also.add'), { do: 'add', name: '' }, 'Ctrl N');
  for (const presence of presences) {
    if (presence === account?.presence) continue;
    add(
      `presence-${presence}`,
      words('palette.presence', { status: words(`presence.${presence}`) }),
      words(`palette.also.presence.${presence}`),
      { do: 'presence', presence },
    );
  }
  add('devices', words('palette.devices'), words('palette.also.devices'), { do: 'devices' });
  for (const section of settingsSections) {
    const label = words('palette.settings', { page: words(`settings.${section}`) });
    add(
      `settings-${section}`,
      label,
      words(`palette.also.settings.${section}`),
      { do: 'settings', section },
      settingsKeys[section],
    );
  }
  for (const theme of themes) {
    add(`theme-${theme}`, words('palette.theme', { theme: words(`settings.${theme}`) }), words('palette.also.theme'), {
      do: 'theme',
      theme,
    });
  }
  if (currentCall(calls) === null) {
    add('check', words('palette.check'), words('palette.also.check'), { do: 'check' });
    add('echo', words('palette.echo'), words('palette.also.echo'), { do: 'echo' });
  }
  add('keys', words('palette.keys'), words('palette.also.keys'), { do: 'keys' }, 'Ctrl /');
  return entries;
}
