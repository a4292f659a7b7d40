import { emojiGroups, searchEmoji, withTone, type Emoji, type EmojiGroup } from './emoji-set.ts';

export const inOneRow = 8;
/** Found at most: nobody looks further. */
const foundMost = 80;

export interface EmojiCell {
  readonly key: string;
  readonly emoji: string;
  readonly name: string;
}

export type EmojiRow =
  /** `title` names a string. */
  | {
      readonly kind: 'heading';
      readonly key: string;
      readonly title: `messages.emoji.${'recent' | 'results' | `groups.${EmojiGroup}`}`;
    }
  | { readonly kind: 'cells'; readonly key: string; readonly cells: readonly EmojiCell[] };

interface PickerState {
  readonly typed: string;
  readonly recent: readonly string[];
  readonly tone: number;
}

/** The rows of the picker: what was used lately and all groups, or what is found. */
export function emojiRows(set: readonly Emoji[], { typed, recent, tone }: PickerState): readonly EmojiRow[] {
  const cellOf = (emoji: Emoji): EmojiCell => ({ key: emoji.emoji, emoji: withTone(emoji, tone), name: emoji.name });
  if (typed.trim() !== '') {
    const found = searchEmoji(set, typed, foundMost).map(cellOf);
    return found.length === 0 ? [] : section('results', 'messages.emoji.results', found);
  }
  const lately = recent.map((emoji): EmojiCell => {
    const known = set.find((each) => each.emoji === emoji || [...each.skins.values()].includes(emoji));
    return { key: `recent-${emoji}`, emoji, name: known?.name ?? emoji };
  });
  return [
    ...(lately.length === 0 ? [] : section('recent', 'messages.emoji.recent', lately)),
    ...emojiGroups.flatMap((group) =>
      section(group, `messages.emoji.groups.${group}`, set.filter((emoji) => emoji.group === group).map(cellOf)),
    ),
  ];
}

function section(
  key: string,
  title: Extract<EmojiRow, { kind: 'heading' }>['title'],
  cells: readonly EmojiCell[],
): readonly EmojiRow[] {
  const rows: EmojiRow[] = [{ kind: 'heading', key, title }];
  for (let at = 0; at < cells.length; at += inOneRow)
    rows.push({ kind: 'cells', key: `${key}-${at}`, cells: cells.slice(at, at + inOneRow) });
  return rows;
}
