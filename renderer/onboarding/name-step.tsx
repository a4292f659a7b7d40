import { CircleAlert, CircleCheck, TriangleAlert } from 'lucide-react';
import { useId, useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useSession } from '../state/index.ts';
import { Button, Callout, cx, useFocusOnShow } from '../ui/index.ts';
import { Heading, OnboardingFrame } from './frame.tsx';
import { InvitationField } from './invitation-field.tsx';
import { verdictView } from './name-verdict.ts';
import { ProgressLine } from './progress-line.tsx';
import { useNameCheck } from './use-name-check.ts';
import { useSignUp } from './use-sign-up.ts';

const inks = { none: 'text-ink-2', ok: 'text-ok-ink', bad: 'text-danger-ink', warn: 'text-warn-ink' } as const;
const marks = { ok: CircleCheck, bad: CircleAlert, warn: TriangleAlert } as const;

/** The first step: a name, judged while it is typed, then claimed. */
export function NameStep({ onRestore }: { onRestore: () => void }): ReactNode {
  const { t } = useTranslation();
  const { client } = useSession();
  const [typed, setTyped] = useState('');
  const help = useId();
  const field = useId();
  const input = useFocusOnShow<HTMLInputElement>();
  const verdict = verdictView(t, useNameCheck(typed));
  const signUp = useSignUp();
  const busy = signUp.progress !== null;
  const Mark = verdict.tone === 'none' ? null : marks[verdict.tone];

  return (
    <OnboardingFrame step={1} heroTitle={t('onboarding.name.heroTitle')} heroText={t('onboarding.name.heroText')}>
      <Heading title={t('onboarding.name.title')} help={t('onboarding.name.help')} />
      <form
        className="grid gap-[18px]"
        onSubmit={(event) => {
          event.preventDefault();
          if (verdict.free && !busy) signUp.run((signal) => client.account.signUp({ name: typed.trim() }, { signal }));
        }}
      >
        <div className="grid gap-2">
          <label htmlFor={field} className="font-[550]">
            {t('onboarding.name.label')}
          </label>
          <div
            className={cx(
              'flex min-h-[46px] items-center gap-2 rounded-r2 bg-raised px-3 text-[1.0625rem]',
              verdict.tone === 'bad' ? '[box-shadow:inset_0_0_0_2px_var(--danger-ink)]' : 'edge-strong focus-within:edge-focus',
            )}
          >
            <input
              id={field}
              ref={input}
              value={typed}
              onChange={(event) => setTyped(event.target.value)}
              disabled={busy}
              dir="auto"
              autoComplete="off"
              autoCapitalize="none"
              spellCheck={false}
              maxLength={64}
              aria-describedby={help}
              aria-invalid={verdict.tone === 'bad'}
              className="field-inner h-full min-w-0 flex-1 bg-transparent py-2.5"
            />
            {Mark === null ? null : (
              <Mark size={20} strokeWidth={1.75} aria-hidden="true" className={cx('flex-none', inks[verdict.tone])} />
            )}
          </div>
          <output id={help} className={cx('t-small block min-h-[1.125rem] font-medium', inks[verdict.tone])}>
            {verdict.sentence}
          </output>
          {verdict.suggestions.length > 0 ? (
            <div className="flex flex-wrap gap-2">
              {verdict.suggestions.map((name) => (
                <Button key={name} onClick={() => setTyped(name)}>
                  {name}
                </Button>
              ))}
            </div>
          ) : null}
        </div>
        {signUp.progress === null ? null : <ProgressLine progress={signUp.progress} />}
        {signUp.error === null ? null : (
          <div role="alert">
            <Callout tone="bad">{signUp.error}</Callout>
          </div>
        )}
        <div className="mt-1.5 flex flex-wrap gap-2">
          {busy ? (
            <Button big onClick={signUp.cancel}>
              {t('app.cancel')}
            </Button>
          ) : (
            <>
              <Button kind="primary" big type="submit" disabled={!verdict.free}>
                {t('onboarding.name.keep')}
              </Button>
              <Button kind="quiet" big onClick={onRestore}>
                {t('onboarding.name.haveWords')}
              </Button>
            </>
          )}
        </div>
      </form>
      <InvitationField />
    </OnboardingFrame>
  );
}
