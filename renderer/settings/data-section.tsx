import { useEffect, useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { DataSize } from '../../preload/contract/index.ts';
import { useSession, useUi } from '../state/index.ts';
import { AskDialog, Button, Card, countText, Line, sizeText } from '../ui/index.ts';
import { ArchiveCard } from './archive-card.tsx';
import { BringBackLine } from './bring-back-line.tsx';
import { ForgetLine } from './forget-line.tsx';
import { KeepLine } from './keep-line.tsx';

/** What this computer keeps: how much, for how long, how to take it along, and how to end it. */
export function DataSection(): ReactNode {
  const { t } = useTranslation();
  const { data } = useSession();
  const [asking, setAsking] = useState(false);
  return (
    <>
      <div>
        <h2 className="t-title">{t('data.title')}</h2>
        <p className="mt-1 text-pretty text-ink-2">{t('data.text')}</p>
      </div>
      <Card>
        <SizeLine />
        <KeepLine />
      </Card>
      <ArchiveCard />
      <Card>
        <Line title={t('data.clear.title')} help={t('data.clear.help')}>
          <Button kind="danger" onClick={() => setAsking(true)}>
            {t('data.clear.button')}
          </Button>
        </Line>
        <BringBackLine />
        <ForgetLine />
      </Card>
      <AskDialog
        open={asking}
        title={t('data.clear.asksTitle')}
        text={t('data.clear.asks')}
        confirm={t('data.clear.confirm')}
        danger
        onConfirm={() => {
          setAsking(false);
          void data.clear(null);
        }}
        onClose={() => setAsking(false)}
      />
    </>
  );
}

function SizeLine(): ReactNode {
  const { t } = useTranslation();
  const { client } = useSession();
  // Whatever is said changes them.
  const conversations = useUi((state) => state.conversations);
  const [size, setSize] = useState<DataSize | null>(null);
  useEffect(() => {
    const stop = new AbortController();
    client.data.size({}, { signal: stop.signal }).then(setSize, () => setSize(null));
    return () => stop.abort();
    // oxlint-disable-next-line react/exhaustive-effect-dependencies -- whatever is said changes the size
  }, [client, conversations]);
  const parts =
    size === null
      ? []
      : [
          t('data.size.messages', { count: size.messages, n: countText(size.messages) }),
          t('data.size.calls', { count: size.calls, n: countText(size.calls) }),
          `${sizeText(t, size.databaseBytes)} ${t('data.size.database')}`,
          ...(size.recordingBytes === 0 ? [] : [`${sizeText(t, size.recordingBytes)} ${t('data.size.recordings')}`]),
        ];
  return <Line title={t('data.size.title')} help={parts.join(' · ')} />;
}
