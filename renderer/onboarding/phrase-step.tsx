import { Checkbox } from '@base-ui/react/checkbox';
import { Check } from 'lucide-react';
import { useEffect, useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { PhraseCard } from '../settings/index.ts';
import { useSession } from '../state/index.ts';
import { Button, Callout } from '../ui/index.ts';
import { Heading, OnboardingFrame } from './frame.tsx';

/** The second step: the twelve words, until they are written down. Comes back at the next start if it was left. */
export function PhraseStep(): ReactNode {
  const { t } = useTranslation();
  const { client, notify, store } = useSession();
  const [phrase, setPhrase] = useState<readonly string[] | null>(null);
  const [written, setWritten] = useState(false);

  useEffect(() => {
    void notify.attempt(async () => setPhrase((await client.account.revealPhrase({})).phrase));
  }, [client, notify]);

  return (
    <OnboardingFrame step={2} heroTitle={t('onboarding.phrase.heroTitle')} heroText={t('onboarding.phrase.heroText')}>
      <Heading title={t('onboarding.phrase.title')} help={t('onboarding.phrase.help')} />
      <PhraseCard phrase={phrase} />
      <Callout tone="warn">{t('onboarding.phrase.warn')}</Callout>
      <label className="flex items-start gap-2.5">
        <Checkbox.Root
          checked={written}
          onCheckedChange={setWritten}
          className="mt-px grid size-[18px] flex-none place-items-center rounded-[5px] [box-shadow:inset_0_0_0_1.5px_var(--line-strong)] data-checked:bg-accent data-checked:text-on-accent data-checked:shadow-none"
        >
          <Checkbox.Indicator>
            <Check size={14} strokeWidth={2.25} aria-hidden="true" />
          </Checkbox.Indicator>
        </Checkbox.Root>
        <span>{t('onboarding.phrase.written')}</span>
      </label>
      <div>
        <Button
          kind="primary"
          big
          disabled={!written || phrase === null}
          onClick={() => {
            store.setState({ micStep: true });
            void notify.attempt(() => client.account.confirmPhrase({}));
          }}
        >
          {t('onboarding.phrase.continue')}
        </Button>
      </div>
    </OnboardingFrame>
  );
}
