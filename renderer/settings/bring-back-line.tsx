import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useBringBack, useUi } from '../state/index.ts';
import { Button, Dialog, Line, TextField } from '../ui/index.ts';
import { ArchiveForm } from './archive-form.tsx';

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
  const [typed, setTyped] = useState('');
  const bringBack = useBringBack(true);
  const { task, step, isBusy, isReady } = bringBack;
  const isHeld = typed.trim() !== name;
  return (
    <Dialog title={t('data.back.asksTitle', { name })} onClose={onClose}>
      <div className="grid gap-4">
        <p className="text-pretty text-ink-2">{t('data.back.insteadHelp')}</p>
        <ArchiveForm
          bringBack={bringBack}
          isHeld={isHeld}
          onDone={onClose}
          buttons={
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
              <Button kind="danger" type="submit" busy={isBusy} disabled={!isReady || isHeld}>
                {t('data.back.go')}
              </Button>
            </div>
          }
        >
          <TextField
            label={t('data.back.type')}
            value={typed}
            onChange={setTyped}
            disabled={isBusy}
            maxLength={64}
            spellCheck={false}
          />
        </ArchiveForm>
      </div>
    </Dialog>
  );
}
