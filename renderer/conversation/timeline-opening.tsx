import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { StepLine } from '../ui/index.ts';

/** The conversation is being read from disk. `failed`: it could not be, and is tried again by itself. */
export function TimelineOpening({ failed }: { failed: boolean }): ReactNode {
  const { t } = useTranslation();
  return (
    <div className="grid min-h-0 flex-1 place-items-center p-6">
      {failed ? (
        <p role="alert" className="text-center text-pretty text-danger-ink">
          {t('messages.openFailed')}
        </p>
      ) : (
        <StepLine>{t('messages.loading')}</StepLine>
      )}
    </div>
  );
}
