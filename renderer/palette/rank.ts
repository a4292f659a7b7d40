import { single as match } from 'fuzzysort';
import { invitationMaxChars } from '../../preload/contract/index.ts';
import type { Words } from '../strings/index.ts';
import {
  callEntries,
  commandEntries,
  personEntries,
  type CommandEntry,
  type PaletteEntry,
  type PaletteInput,
} from './entries.ts';

export interface PaletteGroup {
  readonly id: 'now' | 'people' | 'commands' | 'elsewhere';
  readonly items: readonly PaletteEntry[];
}

/** Before anything is typed: as many as can be seen at once. */
const peopleAtFirst = 5;
const commandsAtFirst = 8;
/** Of what was found: what comes later is found sooner by another letter. */
const found = 8;
/** Of 1, which is the text itself: letters left out in the middle of a name give a third; of a sentence, too much is found so. */
const likelyName = 0.3;
const likelyCommand = 0.5;
/** A command that is also called so comes after all that are called so. */
const alsoScore = 0.6;
/** An invitation is the longest thing that makes sense here. */
export const typedMost = invitationMaxChars;

/** What the palette offers for what was typed, the likeliest first; letters may be left out. */
export function paletteGroups(words: Words, typed: string, input: PaletteInput): readonly PaletteGroup[] {
  const query = typed.trim();
  const people = personEntries(input);
  const now = callEntries(words, input);
  const commands = commandEntries(words, input);
  if (query === '') {
    return nonEmpty([
      { id: 'now', items: now },
      { id: 'people', items: people.slice(0, peopleAtFirst) },
      { id: 'commands', items: commands.slice(0, commandsAtFirst) },
    ]);
  }
  // "Call" is in front of every name: only who typed a second word can mean it.
  const spoken = /\S\s+\S/u.test(query) ? (['side.call', 'side.message'] as const) : [];
  const foundPeople = ranked(people, likelyName, ({ label, also }) => [
    fuzzy(query, label),
    fuzzy(query, also),
    ...spoken.map((key) => fuzzy(query, words(key, { name: label }))),
  ]);
  const foundCommands = ranked([...now, ...commands], likelyCommand, ({ label, also }) => [
    fuzzy(query, label),
    beginsWords(query, also) ? alsoScore : 0,
  ]);
  const groups: PaletteGroup[] = [
    { id: 'people', items: foundPeople.map(({ entry, by }) => (by === 3 ? messaging(entry) : entry)) },
    { id: 'commands', items: foundCommands.map(({ entry }) => entry) },
  ];
  // People first where both are as likely: that is what it is opened for.
  if ((foundCommands[0]?.score ?? 0) > (foundPeople[0]?.score ?? 0)) groups.reverse();
  return nonEmpty([...groups, { id: 'elsewhere', items: [lookUp(words, query)] }]);
}

const nonEmpty = (groups: readonly PaletteGroup[]): readonly PaletteGroup[] => groups.filter(({ items }) => items.length > 0);

const messaging = <Entry extends PaletteEntry & { kind: 'person' }>(entry: Entry): Entry => ({
  ...entry,
  act: { do: 'message', accountKey: entry.person.accountKey },
});

/** A name nobody here has, or an invitation: the add dialog goes on with it. */
const lookUp = (words: Words, query: string): CommandEntry => ({
  kind: 'command',
  id: 'look-up',
  label: words(/^lilliput:/iu.test(query) ? 'palette.openLink' : 'side.lookUp', { query }),
  also: '',
  keys: null,
  act: { do: 'add', name: query },
});

interface Ranked<Entry> {
  readonly entry: Entry;
  readonly score: number;
  /** Which of its texts it was found by. */
  readonly by: number;
}

const fuzzy = (query: string, text: string): number => match(query, text)?.score ?? 0;

/** Whether each word that was typed begins one of `text`. */
function beginsWords(query: string, text: string): boolean {
  const among = text.toLowerCase().split(' ');
  return query
    .toLowerCase()
    .split(/\s+/u)
    .every((typed) => among.some((word) => word.startsWith(typed)));
}

/** The best first; of those that are as good the one that came first. */
function ranked<Entry extends PaletteEntry>(
  entries: readonly Entry[],
  likely: number,
  scoresOf: (entry: Entry) => readonly number[],
): readonly Ranked<Entry>[] {
  return entries
    .map((entry): Ranked<Entry> => {
      const scores = scoresOf(entry);
      const score = Math.max(...scores);
      return { entry, score, by: scores.indexOf(score) };
    })
    .filter(({ score }) => score >= likely)
    .toSorted((a, b) => tenth(b.score) - tenth(a.score))
    .slice(0, found);
}

/** A name that is two letters longer is not a worse answer than one that was written to yesterday. */
const tenth = (score: number): number => Math.round(score * 10);
