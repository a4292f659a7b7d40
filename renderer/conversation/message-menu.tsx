import { ContextMenu } from '@base-ui/react/context-menu';
import { Menu } from '@base-ui/react/menu';
import { Ellipsis, SmilePlus } from 'lucide-react';
import type { ReactElement, ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { MessageView } from '../../preload/contract/index.ts';
import { useSession } from '../state/index.ts';
import { cx, IconButton, Key, menuItemClass, menuPopupClass } from '../ui/index.ts';
import { useChatTools } from './chat-tools.ts';
import type { MessageEntry } from './message-entries.ts';

interface MessageMenuProps {
  readonly message: MessageView;
  readonly entries: readonly MessageEntry[];
  /** Pictures can be sent. */
  readonly reactable: boolean;
}

/** Right click, long press, or Shift F10 on a message. */
export function MessageContextMenu({ children, ...menu }: MessageMenuProps & { children: ReactElement }): ReactNode {
  return (
    <ContextMenu.Root>
      <ContextMenu.Trigger render={children} />
      <ContextMenu.Portal>
        <ContextMenu.Positioner className="z-(--z-popover)">
          <ContextMenu.Popup className={menuPopupClass}>
            <Entries {...menu} Item={ContextMenu.Item} Group={ContextMenu.Group} />
          </ContextMenu.Popup>
        </ContextMenu.Positioner>
      </ContextMenu.Portal>
    </ContextMenu.Root>
  );
}

/** The same under a button beside the message, that shows when it is pointed at or focused. */
export function MessageMore(menu: MessageMenuProps): ReactNode {
  const { t } = useTranslation();
  return (
    <Menu.Root>
      <Menu.Trigger
        render={
          <IconButton
            icon={Ellipsis}
            size={16}
            label={t('conversation.menu.open')}
            tabIndex={-1}
            className="self-center opacity-0 group-focus-within/message:opacity-100 group-hover/message:opacity-100 data-popup-open:opacity-100 [@media(hover:none)]:opacity-100"
          />
        }
      />
      <Menu.Portal>
        <Menu.Positioner sideOffset={4} className="z-(--z-popover)">
          <Menu.Popup className={menuPopupClass}>
            <Entries {...menu} Item={Menu.Item} Group={Menu.Group} />
          </Menu.Popup>
        </Menu.Positioner>
      </Menu.Portal>
    </Menu.Root>
  );
}

/** Six that answer most things. */
const quickReactions = ['👍', '❤️', '😂', '😮', '😢', '🙏'] as const;

interface MenuParts {
  readonly Item: typeof Menu.Item;
  readonly Group: typeof Menu.Group;
}

function Entries({ message, entries, reactable, Item, Group }: MessageMenuProps & MenuParts): ReactNode {
  const { t } = useTranslation();
  const { messages } = useSession();
  const { pickEmoji } = useChatTools();
  const ours = message.reactions.find(({ author }) => author === null)?.emoji;
  return (
    <>
      {reactable ? (
        <Group aria-label={t('conversation.menu.react')} className="flex justify-between gap-0.5 px-1 pb-1">
          {quickReactions.map((emoji) => (
            <Item
              key={emoji}
              aria-label={emoji === ours ? t('conversation.yourReaction', { emoji }) : t('conversation.reactWith', { emoji })}
              onClick={() => void messages.react(message, emoji)}
              className={cx(
                'grid size-8 place-items-center rounded-full text-[1.125rem] outline-none data-highlighted:bg-hover',
                emoji === ours && 'bg-accent-soft',
              )}
            >
              {emoji}
            </Item>
          ))}
          <Item
            aria-label={t('messages.emoji.more')}
            onClick={() => {
              const bubble = document.querySelector(`[data-message="${message.id}"]`);
              if (bubble !== null) pickEmoji(bubble, (emoji) => void messages.react(message, emoji));
            }}
            className="grid size-8 place-items-center rounded-full text-ink-2 outline-none data-highlighted:bg-hover"
          >
            <SmilePlus size={18} strokeWidth={1.75} aria-hidden="true" />
          </Item>
        </Group>
      ) : null}
      {entries.map(({ id, label, icon: Icon, keys, danger, run }) => (
        <Item key={id} onClick={run} className={cx(menuItemClass, danger && 'text-danger-ink')}>
          <Icon size={16} strokeWidth={1.75} aria-hidden="true" className="flex-none" />
          {label}
          {keys === null ? null : (
            <span className="ms-auto ps-4" aria-hidden="true">
              <Key>{keys}</Key>
            </span>
          )}
        </Item>
      ))}
    </>
  );
}
