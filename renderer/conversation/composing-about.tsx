import { Pencil, Reply, X } from 'lucide-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { messageLine, type Composing } from '../state/index.ts';
import { IconButton } from '../ui/index.ts';
import { shownLine } from '../text/index.ts';

interface ComposingAboutProps {
  readonly composing: Exclude<Composing, { kind: 'new' }>;
  readonly name: string;
  readonly onEnd: () => void;
}

/** What is answered or changed, with a way out of it. */
export function ComposingAbout({ composing, name, onEnd }: ComposingAboutProps): ReactNode {
  const { t } = useTranslation();
  const message = composing.kind === 'edit' ? composing.of : composing.to;
  const Icon = composing.kind === 'edit' ? Pencil : Reply;
  const whom = message.direction === 'out' ? t('conversation.yourself') : name;
  return (
    <div className="t-small flex items-center gap-2.5 border-b border-line ps-2 pb-1">
      <Icon size={16} strokeWidth={1.75} aria-hidden="true" className="flex-none text-accent-ink" />
      <div className="min-w-0 flex-1">
        <output className="cut block font-semibold text-accent-ink">
          {composing.kind === 'edit' ? t('conversation.editing') : t('conversation.answering', { whom })}
        </output>
        <p dir="auto" className="cut text-ink-2">
          {shownLine(messageLine(t, message))}
        </p>
      </div>
      <IconButton icon={X} size={16} label={t('conversation.endComposing')} keys="Esc" onClick={onEnd} />
    </div>
  );
}
