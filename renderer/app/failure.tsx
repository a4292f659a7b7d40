import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { ErrorCode } from '../../preload/contract/index.ts';
import { useSession, useUi } from '../state/index.ts';
import { Button, Logo, useFocusOnShow } from '../ui/index.ts';

/** What a person can do about each way in which a profile does not open; anything else is told in general words. */
const told = ['DISK_FULL', 'STORAGE_LOCKED', 'STORAGE_CORRUPT', 'VAULT_LOCKED', 'BAD_INPUT'] as const;
type Told = (typeof told)[number] | 'other';

const toldAs = (code: ErrorCode): Told => told.find((known) => known === code) ?? 'other';

/** Instead of the window: this profile can't be opened, why, and what to do. */
export function Failure({ code }: { code: ErrorCode }): ReactNode {
  const { t } = useTranslation();
  const { client } = useSession();
  const lifecycle = useUi((state) => state.lifecycle);
  const heading = useFocusOnShow<HTMLHeadingElement>();
  const [asking, setAsking] = useState(false);
  const answered = (): void => setAsking(false);
  const tryAgain = (): void => {
    setAsking(true);
    // The engine may leave without an answer; the lifecycle tells the rest.
    client.app.retry({}).then(answered, answered);
  };
  return (
    <main data-pane className="grid min-h-0 overflow-y-auto px-5 py-6">
      <div className="m-auto grid w-full max-w-[440px] justify-items-start gap-4">
        <Logo />
        <h1 ref={heading} tabIndex={-1} className="t-title text-balance outline-none">
          {t(`failure.title.${toldAs(code)}`)}
        </h1>
        <p className="text-pretty text-ink-2">{t(`failure.help.${toldAs(code)}`)}</p>
        <p className="text-pretty text-ink-2">{t('failure.untouched')}</p>
        <Button kind="primary" busy={asking || lifecycle !== 'up'} onClick={tryAgain}>
          {t('failure.again')}
        </Button>
      </div>
    </main>
  );
}
