import { Progress } from '@base-ui/react/progress';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { SignUpProgress } from '../../preload/contract/index.ts';

/** Where signing up is, in words, with a bar while the proof of work is made. */
export function ProgressLine({ progress }: { progress: SignUpProgress }): ReactNode {
  const { t } = useTranslation();
  if (progress.step === 'done') return null;
  const percent = progress.step === 'proof-of-work' ? Math.round(progress.fraction * 100) : null;
  const sentence =
    progress.step === 'proof-of-work'
      ? t('onboarding.progress.proof-of-work', { percent: percent ?? 0 })
      : t(`onboarding.progress.${progress.step}`);
  return (
    <Progress.Root value={percent} className="grid gap-2">
      <Progress.Label className="font-[550]" render={<output className="block" />}>
        {sentence}
      </Progress.Label>
      <Progress.Track className="h-1 overflow-hidden rounded-full bg-sunken edge">
        <Progress.Indicator className="h-full bg-accent data-indeterminate:w-1/3" />
      </Progress.Track>
      <p className="t-small text-ink-2">{t('onboarding.progress.note')}</p>
    </Progress.Root>
  );
}
