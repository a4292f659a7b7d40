import { Copy, Eye, EyeOff } from 'lucide-react';
import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useSession } from '../state/index.ts';
import { Button } from '../ui/index.ts';

/** The twelve words in their order, to read, copy or hide. */
export function PhraseCard({ phrase }: { phrase: readonly string[] | null }): ReactNode {
  const { t } = useTranslation();
  const { notify } = useSession();
  const [hidden, setHidden] = useState(false);
  const words = phrase ?? Array.from({ length: 12 }, () => '…');
  return (
    <div className="grid gap-3">
      <ol className="grid grid-cols-3 gap-1.5 max-pair:grid-cols-2" dir="ltr">
        {words.map((word, index) => (
          // oxlint-disable-next-line react/no-array-index-key -- a word's place is what it is
          <li
            key={index}
            className="flex min-w-0 items-baseline gap-2 rounded-r2 bg-sunken px-3 py-2 text-[0.9375rem] font-[550]"
          >
            <span className="t-meta w-4 flex-none text-end text-ink-3">{index + 1}</span>
            <span className="min-w-0 break-words">{hidden ? '••••' : word}</span>
          </li>
        ))}
      </ol>
      <div className="flex flex-wrap gap-2">
        <Button
          icon={Copy}
          disabled={phrase === null}
          onClick={() =>
            void notify.attempt(async () => {
              await navigator.clipboard.writeText(words.join(' '));
              notify.say(t('onboarding.phrase.copied'));
            })
          }
        >
          {t('onboarding.phrase.copy')}
        </Button>
        <Button icon={hidden ? Eye : EyeOff} onClick={() => setHidden(!hidden)}>
          {hidden ? t('onboarding.phrase.show') : t('onboarding.phrase.hide')}
        </Button>
      </div>
    </div>
  );
}
