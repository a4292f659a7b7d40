import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { cx } from '../ui/index.ts';
import type { EmojiWordHelp } from './use-emoji-word.ts';

/** Above the composer while `:name` is typed; the field keeps the keys. */
export function EmojiSuggestions({ id, help }: { id: string; help: EmojiWordHelp }): ReactNode {
  const { t } = useTranslation();
  if (help.suggestions.length === 0) return null;
  return (
    <div
      id={id}
      // oxlint-disable-next-line jsx-a11y/prefer-tag-over-role -- a list beside the field, whose keys choose in it (ARIA: combobox)
      role="listbox"
      aria-label={t('messages.emoji.suggestions')}
      className="absolute start-0 bottom-full z-(--z-popover) mb-1.5 grid max-w-full min-w-56 rounded-r3 bg-raised p-[5px] [box-shadow:var(--e-2),0_0_0_1px_var(--line)]"
    >
      {help.suggestions.map((suggestion, index) => (
        <button
          type="button"
          tabIndex={-1}
          key={suggestion.emoji}
          id={`${id}-${index}`}
          // oxlint-disable-next-line jsx-a11y/prefer-tag-over-role -- see above
          role="option"
          aria-selected={index === help.active}
          // The field keeps the focus.
          onMouseDown={(event) => {
            event.preventDefault();
            help.take(suggestion);
          }}
          className={cx(
            'flex min-h-8 cursor-default items-center gap-2.5 rounded-[7px] px-[9px] hover:bg-hover',
            index === help.active && 'bg-selected',
          )}
        >
          <span className="w-7 flex-none text-center text-[1.125rem]" aria-hidden="true">
            {suggestion.emoji}
          </span>
          <span className="sr-only">{suggestion.name}</span>
          <span className="cut" aria-hidden="true">
            :{suggestion.shortcode}:
          </span>
        </button>
      ))}
    </div>
  );
}
