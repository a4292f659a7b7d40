import type { CallRecordView, ContactView, ConversationView, MessageView } from '../../preload/contract/index.ts';
import type { Words } from '../strings/index.ts';
import { messageLine, displayName, isPresent, timeOf } from '../state/index.ts';
import { durationInWords, shortWhen } from '../ui/index.ts';
import { byName, peopleParts, type PeopleChoice, type PeoplePart } from './people-rows.ts';
import { moodWords } from './presence-words.ts';

export type RowMark = 'none' | 'waiting' | 'missed' | 'incoming' | 'outgoing';

export type SideRow =
  | { readonly kind: 'section'; readonly id: string; readonly title: string; readonly count: number }
  | { readonly kind: 'request'; readonly id: string; readonly person: ContactView }
  | MessageRow
  | PersonRow;

/** A message that was found by its words. */
export interface MessageRow {
  readonly kind: 'message';
  readonly id: string;
  readonly hit: MessageView;
  /** Of whose conversation it is. */
  readonly name: string;
  readonly typed: string;
  readonly when: string;
}

export interface PersonRow {
  readonly kind: 'person';
  readonly id: string;
  readonly accountKey: string;
  readonly person: ContactView | null;
  readonly name: string;
  /** The second line. */
  readonly text: string;
  readonly mark: RowMark;
  readonly when: string;
  readonly unread: number;
  /** A call button stands at the end of the row. */
  readonly callable: boolean;
}

export interface SideInput {
  readonly contacts: ReadonlyMap<string, ContactView>;
  readonly conversations: ReadonlyMap<string, ConversationView>;
  readonly nowMs: number;
}

/** People who asked to be added stand above every list: they wait for an answer. */
function requestRows(words: Words, contacts: SideInput['contacts']): readonly SideRow[] {
  const asking = [...contacts.values()]
    .filter((person) => person.relation === 'incoming')
    .toSorted((a, b) => a.sinceMs - b.sinceMs);
  if (asking.length === 0) return [];
  return [
    { kind: 'section', id: 'requests', title: words('side.requests'), count: asking.length },
    ...asking.map((person): SideRow => ({ kind: 'request', id: `request-${person.accountKey}`, person })),
  ];
}

function personRow(words: Words, person: ContactView, input: SideInput): PersonRow {
  return {
    kind: 'person',
    id: person.accountKey,
    accountKey: person.accountKey,
    person,
    name: displayName(person),
    text: moodWords(words, person, input.nowMs),
    mark: 'none',
    when: '',
    unread: input.conversations.get(person.accountKey)?.unread ?? 0,
    callable: person.relation === 'contact' && isPresent(person),
  };
}

function section(
  words: Words,
  id: PeoplePart['id'] | 'results',
  people: readonly ContactView[],
  input: SideInput,
): readonly SideRow[] {
  if (people.length === 0) return [];
  return [
    { kind: 'section', id, title: words(`side.${id}`), count: people.length },
    ...people.map((person) => personRow(words, person, input)),
  ];
}

/** The People tab: who asks, then the parts that were chosen. */
export function peopleRows(words: Words, input: SideInput, choice: PeopleChoice): readonly SideRow[] {
  const parts = peopleParts(input.contacts, input.conversations, choice);
  return [...requestRows(words, input.contacts), ...parts.flatMap(({ id, people }) => section(words, id, people, input))];
}

/** What the last thing in a conversation was, for the second line of its row. */
function lastLine(words: Words, conversation: ConversationView): Pick<PersonRow, 'text' | 'mark'> {
  const { last, draft, typing } = conversation;
  if (typing) return { text: words('side.typing'), mark: 'none' };
  if (draft !== '') return { text: words('side.draft', { text: draft }), mark: 'none' };
  if (last === null) return { text: '', mark: 'none' };
  if (last.kind === 'message') {
    const text = messageLine(words, last);
    if (last.direction === 'in') return { text, mark: 'none' };
    return {
      text: words('side.you', { text }),
      mark: last.delivery === 'waiting' || last.delivery === 'meeting' ? 'waiting' : 'none',
    };
  }
  return callLine(words, last);
}

function callLine(words: Words, call: CallRecordView): Pick<PersonRow, 'text' | 'mark'> {
  if (call.missed) return { text: words('side.missedCall'), mark: 'missed' };
  const text = call.talkedMs > 0 ? durationInWords(words, call.talkedMs) : words('side.noAnswer');
  return { text, mark: call.direction === 'in' ? 'incoming' : 'outgoing' };
}

/** The Recent tab: conversations, the newest first. */
export function recentRows(words: Words, input: SideInput): readonly SideRow[] {
  const rows = [...input.conversations.values()]
    .filter((conversation) => conversation.last !== null || conversation.draft !== '')
    .toSorted((a, b) => lastMs(b) - lastMs(a))
    .flatMap((conversation): readonly PersonRow[] => {
      const accountKey = conversation.members[0] ?? conversation.id;
      const person = input.contacts.get(accountKey) ?? null;
      if (person === null || person.relation === 'blocked' || person.relation === 'incoming') return [];
      return [
        {
          ...personRow(words, person, input),
          ...lastLine(words, conversation),
          when: conversation.last === null ? '' : shortWhen(timeOf(conversation.last), input.nowMs),
          unread: conversation.unread,
          callable: false,
        },
      ];
    });
  return [...requestRows(words, input.contacts), ...rows];
}

const lastMs = (conversation: ConversationView): number => (conversation.last === null ? 0 : timeOf(conversation.last));

/** The Calls tab. */
export function callRows(words: Words, log: readonly CallRecordView[], input: SideInput): readonly SideRow[] {
  return log.flatMap((call): readonly PersonRow[] => {
    const person = input.contacts.get(call.conversationId);
    if (person === undefined) return [];
    return [
      {
        ...personRow(words, person, input),
        ...callLine(words, call),
        id: call.id,
        when: shortWhen(call.startedMs, input.nowMs),
        unread: 0,
        callable: person.relation === 'contact',
      },
    ];
  });
}

/** People whose name or nickname holds what was typed; those whose name begins with it first. */
export function searchRows(words: Words, query: string, input: SideInput): readonly SideRow[] {
  const wanted = query.trim().toLocaleLowerCase();
  const found = [...input.contacts.values()]
    .filter((person) => person.relation === 'contact' || person.relation === 'outgoing')
    .filter((person) => `${person.name}\n${displayName(person)}`.toLocaleLowerCase().includes(wanted))
    .toSorted((a, b) => Number(begins(b, wanted)) - Number(begins(a, wanted)) || byName(a, b));
  return section(words, 'results', found, input);
}

const begins = (person: ContactView, wanted: string): boolean => displayName(person).toLocaleLowerCase().startsWith(wanted);

/** Messages that were found, the newest first. Those of people who are not in the list any more have no conversation to open. */
export function messageRows(
  words: Words,
  found: { readonly typed: string; readonly hits: readonly MessageView[]; readonly total: number },
  input: SideInput,
): readonly SideRow[] {
  const rows = found.hits.flatMap((hit): readonly SideRow[] => {
    const person = input.contacts.get(hit.conversationId);
    if (person === undefined) return [];
    const when = shortWhen(hit.atMs, input.nowMs);
    return [{ kind: 'message', id: `found-${hit.id}`, hit, name: displayName(person), typed: found.typed, when }];
  });
  if (rows.length === 0) return [];
  return [{ kind: 'section', id: 'found', title: words('messages.found.section'), count: found.total }, ...rows];
}

/**
 * Rows never reorder under the pointer: while it is over the list, rows keep the places they had, and what is new comes last.
 */
export function holdOrder(before: readonly SideRow[], now: readonly SideRow[]): readonly SideRow[] {
  const left = new Map(now.map((row) => [row.id, row]));
  const held = before.flatMap((row) => {
    const same = left.get(row.id);
    left.delete(row.id);
    return same === undefined ? [] : [same];
  });
  return [...held, ...left.values()];
}
