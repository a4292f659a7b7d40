import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useSession, useUi } from '../state/index.ts';
import { AskDialog, Button, Line, TextField } from '../ui/index.ts';

/** The account away from this computer, after its name was typed. */
export function ForgetLine(): ReactNode {
  const { t } = useTranslation();
  const { client, notify } = useSession();
  const name = useUi((state) => (state.account?.kind === 'ready' ? state.account.account.name : ''));
  const [asking, setAsking] = useState(false);
  const [typed, setTyped] = useState('');
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
        <TextField label={t('data.forget.type')} value={typed} onChange={setTyped} maxLength={64} spellCheck={false} />
      </AskDialog>
    </Line>
  );
}
