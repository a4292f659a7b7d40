import { useState, type KeyboardEvent } from 'react';
import { useEmojiHabits, useEmojiSet } from './use-emoji.ts';
import { emojiWordAt, searchEmoji, withTone, type Emoji } from './emoji-set.ts';

const suggestedMost = 6;

export interface Suggestion {
  readonly emoji: string;
  readonly name: string;
  readonly shortcode: string;
}

export interface EmojiWordHelp {
  readonly suggestions: readonly Suggestion[];
  /** The one that Enter takes. */
  readonly active: number;
  readonly take: (suggestion: Suggestion) => void;
  /** True: the key was for the list. */
  readonly onKeyDown: (event: KeyboardEvent) => boolean;
}

/**
 * Completes `:name` while it is typed. Up and down choose, Enter and Tab take, Esc puts the list away until the next letter.
 * @param replace puts a text in the place of what stands from one letter to another
 */
export function useEmojiWord(
  text: string,
  caret: number,
  replace: (from: number, to: number, by: string) => void,
): EmojiWordHelp {
  const word = emojiWordAt(text, caret);
  const load = useEmojiSet(word !== null);
  const { tone, used } = useEmojiHabits();
  const [chosen, setChosen] = useState({ text: '', at: 0 });
  const [away, setAway] = useState<string | null>(null);
  const suggestionOf = (emoji: Emoji): Suggestion => ({
    emoji: withTone(emoji, tone),
    name: emoji.name,
    shortcode: emoji.shortcodes[0] ?? '',
  });
  const suggestions =
    word === null || load.kind !== 'there' || away === text
      ? []
      : (word.closed
          ? load.set.filter(({ shortcodes }) => shortcodes.includes(word.typed))
          : searchEmoji(load.set, word.typed, suggestedMost)
        ).map(suggestionOf);
  const active = chosen.text === text ? Math.min(chosen.at, suggestions.length - 1) : 0;
  const take = ({ emoji }: Suggestion): void => {
    if (word === null) return;
    used(emoji);
    replace(word.from, caret, `${emoji} `);
  };
  const onKeyDown = (event: KeyboardEvent): boolean => {
    const suggestion = suggestions[active];
    if (suggestion === undefined) return false;
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      const count = suggestions.length;
      setChosen({ text, at: (active + (event.key === 'ArrowDown' ? 1 : count - 1)) % count });
    } else if (event.key === 'Escape') setAway(text);
    else if ((event.key === 'Enter' && !event.shiftKey) || event.key === 'Tab') take(suggestion);
    else return false;
    event.preventDefault();
    event.stopPropagation();
    return true;
  };
  return { suggestions, active, take, onKeyDown };
}
