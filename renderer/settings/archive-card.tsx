import { useId, useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { passphraseMaxChars, passphraseMinChars } from '../../preload/contract/index.ts';
import { useSession, useTask } from '../state/index.ts';
import { Button, Callout, Card, TaskLine, TextField } from '../ui/index.ts';

interface PassphraseFieldProps {
  readonly label: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly shown: boolean;
  readonly disabled: boolean;
  readonly 'aria-describedby'?: string;
  readonly 'aria-invalid'?: boolean;
}

function PassphraseField({ shown, ...rest }: PassphraseFieldProps): ReactNode {
  return <TextField type={shown ? 'text' : 'password'} maxLength={passphraseMaxChars} autoComplete="new-password" {...rest} />;
}

/** The whole account in a sealed file; and what it means to have it on two computers. */
export function ArchiveCard(): ReactNode {
  const { t } = useTranslation();
  const { data } = useSession();
  const [passphrase, setPassphrase] = useState('');
  const [again, setAgain] = useState('');
  const [shown, setShown] = useState(false);
  const task = useTask();
  const tip = useId();
  const isBusy = task.fraction !== null;
  const isLong = passphrase.length >= passphraseMinChars;
  const differs = again !== '' && again !== passphrase;
  const make = async (): Promise<void> => {
    const isDone = await task.run((onFraction, signal) => data.archive(passphrase, onFraction, signal));
    if (!isDone) return;
    setPassphrase('');
    setAgain('');
  };
  return (
    <section className="grid gap-2">
      <h3 className="font-semibold">{t('data.archive.title')}</h3>
      <p className="t-small text-pretty text-ink-2">{t('data.archive.help')}</p>
      <Card>
        <form
          className="grid gap-3 px-4 py-3"
          onSubmit={(event) => {
            event.preventDefault();
            if (!isBusy && isLong && again === passphrase) void make();
          }}
        >
          <PassphraseField
            label={t('data.archive.passphrase', { count: passphraseMinChars })}
            value={passphrase}
            onChange={setPassphrase}
            shown={shown}
            disabled={isBusy}
            aria-describedby={tip}
          />
          <p id={tip} className="t-small text-pretty text-ink-2">
            {t('data.archive.passphraseTip')}
          </p>
          <PassphraseField
            label={t('data.archive.again')}
            value={again}
            onChange={setAgain}
            shown={shown}
            disabled={isBusy}
            aria-invalid={differs}
          />
          {differs ? <p className="t-small text-danger-ink">{t('data.archive.differs')}</p> : null}
          <label className="t-small flex items-center gap-2">
            <input type="checkbox" checked={shown} onChange={(event) => setShown(event.target.checked)} />
            {t('data.archive.show')}
          </label>
          <Callout tone="warn">{t('data.archive.oneAtATime')}</Callout>
          {task.fraction === null ? null : (
            <TaskLine fraction={task.fraction === 0 ? null : task.fraction}>
              {task.fraction === 0 ? t('data.archive.sealing') : t('data.archive.making')}
            </TaskLine>
          )}
          {task.error === null ? null : (
            <div role="alert">
              <Callout tone="bad">{task.error}</Callout>
            </div>
          )}
          <div className="flex flex-wrap gap-2">
            <Button kind="primary" type="submit" busy={isBusy} disabled={!isLong || again !== passphrase}>
              {t('data.archive.make')}
            </Button>
            {isBusy ? <Button onClick={task.cancel}>{t('app.cancel')}</Button> : null}
          </div>
        </form>
      </Card>
    </section>
  );
}
