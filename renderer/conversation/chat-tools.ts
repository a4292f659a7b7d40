import { createContext, useContext } from 'react';
import type { MessageView } from '../../preload/contract/index.ts';
import type { Composing } from '../state/index.ts';
import type { Selection, SelectionEvent } from './selection.ts';

/** What the messages of one conversation may reach for. */
export interface ChatTools {
  readonly id: string;
  readonly name: string;
  /** They are a contact: what they see can still be changed, and they can be called. */
  readonly writable: boolean;
  readonly compose: (composing: Composing) => void;
  readonly selection: Selection;
  readonly select: (event: SelectionEvent) => void;
  /** All messages that are held, as they stand on screen. */
  readonly order: () => readonly MessageView[];
  /** Lets a person be chosen who gets them too. */
  readonly forward: (messages: readonly MessageView[]) => void;
  /** Asks first: what is gone from both computers can't be brought back. */
  readonly deleteForBoth: (message: MessageView) => void;
  /** What is looked for, marked wherever it stands; empty: nothing. */
  readonly looking: string;
  /** Lets an emoji be picked beside an element. */
  readonly pickEmoji: (anchor: Element, onPick: (emoji: string) => void) => void;
}

const ChatToolsContext = createContext<ChatTools | null>(null);

export const ChatToolsProvider = ChatToolsContext;

export function useChatTools(): ChatTools {
  const tools = useContext(ChatToolsContext);
  if (tools === null) throw new Error('useChatTools is used outside of a conversation');
  return tools;
}
