import { useEffect, useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Wave } from '../ui/index.ts';

/** UI.md: nothing moves before this; after it, the step is named. */
const quietMs = 400;

/** The conversation is being read from disk. */
export function TimelineOpening(): ReactNode {
  const { t } = useTranslation();
  const [late, setLate] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setLate(true), quietMs);
    return () => clearTimeout(timer);
  }, []);
  return (
    <div className="grid min-h-0 flex-1 place-items-center p-6">
      {late ? (
        <output className="flex items-center gap-2.5 text-ink-2">
          <Wave />
          {t('messages.loading')}
        </output>
      ) : null}
    </div>
  );
}
