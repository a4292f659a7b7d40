import { useId, useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useSession } from '../state/index.ts';
import { Button, Callout, useFocusOnShow } from '../ui/index.ts';
import { Heading, OnboardingFrame } from './frame.tsx';
import { phraseWords } from './phrase-words.ts';
import { ProgressLine } from './progress-line.tsx';
import { useSignUp } from './use-sign-up.ts';

const input =
  'min-h-[46px] w-full rounded-r2 bg-raised px-3 py-2.5 text-[1.0625rem] edge-strong focus:edge-focus focus-visible:outline-none';

/** The other way in: name and twelve words. */
export function RestoreStep({ onBack, onArchive }: { onBack: () => void; onArchive: () => void }): ReactNode {
  const { t } = useTranslation();
  const { client, store } = useSession();
  const [name, setName] = useState('');
  const [phrase, setPhrase] = useState('');
  const words = phraseWords(phrase);
  const nameField = useId();
  const first = useFocusOnShow<HTMLInputElement>();
  const phraseField = useId();
  const signUp = useSignUp();
  const busy = signUp.progress !== null;

  return (
    <OnboardingFrame step={1} heroTitle={t('onboarding.restore.heroTitle')} heroText={t('onboarding.restore.heroText')}>
      <Heading title={t('onboarding.restore.title')} help={t('onboarding.restore.help')} />
      <form
        className="grid gap-[18px]"
        onSubmit={(event) => {
          event.preventDefault();
          if (busy) return;
          // They have the words already, so the microphone comes next.
          store.setState({ micStep: true });
          signUp.run((signal) => client.account.restore({ name: name.trim(), phrase: words.join(' ') }, { signal }));
        }}
      >
        <div className="grid gap-2">
          <label htmlFor={nameField} className="font-[550]">
            {t('onboarding.name.label')}
          </label>
          <input
            id={nameField}
            ref={first}
            value={name}
            onChange={(event) => setName(event.target.value)}
            disabled={busy}
            dir="auto"
            autoComplete="off"
            spellCheck={false}
            maxLength={64}
            className={input}
          />
        </div>
        <div className="grid gap-2">
          <label htmlFor={phraseField} className="font-[550]">
            {t('onboarding.restore.phrase')}
          </label>
          <textarea
            id={phraseField}
            value={phrase}
            onChange={(event) => setPhrase(event.target.value)}
            disabled={busy}
            rows={3}
            dir="auto"
            autoComplete="off"
            spellCheck={false}
            maxLength={400}
            className={input}
          />
          <p className="t-small text-ink-2">{t('onboarding.restore.count', { count: words.length })}</p>
        </div>
        {signUp.progress === null ? null : <ProgressLine progress={signUp.progress} />}
        {signUp.error === null ? null : (
          <div role="alert">
            <Callout tone="bad">{signUp.error}</Callout>
          </div>
        )}
        <div className="flex flex-wrap gap-2">
          <Button kind="primary" big type="submit" busy={busy} disabled={words.length !== 12 || name.trim() === ''}>
            {t('onboarding.restore.go')}
          </Button>
          <Button kind="quiet" big onClick={busy ? signUp.cancel : onBack}>
            {busy ? t('app.cancel') : t('app.back')}
          </Button>
          {busy ? null : (
            <Button kind="quiet" big onClick={onArchive}>
              {t('data.back.link')}
            </Button>
          )}
        </div>
      </form>
    </OnboardingFrame>
  );
}
