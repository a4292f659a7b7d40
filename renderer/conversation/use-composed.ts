import { useState } from 'react';
import type { Composing } from '../state/index.ts';
import { useDraft } from './use-draft.ts';

export interface Composed {
  readonly text: string;
  readonly write: (text: string) => void;
  /** Empties the draft for sending; gives back what it held. */
  readonly takeDraft: () => string;
  /** Words that were taken back stand before what was begun since. */
  readonly giveBack: (text: string) => void;
}

/**
 * What stands in the field: the draft, or other words for a message. The draft waits meanwhile, on disk too: whoever changes a message and
 * then goes elsewhere has lost nothing.
 */
export function useComposed(id: string, composing: Composing): Composed {
  const draft = useDraft(id);
  // Of that change and no other: each begins with the words that the message has.
  const [change, setChange] = useState<{ readonly of: Composing; readonly text: string } | null>(null);
  const giveBack = (text: string) => draft.write(draft.latest() === '' ? text : `${text}\n${draft.latest()}`);
  if (composing.kind !== 'edit') return { text: draft.text, write: draft.write, takeDraft: draft.take, giveBack };
  return {
    text: change?.of === composing ? change.text : composing.of.text,
    write: (text) => setChange({ of: composing, text }),
    takeDraft: draft.take,
    giveBack,
  };
}
