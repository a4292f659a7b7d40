import { useEffect, useState } from 'react';
import { recentEmojiMost } from '../../preload/contract/index.ts';
import { useSession, useUi } from '../state/index.ts';
import { loadEmoji, recentAfter, type Emoji } from './emoji-set.ts';

export type EmojiLoad = { readonly kind: 'loading' | 'failed' } | { readonly kind: 'there'; readonly set: readonly Emoji[] };

const stillLoading: EmojiLoad = { kind: 'loading' };

/** The emoji, once they are wanted; `attempt`: counts how often what failed was asked for again. */
export function useEmojiSet(wanted: boolean, attempt = 0): EmojiLoad {
  const [load, setLoad] = useState<{ readonly attempt: number; readonly came: EmojiLoad } | null>(null);
  useEffect(() => {
    if (!wanted) return undefined;
    let left = false;
    const came = (next: EmojiLoad): void => (left ? undefined : setLoad({ attempt, came: next }));
    loadEmoji().then(
      (set) => came({ kind: 'there', set }),
      () => came({ kind: 'failed' }),
    );
    return () => {
      left = true;
    };
  }, [wanted, attempt]);
  return load?.attempt === attempt ? load.came : stillLoading;
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
