import { FolderOpen } from 'lucide-react';
import { useRef, useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { passphraseMaxChars } from '../../preload/contract/index.ts';
import { useSession, useTask } from '../state/index.ts';
import { Button, Callout, sizeText, TaskLine, TextField } from '../ui/index.ts';
import { Heading, OnboardingFrame } from './frame.tsx';

/** The third way in: everything, from an archive. */
export function ArchiveStep({ onBack }: { onBack: () => void }): ReactNode {
  const { t } = useTranslation();
  const { data, store } = useSession();
  const [file, setFile] = useState<File | null>(null);
  const [passphrase, setPassphrase] = useState('');
  const [step, setStep] = useState<'reading' | 'checking' | 'almost'>('reading');
  const chooser = useRef<HTMLInputElement>(null);
  const task = useTask();
  const isBusy = task.fraction !== null || step === 'almost';
  const bringBack = async (archive: File): Promise<void> => {
    const isDone = await task.run(async (onFraction, signal) => {
      setStep('reading');
      const id = await data.putArchive(archive, onFraction, signal);
      setStep('checking');
      onFraction(0);
      await data.bringBack(id, passphrase, onFraction, signal);
    });
    if (!isDone) return;
    // They have the words already, so the microphone comes next, when the account is there.
    store.setState({ micStep: true });
    setStep('almost');
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
        <div className="flex flex-wrap items-center gap-3">
          <input
            ref={chooser}
            type="file"
            hidden
            aria-label={t('data.back.choose')}
            onChange={(event) => setFile(event.target.files?.[0] ?? null)}
          />
          <Button icon={FolderOpen} disabled={isBusy} onClick={() => chooser.current?.click()}>
            {t('data.back.choose')}
          </Button>
          {file === null ? null : (
            <span className="min-w-0 break-words">
              <bdi>{t('data.back.chosen', { name: file.name, size: sizeText(t, file.size) })}</bdi>
            </span>
          )}
        </div>
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
