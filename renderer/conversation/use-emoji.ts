import { useEffect, useState } from 'react';
import { recentEmojiMost } from '../../preload/contract/index.ts';
import { useSession, useUi } from '../state/index.ts';
import { loadEmoji, recentAfter, type Emoji } from './emoji-set.ts';

export type EmojiLoad = { readonly kind: 'loading' | 'failed' } | { readonly kind: 'there'; readonly set: readonly Emoji[] };

/** The emoji, once they are wanted. */
export function useEmojiSet(wanted: boolean): EmojiLoad {
  const [load, setLoad] = useState<EmojiLoad>({ kind: 'loading' });
  useEffect(() => {
    if (!wanted) return undefined;
    let left = false;
    loadEmoji().then(
      (set) => (left ? undefined : setLoad({ kind: 'there', set })),
      () => (left ? undefined : setLoad({ kind: 'failed' })),
    );
    return () => {
      left = true;
    };
  }, [wanted]);
  return load;
}

const none: readonly string[] = [];

/** What was picked lately, and the skin tone that is liked: kept with the settings. */
export function useEmojiHabits() {
  const { settings } = useSession();
  const recent = useUi((state) => state.settings?.recentEmoji ?? none);
  const tone = useUi((state) => state.settings?.emojiTone ?? 0);
  return {
    recent,
    tone,
    used: (emoji: string) => void settings.change({ recentEmoji: [...recentAfter(recent, emoji, recentEmojiMost)] }),
    setTone: (next: number) => void settings.change({ emojiTone: next }),
  };
}
