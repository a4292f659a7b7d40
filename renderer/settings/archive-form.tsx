import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { passphraseMaxChars } from '../../preload/contract/index.ts';
import type { BringBack } from '../state/index.ts';
import { Callout, FileChoice, sizeText, TaskLine, TextField } from '../ui/index.ts';

interface ArchiveFormProps {
  readonly bringBack: BringBack;
  /** On a page of its own. */
  readonly big?: boolean;
  /** What else must be said first is not yet said. */
  readonly isHeld?: boolean;
  readonly onDone: () => void;
  /** What else is asked. */
  readonly children?: ReactNode;
  readonly buttons: ReactNode;
}

/** An archive and its passphrase, and what becomes of them. */
export function ArchiveForm(props: ArchiveFormProps): ReactNode {
  const { bringBack, big = false, isHeld = false, onDone, children, buttons } = props;
  const { file, passphrase, isReady, task, step, isBusy } = bringBack;
  const { t } = useTranslation();
  const begin = async (): Promise<void> => {
    if (!isBusy && isReady && !isHeld && (await bringBack.run())) onDone();
  };
  return (
    <form
      className={big ? 'grid gap-[18px]' : 'grid gap-4'}
      onSubmit={(event) => {
        event.preventDefault();
        void begin();
      }}
    >
      <FileChoice
        label={t('data.back.choose')}
        chosen={file === null ? null : t('data.back.chosen', { name: file.name, size: sizeText(t, file.size) })}
        disabled={isBusy}
        onChoose={bringBack.chooseFile}
      />
      <TextField
        label={t('data.back.passphrase')}
        big={big}
        type="password"
        value={passphrase}
        onChange={bringBack.setPassphrase}
        disabled={isBusy}
        autoComplete="current-password"
        maxLength={passphraseMaxChars}
      />
      {children}
      <Callout tone="warn">{t('data.back.once')}</Callout>
      {isBusy ? <TaskLine fraction={step === 'almost' ? null : task.fraction}>{t(`data.back.${step}`)}</TaskLine> : null}
      {task.error === null ? null : (
        <div role="alert">
          <Callout tone="bad">{task.error}</Callout>
        </div>
      )}
      {buttons}
    </form>
  );
}
