import { useId, useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useSession, useUi } from '../state/index.ts';
import { AskDialog, Button, Line } from '../ui/index.ts';

/** The account away from this computer, after its name was typed. */
export function ForgetLine(): ReactNode {
  const { t } = useTranslation();
  const { client, notify } = useSession();
  const name = useUi((state) => (state.account?.kind === 'ready' ? state.account.account.name : ''));
  const [asking, setAsking] = useState(false);
  const [typed, setTyped] = useState('');
  const field = useId();
  const close = (): void => {
    setAsking(false);
    setTyped('');
  };
  return (
    <Line title={t('data.forget.title')} help={t('data.forget.help')}>
      <Button kind="danger" onClick={() => setAsking(true)}>
        {t('data.forget.button')}
      </Button>
      <AskDialog
        open={asking}
        title={t('data.forget.asksTitle', { name })}
        text={t('data.forget.asks')}
        confirm={t('data.forget.confirm')}
        danger
        held={typed.trim() !== name}
        onConfirm={() => {
          close();
          void notify.attempt(() => client.data.forgetAccount({ name }));
        }}
        onClose={close}
      >
        <label htmlFor={field} className="grid gap-1 font-[550]">
          {t('data.forget.type')}
          <input
            id={field}
            value={typed}
            onChange={(event) => setTyped(event.target.value)}
            dir="auto"
            maxLength={64}
            spellCheck={false}
            autoComplete="off"
            className="min-h-[38px] w-full rounded-r2 bg-raised px-3 py-1 font-normal edge-strong focus:edge-focus focus-visible:outline-none"
          />
        </label>
      </AskDialog>
    </Line>
  );
}
