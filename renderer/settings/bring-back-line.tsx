import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { passphraseMaxChars } from '../../preload/contract/index.ts';
import { useBringBack, useUi } from '../state/index.ts';
import { Button, Callout, Dialog, FileChoice, Line, sizeText, TaskLine, TextField } from '../ui/index.ts';

/** An archive in the place of the account that is here, after its name was typed. */
export function BringBackLine(): ReactNode {
  const { t } = useTranslation();
  const [open, setOpen] = useState(false);
  return (
    <Line title={t('data.back.instead')} help={t('data.back.insteadHelp')}>
      <Button kind="danger" onClick={() => setOpen(true)}>
        {t('data.back.insteadButton')}
      </Button>
      {open ? <InsteadDialog onClose={() => setOpen(false)} /> : null}
    </Line>
  );
}

function InsteadDialog({ onClose }: { onClose: () => void }): ReactNode {
  const { t } = useTranslation();
  const name = useUi((state) => (state.account?.kind === 'ready' ? state.account.account.name : ''));
  const [file, setFile] = useState<File | null>(null);
  const [passphrase, setPassphrase] = useState('');
  const [typed, setTyped] = useState('');
  const { task, step, isBusy, run } = useBringBack(true);
  const isHeld = file === null || passphrase === '' || typed.trim() !== name;
  const bringBack = async (archive: File): Promise<void> => {
    if (await run(archive, passphrase)) onClose();
  };
  return (
    <Dialog title={t('data.back.asksTitle', { name })} onClose={onClose}>
      <form
        className="grid gap-4"
        onSubmit={(event) => {
          event.preventDefault();
          if (!isBusy && !isHeld) void bringBack(file);
        }}
      >
        <p className="text-pretty text-ink-2">{t('data.back.insteadHelp')}</p>
        <FileChoice
          label={t('data.back.choose')}
          chosen={file === null ? null : t('data.back.chosen', { name: file.name, size: sizeText(t, file.size) })}
          disabled={isBusy}
          onChoose={setFile}
        />
        <TextField
          label={t('data.back.passphrase')}
          type="password"
          value={passphrase}
          onChange={setPassphrase}
          disabled={isBusy}
          autoComplete="current-password"
          maxLength={passphraseMaxChars}
        />
        <TextField
          label={t('data.back.type')}
          value={typed}
          onChange={setTyped}
          disabled={isBusy}
          maxLength={64}
          spellCheck={false}
        />
        <Callout tone="warn">{t('data.back.once')}</Callout>
        {isBusy ? <TaskLine fraction={step === 'almost' ? null : task.fraction}>{t(`data.back.${step}`)}</TaskLine> : null}
        {task.error === null ? null : (
          <div role="alert">
            <Callout tone="bad">{task.error}</Callout>
          </div>
        )}
        <div className="flex flex-wrap justify-end gap-2">
          <Button
            disabled={step === 'almost'}
            onClick={() => {
              task.cancel();
              onClose();
            }}
          >
            {t('app.cancel')}
          </Button>
          <Button kind="danger" type="submit" busy={isBusy} disabled={isHeld}>
            {t('data.back.go')}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
