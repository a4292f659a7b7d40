import { useCallback, useEffect, useRef, useState } from 'react';
import { useSession } from '../state/index.ts';

/** A draft is written down when typing rests this long, and at once when the conversation is left. */
const saveAfterMs = 400;

export interface Draft {
  readonly text: string;
  readonly write: (text: string) => void;
  /** Empties it for sending; gives back what it held. */
  readonly take: () => string;
  /** As it is now, for what comes back later. */
  readonly latest: () => string;
}

/** What is typed but not sent, kept per conversation and across restarts. */
export function useDraft(id: string): Draft {
  const { client, store } = useSession();
  const [text, setText] = useState(() => store.getState().conversations.get(id)?.draft ?? '');
  const held = useRef({ text, saved: text, timer: 0 });

  const save = useCallback(() => {
    const { text: now, saved, timer } = held.current;
    clearTimeout(timer);
    if (now === saved) return;
    held.current.saved = now;
    void client.conversations.saveDraft({ id, draft: now }).catch(() => {
      held.current.saved = saved; // not written: tried again with the next key
    });
  }, [client, id]);

  useEffect(() => {
    addEventListener('pagehide', save);
    return () => {
      removeEventListener('pagehide', save);
      save();
    };
  }, [save]);

  const write = useCallback(
    (next: string) => {
      setText(next);
      held.current.text = next;
      clearTimeout(held.current.timer);
      held.current.timer = window.setTimeout(save, saveAfterMs);
    },
    [save],
  );

  const take = useCallback(() => {
    const now = held.current.text;
    write('');
    save();
    return now;
  }, [write, save]);

  const latest = useCallback(() => held.current.text, []);
  return { text, write, take, latest };
}
