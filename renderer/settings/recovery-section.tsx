import { AlertDialog } from '@base-ui/react/alert-dialog';
import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useSession } from '../state/index.ts';
import { Button, Callout } from '../ui/index.ts';
import { PhraseCard } from './phrase-card.tsx';

/** The twelve words again, after a confirmation: shown while this section is open, then forgotten. */
export function RecoverySection(): ReactNode {
  const { t } = useTranslation();
  const { client, notify } = useSession();
  const [phrase, setPhrase] = useState<readonly string[] | null>(null);
  const [asking, setAsking] = useState(false);
  const show = () => {
    setAsking(false);
    void notify.attempt(async () => setPhrase((await client.account.revealPhrase({})).phrase));
  };
  return (
    <>
      <div>
        <h2 className="t-title">{t('settings.recovery')}</h2>
        <p className="mt-1 text-pretty text-ink-2">{t('settings.recoveryText')}</p>
      </div>
      {phrase === null ? (
        <div>
          <Button onClick={() => setAsking(true)}>{t('settings.showWords')}</Button>
        </div>
      ) : (
        <>
          <PhraseCard phrase={phrase} />
          <Callout tone="warn">{t('onboarding.phrase.warn')}</Callout>
        </>
      )}
      <AlertDialog.Root open={asking} onOpenChange={setAsking}>
        <AlertDialog.Portal>
          <AlertDialog.Backdrop className="fixed inset-x-0 top-(--titlebar) bottom-0 z-(--z-dialog) bg-[var(--scrim)]" />
          <AlertDialog.Popup className="fixed inset-0 z-(--z-dialog) m-auto grid h-fit max-h-[calc(100%-40px)] w-[min(100%-24px,420px)] gap-4 overflow-y-auto rounded-r4 bg-raised p-6 text-ink [box-shadow:var(--e-3),0_0_0_1px_var(--line)]">
            <AlertDialog.Title className="t-title">{t('settings.confirmTitle')}</AlertDialog.Title>
            <AlertDialog.Description className="text-pretty text-ink-2">{t('settings.confirmText')}</AlertDialog.Description>
            <div className="flex flex-wrap justify-end gap-2">
              <Button onClick={() => setAsking(false)}>{t('app.cancel')}</Button>
              <Button kind="primary" onClick={show}>
                {t('settings.confirmShow')}
              </Button>
            </div>
          </AlertDialog.Popup>
        </AlertDialog.Portal>
      </AlertDialog.Root>
    </>
  );
}
