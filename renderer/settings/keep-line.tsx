import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { keepForChoices, type ForgottenView, type KeepFor } from '../../preload/contract/index.ts';
import { useSession, useUi } from '../state/index.ts';
import { AskDialog, countText, Line, Segmented } from '../ui/index.ts';

/** For how long messages stay. What would go at once is said first, and asked. */
export function KeepLine(): ReactNode {
  const { t } = useTranslation();
  const { client, settings, notify } = useSession();
  const keepFor = useUi((state) => state.settings?.keepFor ?? null);
  const [asked, setAsked] = useState<{ readonly keepFor: KeepFor; readonly goes: ForgottenView } | null>(null);
  if (keepFor === null) return null;
  const choose = (next: KeepFor): void => {
    if (next === keepFor) return;
    void notify.attempt(async () => {
      const goes = await client.data.tooOld({ keepFor: next });
      if (goes.messages + goes.calls === 0) await settings.change({ keepFor: next });
      else setAsked({ keepFor: next, goes });
    });
  };
  const confirm = (): void => {
    if (asked === null) return;
    setAsked(null);
    void settings.change({ keepFor: asked.keepFor }).then(() => notify.say(t('data.keep.done')));
  };
  const many = (what: keyof ForgottenView): string => {
    const count = asked?.goes[what] ?? 0;
    return t(`data.size.${what}`, { count, n: countText(count) });
  };
  return (
    <Line title={t('data.keep.title')} help={t('data.keep.help')}>
      <Segmented
        label={t('data.keep.title')}
        value={keepFor}
        choices={keepForChoices.map((value) => ({ value, label: t(`data.keep.${value}`) }))}
        onChange={choose}
      />
      <AskDialog
        open={asked !== null}
        title={t('data.keep.asksTitle')}
        text={t('data.keep.asks', { messages: many('messages'), calls: many('calls') })}
        confirm={t('data.keep.confirm')}
        danger
        onConfirm={confirm}
        onClose={() => setAsked(null)}
      />
    </Line>
  );
}
