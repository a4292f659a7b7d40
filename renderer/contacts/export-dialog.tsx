import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { ExportFormat } from '../../preload/contract/index.ts';
import { displayName, useSession, useTask, useUi } from '../state/index.ts';
import { Button, Callout, Dialog, Segmented, TaskLine } from '../ui/index.ts';

/** One conversation as a file. */
export function ExportDialog({ accountKey }: { accountKey: string }): ReactNode {
  const { t } = useTranslation();
  const { go, data } = useSession();
  const person = useUi((state) => state.contacts.get(accountKey));
  const [format, setFormat] = useState<ExportFormat>('html');
  const [count, setCount] = useState({ done: 0, total: 0 });
  const task = useTask();
  if (person === undefined) return null;
  const close = (): void => {
    task.cancel();
    go.dialog(null);
  };
  const save = async (): Promise<void> => {
    const isDone = await task.run((onFraction, signal) =>
      data.exportConversation(
        person,
        format,
        (done, total) => {
          setCount({ done, total });
          onFraction(total === 0 ? 1 : done / total);
        },
        signal,
      ),
    );
    if (isDone) go.dialog(null);
  };
  return (
    <Dialog title={t('data.export.title', { name: displayName(person) })} onClose={close}>
      <p className="text-pretty text-ink-2">{t('data.export.help')}</p>
      <Segmented
        label={t('data.export.form')}
        value={format}
        choices={[
          { value: 'html', label: t('data.export.html') },
          { value: 'json', label: t('data.export.json') },
        ]}
        onChange={setFormat}
      />
      {task.fraction === null ? null : <TaskLine fraction={task.fraction}>{t('data.export.busy', count)}</TaskLine>}
      {task.error === null ? null : (
        <div role="alert">
          <Callout tone="bad">{task.error}</Callout>
        </div>
      )}
      <div className="flex flex-wrap justify-end gap-2">
        <Button onClick={close}>{t('app.cancel')}</Button>
        <Button kind="primary" busy={task.fraction !== null} onClick={() => void save()}>
          {t('data.export.save')}
        </Button>
      </div>
    </Dialog>
  );
}
