import { CircleCheck, Copy, CornerLeftUp, Download, Forward, Pencil, Reply, Trash2, type LucideIcon } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import type { MessageView } from '../../preload/contract/index.ts';
import { isForwardable, isText, useSession } from '../state/index.ts';
import { useChatTools } from './chat-tools.ts';

export interface MessageEntry {
  readonly id: string;
  readonly label: string;
  readonly icon: LucideIcon;
  /** As it is shown; it works while the message has the focus. */
  readonly keys: string | null;
  /** `KeyboardEvent.key`, without modifiers. */
  readonly key: string | null;
  readonly danger: boolean;
  readonly run: () => void;
}

/** What can be done about a message; the same list in the context menu, under "More", and by key. */
export function useMessageEntries(message: MessageView): readonly MessageEntry[] {
  const { t } = useTranslation();
  const { go, messages, voices } = useSession();
  const { id: conversationId, writable, compose, select, forward, deleteForBoth } = useChatTools();
  const entries: MessageEntry[] = [];
  const add = (
    id: 'reply' | 'edit' | 'toAnswered' | 'saveSound' | 'copy' | 'select' | 'forward' | 'deleteForBoth' | 'deleteForMe',
    icon: LucideIcon,
    key: string | null,
    run: () => void,
    danger = false,
  ) =>
    entries.push({
      id,
      label: t(`conversation.menu.${id}`),
      icon,
      keys: key === null ? null : key.length === 1 ? key.toUpperCase() : 'Del',
      key,
      danger,
      run,
    });
  const ours = message.direction === 'out' && !message.deleted;
  if (writable && !message.deleted) add('reply', Reply, 'r', () => compose({ kind: 'reply', to: message }));
  if (writable && ours && message.voice === null) add('edit', Pencil, 'e', () => compose({ kind: 'edit', of: message }));
  const { reply } = message;
  if (reply !== null && reply.state !== 'gone')
    add('toAnswered', CornerLeftUp, 'g', () => go.reveal(conversationId, { kind: 'message', id: reply.id, typed: '' }));
  const sayable = isText(message);
  if (message.voice?.state === 'whole') add('saveSound', Download, 'd', () => void voices.save(message));
  if (sayable) add('copy', Copy, 'c', () => void messages.copy(message.text));
  if (isForwardable(message)) add('forward', Forward, 'f', () => forward([message]));
  add('select', CircleCheck, 's', () => select({ type: 'toggle', message }));
  if (writable && ours) add('deleteForBoth', Trash2, null, () => deleteForBoth(message), true);
  add('deleteForMe', Trash2, 'Delete', () => void messages.deleteForMe(message.conversationId, [message]), true);
  return entries;
}
