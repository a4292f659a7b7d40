import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useSession, useUi } from '../state/index.ts';
import { AskDialog, Button, momentOf, Strip } from '../ui/index.ts';

/** Another computer has the account now: when that was, what it means, and both ways on. */
export function MovedStrip(): ReactNode {
  const { t } = useTranslation();
  const { client, go, notify } = useSession();
  const movedMs = useUi((state) => (state.account?.kind === 'ready' ? state.account.account.movedMs : null));
  const [asking, setAsking] = useState(false);
  if (movedMs === null) return null;
  const takeBack = (): void => {
    setAsking(false);
    void notify.attempt(() => client.account.takeBack({}));
  };
  return (
    <>
      <Strip tone="warn">
        <span className="flex flex-wrap items-center gap-x-3 gap-y-1">
          <span className="min-w-[min(18rem,100%)] flex-1 text-pretty">{t('moved.says', { date: momentOf(movedMs) })}</span>
          <span className="-ms-3 flex flex-wrap gap-1">
            <Button kind="quiet" onClick={() => setAsking(true)}>
              {t('moved.takeBack')}
            </Button>
            <Button kind="quiet" onClick={() => go.settings('data')}>
              {t('moved.remove')}
            </Button>
          </span>
        </span>
      </Strip>
      <AskDialog
        open={asking}
        title={t('moved.asksTitle')}
        text={t('moved.asks')}
        confirm={t('moved.confirm')}
        onConfirm={takeBack}
        onClose={() => setAsking(false)}
      />
    </>
  );
}
