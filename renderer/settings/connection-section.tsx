import { Activity } from 'lucide-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useSession } from '../state/index.ts';
import { Button, Card, Line } from '../ui/index.ts';
import { JoiningCard } from './joining-card.tsx';
import { ProxyCard } from './proxy-card.tsx';

/** The way out to the others. */
export function ConnectionSection(): ReactNode {
  const { t } = useTranslation();
  const { go } = useSession();
  return (
    <>
      <h2 className="t-title">{t('settings.connection')}</h2>
      <Card>
        <Line title={t('check.heading')} help={t('check.text')}>
          <Button icon={Activity} onClick={() => go.check()}>
            {t('check.start')}
          </Button>
        </Line>
      </Card>
      <ProxyCard />
      <JoiningCard />
    </>
  );
}
