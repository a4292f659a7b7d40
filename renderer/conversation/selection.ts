import type { MessageView } from '../../preload/contract/index.ts';
import { missingCase } from '../state/index.ts';

/** As many as the contract takes at once. */
export const selectedMost = 500;

/** Messages that were chosen, to do one thing with all of them; they stay chosen when they scroll out of what is held. */
export interface Selection {
  readonly messages: ReadonlyMap<string, MessageView>;
  /** Where a range begins; null: nothing is selected. */
  readonly anchor: string | null;
}

export const nothingSelected: Selection = { messages: new Map(), anchor: null };

export type SelectionEvent =
  | { readonly type: 'toggle'; readonly message: MessageView }
  /** From the anchor to this one; `order`: all messages as they stand on screen. */
  | { readonly type: 'extend'; readonly message: MessageView; readonly order: readonly MessageView[] }
  | { readonly type: 'clear' };

export function selectionAfter(selection: Selection, event: SelectionEvent): Selection {
  switch (event.type) {
    case 'toggle': {
      const messages = new Map(selection.messages);
      if (!messages.delete(event.message.id)) messages.set(event.message.id, event.message);
      return bounded(messages, event.message.id);
    }
    case 'extend': {
      const { message, order } = event;
      const at = (id: string | null): number => order.findIndex((each) => each.id === id);
      const [from, to] = [at(selection.anchor), at(message.id)];
      const range = from < 0 || to < 0 ? [message] : order.slice(Math.min(from, to), Math.max(from, to) + 1);
      const messages = new Map([...selection.messages, ...range.map((each) => [each.id, each] as const)]);
      return bounded(messages, from < 0 ? message.id : (selection.anchor ?? message.id));
    }
    case 'clear':
      return nothingSelected;
    default:
      return missingCase(event);
  }
}

function bounded(messages: ReadonlyMap<string, MessageView>, anchor: string): Selection {
  if (messages.size === 0) return nothingSelected;
  return { messages: messages.size <= selectedMost ? messages : new Map([...messages].slice(0, selectedMost)), anchor };
}

/** In the order in which they were said. */
export const inOrder = ({ messages }: Selection): readonly MessageView[] =>
  [...messages.values()].toSorted((a, b) => a.atMs - b.atMs);
