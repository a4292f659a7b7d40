import { z } from 'zod';

export const emojiGroups = [
  'smileys',
  'people',
  'nature',
  'food',
  'travel',
  'activities',
  'objects',
  'symbols',
  'flags',
] as const;
export type EmojiGroup = (typeof emojiGroups)[number];

export interface Emoji {
  readonly emoji: string;
  readonly name: string;
  /** What may stand between colons, the usual one first. */
  readonly shortcodes: readonly string[];
  readonly group: EmojiGroup;
  /** By tone, 1 light to 5 dark; empty: it has none. */
  readonly skins: ReadonlyMap<number, string>;
  /** Words that find it, in small letters. */
  readonly words: readonly string[];
}

/** As the data numbers its groups (Emojibase; 2 is parts of others). */
const groupNumbers: Readonly<Record<number, EmojiGroup>> = {
  0: 'smileys',
  1: 'people',
  3: 'nature',
  4: 'food',
  5: 'travel',
  6: 'activities',
  7: 'objects',
  8: 'symbols',
  9: 'flags',
};

/** Newer ones than these (2022) are boxes in the fonts of many systems. */
const newestVersion = 15;

const entrySchema = z.object({
  emoji: z.string(),
  annotation: z.string(),
  shortcodes: z.array(z.string()),
  tags: z.array(z.string()),
  group: z.number(),
  version: z.number(),
  skins: z.array(z.object({ emoji: z.string(), tone: z.union([z.number(), z.array(z.number())]) })).optional(),
});

/** The data that is shipped with the app, in the order in which keyboards show it. */
export function readEmoji(json: string): readonly Emoji[] {
  return z
    .array(entrySchema)
    .parse(JSON.parse(json))
    .flatMap(({ emoji, annotation, shortcodes, tags, group: number, version, skins }): readonly Emoji[] => {
      const group = groupNumbers[number];
      if (group === undefined || version > newestVersion) return [];
      // Of two people, both have the tone.
      const tones = (skins ?? []).flatMap((skin) => (typeof skin.tone === 'number' ? [[skin.tone, skin.emoji] as const] : []));
      const words = `${annotation} ${shortcodes.join(' ')} ${tags.join(' ')}`.toLowerCase().split(/[\s_-]+/u);
      return [{ emoji, name: annotation, shortcodes, group, skins: new Map(tones), words: [...new Set(words)] }];
    });
}

/** A letter that no font has: what stands in its place is what stands in the place of an emoji that the system can't draw. */
const unassigned = '\u{10FFFE}';

/** Whether this computer's fonts can draw an emoji, as one picture: else it is not offered. */
function drawable(): (emoji: Emoji) => boolean {
  const canvas = document.createElement('canvas').getContext('2d');
  if (canvas === null) return () => true;
  canvas.font = '32px sans-serif';
  const missing = canvas.measureText(unassigned).width;
  const widest = 1.5 * canvas.measureText('😀').width;
  return ({ emoji }) => {
    const { width } = canvas.measureText(emoji);
    return width !== missing && width <= widest;
  };
}

let loading: Promise<readonly Emoji[]> | null = null;

/** Loaded when they are first wanted: they would make the page start later. Tried again if that failed. */
export function loadEmoji(): Promise<readonly Emoji[]> {
  loading ??= import('emoji-picker-element-data/en/emojibase/data.json?raw').then(
    ({ default: json }) => readEmoji(json).filter(drawable()),
    (error: unknown) => {
      loading = null;
      throw error;
    },
  );
  return loading;
}

/** @param tone 0: as it is */
export const withTone = (emoji: Emoji, tone: number): string => emoji.skins.get(tone) ?? emoji.emoji;

/** Those for which all typed words are beginnings of theirs; what is named so comes first. */
export function searchEmoji(set: readonly Emoji[], typed: string, most: number): readonly Emoji[] {
  const wanted = typed
    .toLowerCase()
    .split(/[\s_:-]+/u)
    .filter((word) => word !== '');
  if (wanted.length === 0) return [];
  const whole = wanted.join('_');
  return set
    .flatMap((emoji) => {
      if (!wanted.every((want) => emoji.words.some((word) => word.startsWith(want)))) return [];
      // The nearer a name is to what was typed, the more likely it is meant.
      const named = emoji.shortcodes.filter((code) => code.startsWith(whole)).map((code) => code.length);
      return [{ emoji, rank: Math.min(...named, Infinity) }];
    })
    .toSorted((a, b) => (a.rank === b.rank ? 0 : a.rank - b.rank))
    .slice(0, most)
    .map(({ emoji }) => emoji);
}

/** The word after a colon that is being typed. */
export interface EmojiWord {
  /** Where its colon stands. */
  readonly from: number;
  readonly typed: string;
  /** A second colon ends it: the emoji of exactly that name is meant. */
  readonly closed: boolean;
}

/** `:smi` or `:smile:` before the caret, at the beginning of a word; two letters at least. Null: nothing of the kind. */
export function emojiWordAt(text: string, caret: number): EmojiWord | null {
  const match = /(?:^|[\s(])(?<word>:(?<typed>[\w+-]{2,30}))(?<closed>:?)$/u.exec(text.slice(Math.max(0, caret - 40), caret));
  const { word, typed, closed } = match?.groups ?? {};
  if (word === undefined || typed === undefined) return null;
  return { from: caret - word.length - (closed === ':' ? 1 : 0), typed, closed: closed === ':' };
}

/** Those used lately, the newest first. */
export const recentAfter = (recent: readonly string[], used: string, most: number): readonly string[] =>
  [used, ...recent.filter((emoji) => emoji !== used)].slice(0, most);
