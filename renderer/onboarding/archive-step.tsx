import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { passphraseMaxChars } from '../../preload/contract/index.ts';
import { useBringBack, useSession } from '../state/index.ts';
import { Button, Callout, FileChoice, sizeText, TaskLine, TextField } from '../ui/index.ts';
import { Heading, OnboardingFrame } from './frame.tsx';

/** The third way in: everything, from an archive. */
export function ArchiveStep({ onBack }: { onBack: () => void }): ReactNode {
  const { t } = useTranslation();
  const { store } = useSession();
  const [file, setFile] = useState<File | null>(null);
  const [passphrase, setPassphrase] = useState('');
  const { task, step, isBusy, run } = useBringBack(false);
  const bringBack = async (archive: File): Promise<void> => {
    // They have the words already, so the microphone comes next, when the account is there.
    if (await run(archive, passphrase)) store.setState({ micStep: true });
  };
  return (
    <OnboardingFrame step={1} heroTitle={t('data.back.heroTitle')} heroText={t('data.back.heroText')}>
      <Heading title={t('data.back.title')} help={t('data.back.help')} />
      <form
        className="grid gap-[18px]"
        onSubmit={(event) => {
          event.preventDefault();
          if (!isBusy && file !== null && passphrase !== '') void bringBack(file);
        }}
      >
        <FileChoice
          label={t('data.back.choose')}
          chosen={file === null ? null : t('data.back.chosen', { name: file.name, size: sizeText(t, file.size) })}
          disabled={isBusy}
          onChoose={setFile}
        />
        <TextField
          label={t('data.back.passphrase')}
          big
          type="password"
          value={passphrase}
          onChange={setPassphrase}
          disabled={isBusy}
          autoComplete="current-password"
          maxLength={passphraseMaxChars}
        />
        <Callout tone="warn">{t('data.back.once')}</Callout>
        {isBusy ? <TaskLine fraction={step === 'almost' ? null : task.fraction}>{t(`data.back.${step}`)}</TaskLine> : null}
        {task.error === null ? null : (
          <div role="alert">
            <Callout tone="bad">{task.error}</Callout>
          </div>
        )}
        <div className="flex flex-wrap gap-2">
          <Button kind="primary" big type="submit" busy={isBusy} disabled={file === null || passphrase === ''}>
            {t('data.back.go')}
          </Button>
          <Button kind="quiet" big disabled={step === 'almost'} onClick={isBusy ? task.cancel : onBack}>
            {isBusy ? t('app.cancel') : t('app.back')}
          </Button>
        </div>
      </form>
    </OnboardingFrame>
  );
}
