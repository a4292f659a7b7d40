import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { MessageView } from '../../preload/contract/index.ts';
import { useSession } from '../state/index.ts';
import { useChatTools } from './chat-tools.ts';

/** What each person put to a message. */
export function Reactions({ message }: { message: MessageView }): ReactNode {
  const { t } = useTranslation();
  const { messages } = useSession();
  const { name, writable } = useChatTools();
  if (message.reactions.length === 0) return null;
  return (
    <ul className="-mt-1 flex flex-wrap gap-1 px-1.5">
      {message.reactions.map(({ author, emoji }) => (
        <li key={author ?? 'you'}>
          <button
            type="button"
            disabled={!writable}
            aria-pressed={author === null}
            aria-label={t(author === null ? 'conversation.yourReaction' : 'conversation.theirReaction', { emoji, name })}
            onClick={() => void messages.react(message, emoji)}
            className="min-h-6 rounded-full bg-raised px-2 text-[0.875rem] edge aria-pressed:bg-accent-soft"
          >
            {emoji}
          </button>
        </li>
      ))}
    </ul>
  );
}
