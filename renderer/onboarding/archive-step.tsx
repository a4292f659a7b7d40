import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { ArchiveForm } from '../settings/index.ts';
import { useBringBack, useSession } from '../state/index.ts';
import { Button } from '../ui/index.ts';
import { Heading, OnboardingFrame } from './frame.tsx';

/** The third way in: everything, from an archive. */
export function ArchiveStep({ onBack }: { onBack: () => void }): ReactNode {
  const { t } = useTranslation();
  const { store } = useSession();
  const bringBack = useBringBack(false);
  const { task, step, isBusy, isReady } = bringBack;
  return (
    <OnboardingFrame step={1} heroTitle={t('data.back.heroTitle')} heroText={t('data.back.heroText')}>
      <Heading title={t('data.back.title')} help={t('data.back.help')} />
      <ArchiveForm
        bringBack={bringBack}
        big
        // They have the words already, so the microphone comes next, when the account is there.
        onDone={() => store.setState({ micStep: true })}
        buttons={
          <div className="flex flex-wrap gap-2">
            <Button kind="primary" big type="submit" busy={isBusy} disabled={!isReady}>
              {t('data.back.go')}
            </Button>
            <Button kind="quiet" big disabled={step === 'almost'} onClick={isBusy ? task.cancel : onBack}>
              {isBusy ? t('app.cancel') : t('app.back')}
            </Button>
          </div>
        }
      />
    </OnboardingFrame>
  );
}
