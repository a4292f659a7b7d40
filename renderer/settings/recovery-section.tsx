import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useSession } from '../state/index.ts';
import { AskDialog, Button, Callout } from '../ui/index.ts';
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
      <AskDialog
        open={asking}
        title={t('settings.confirmTitle')}
        text={t('settings.confirmText')}
        confirm={t('settings.confirmShow')}
        onConfirm={show}
        onClose={() => setAsking(false)}
      />
    </>
  );
}
