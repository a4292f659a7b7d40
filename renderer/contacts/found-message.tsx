import type { KeyboardEvent, ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useSession } from '../state/index.ts';
import { excerptOf, Marked, shownLine } from '../text/index.ts';
import { Avatar, CheckedMark } from '../ui/index.ts';
import type { MessageRow } from './side-rows.ts';

interface FoundMessageProps {
  readonly row: MessageRow;
  readonly tabbable: boolean;
  readonly onFocus: () => void;
  readonly onKeyDown: (event: KeyboardEvent) => void;
}

/** A message that was found: whose conversation, when, and the words in it. Opens the conversation there. */
export function FoundMessage({ row, tabbable, onFocus, onKeyDown }: FoundMessageProps): ReactNode {
  const { t } = useTranslation();
  const { go } = useSession();
  const { hit, name, typed, when } = row;
  const who = hit.direction === 'out' ? t('messages.found.you', { name }) : name;
  const line = shownLine(hit.text);
  return (
    <button
      type="button"
      data-row
      tabIndex={tabbable ? 0 : -1}
      onFocus={onFocus}
      onKeyDown={onKeyDown}
      onClick={() => go.message(hit.conversationId, hit.id, typed)}
      className="flex min-h-(--row) w-full items-center gap-[11px] rounded-[10px] px-2 py-1.5 hover:bg-hover"
    >
      <Avatar accountKey={hit.conversationId} name={name} />
      <span className="min-w-0 flex-1">
        <span className="flex items-baseline gap-2">
          <span className="flex min-w-0 flex-1 items-center gap-1 font-[550]">
            <span className="cut">{who}</span>
            <CheckedMark accountKey={hit.conversationId} />
          </span>
          <span className="t-meta flex-none text-ink-2">{when}</span>
        </span>
        <span className="t-small line-clamp-2 break-words text-ink-2">
          <bdi>
            <Marked text={excerptOf(line, typed)} looking={typed} />
          </bdi>
        </span>
      </span>
    </button>
  );
}
