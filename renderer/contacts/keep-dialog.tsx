import { useEffect, useId, useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { keepForChoices, type ForgottenView, type KeepFor } from '../../preload/contract/index.ts';
import { displayName, useSession, useUi } from '../state/index.ts';
import { Button, Callout, countText, Dialog } from '../ui/index.ts';

/** Null: as in settings. */
type Rule = KeepFor | null;
const rules: readonly Rule[] = [null, ...keepForChoices];

/** For how long one conversation stays. What would go at once is counted before anything does. */
export function KeepDialog({ accountKey }: { accountKey: string }): ReactNode {
  const { t } = useTranslation();
  const { client, go, notify } = useSession();
  const person = useUi((state) => state.contacts.get(accountKey));
  const general = useUi((state) => state.settings?.keepFor ?? 'ever');
  /** Undefined: not known yet. */
  const [kept, setKept] = useState<Rule>();
  const [chosen, setChosen] = useState<Rule>();
  /** What would go under the rule that was asked about. */
  const [counted, setCounted] = useState<{ readonly rule: Rule; readonly goes: ForgottenView } | null>(null);
  const name = useId();

  useEffect(() => {
    const stop = new AbortController();
    client.data.keepFor({ id: accountKey }, { signal: stop.signal }).then(
      ({ keepFor }) => {
        setKept(keepFor);
        setChosen(keepFor);
      },
      // It stays closed to choices; why is told above the panes.
      () => undefined,
    );
    return () => stop.abort();
  }, [client, accountKey]);

  const isChanged = chosen !== undefined && chosen !== kept;
  useEffect(() => {
    if (chosen === undefined || chosen === kept) return undefined;
    const stop = new AbortController();
    client.data.tooOld({ keepFor: chosen ?? general, id: accountKey }, { signal: stop.signal }).then(
      (goes) => setCounted({ rule: chosen, goes }),
      () => undefined,
    ); // nothing can be saved before it is known
    return () => stop.abort();
  }, [client, accountKey, chosen, general, kept]);

  if (person === undefined) return null;
  const who = displayName(person);
  const labelOf = (rule: Rule): string =>
    rule === null ? t('data.keep.asInSettings', { as: t(`data.keep.${general}`) }) : t(`data.keep.${rule}`);
  const goes = isChanged && counted?.rule === chosen ? counted.goes : null;
  const many = (what: keyof ForgottenView): string => {
    const count = goes?.[what] ?? 0;
    return t(`data.size.${what}`, { count, n: countText(count) });
  };
  const losesSome = goes !== null && goes.messages + goes.calls > 0;
  const save = async (): Promise<void> => {
    if (chosen === undefined) return;
    if (!(await notify.attempt(() => client.data.setKeepFor({ id: accountKey, keepFor: chosen })))) return;
    go.dialog(null);
    notify.say(t('data.keep.ownDone', { name: who }));
  };
  return (
    <Dialog title={t('data.keep.own', { name: who })} onClose={() => go.dialog(null)}>
      <p className="text-pretty text-ink-2">{t('data.keep.ownHelp', { name: who })}</p>
      <fieldset className="grid gap-1" disabled={kept === undefined}>
        <legend className="sr-only">{t('data.keep.menu')}</legend>
        {rules.map((rule) => (
          <label
            key={rule ?? 'settings'}
            className="flex min-h-[34px] items-center gap-2.5 rounded-r2 px-2 hover:bg-hover has-checked:bg-selected"
          >
            <input
              type="radio"
              name={name}
              className="accent-(--accent)"
              checked={chosen === rule}
              onChange={() => setChosen(rule)}
            />
            {labelOf(rule)}
          </label>
        ))}
      </fieldset>
      <div aria-live="polite">
        {!isChanged || goes === null ? null : losesSome ? (
          <Callout tone="warn">{t('data.keep.ownAsks', { messages: many('messages'), calls: many('calls') })}</Callout>
        ) : (
          <Callout tone="plain">{t('data.keep.ownNothing')}</Callout>
        )}
      </div>
      <div className="flex flex-wrap justify-end gap-2">
        <Button onClick={() => go.dialog(null)}>{t('app.cancel')}</Button>
        <Button kind={losesSome ? 'danger' : 'primary'} disabled={!isChanged || goes === null} onClick={() => void save()}>
          {losesSome ? t('data.keep.confirm') : t('data.keep.ownSave')}
        </Button>
      </div>
    </Dialog>
  );
}
