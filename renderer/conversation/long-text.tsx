import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { messageMaxChars } from '../../preload/contract/index.ts';
import { Button, countText } from '../ui/index.ts';

/** So many letters before the end the counter begins. */
const countFrom = 1_000;

interface LongTextProps {
  readonly length: number;
  /** It changes a message: that can't become several. */
  readonly editing: boolean;
  /** How many messages it would be. */
  readonly parts: number;
  readonly onSendParts: () => void;
}

/** How much room is left in one message; a text that is longer can go in parts. */
export function LongText({ length, editing, parts, onSendParts }: LongTextProps): ReactNode {
  const { t } = useTranslation();
  const over = length - messageMaxChars;
  if (over <= -countFrom) return null;
  if (over <= 0) return <p className="t-small px-2 pb-1.5 text-ink-2">{t('messages.long.left', { count: -over })}</p>;
  if (editing) {
    return (
      <p role="alert" className="t-small px-2 pb-1.5 text-danger-ink">
        {t('conversation.tooLong', { over: countText(over) })}
      </p>
    );
  }
  return (
    <div className="t-small flex flex-wrap items-center gap-x-3 gap-y-1 px-2 pb-1.5">
      <p role="alert" className="text-warn-ink">
        {t('messages.long.parts', { over: countText(over) })}
      </p>
      <Button onClick={onSendParts}>{t('messages.long.send', { count: parts })}</Button>
    </div>
  );
}
