import { useEffect, useId, useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { CardView } from '../../preload/contract/index.ts';
import { codeOf, useSession, useUi } from '../state/index.ts';
import { Avatar, Button, Callout, Card, Cut, Line, SwitchField, TextField } from '../ui/index.ts';

/** Whether others may find us by words: off until it is wished; what they would see; and how far it is. */
export function FindMeCard(): ReactNode {
  const { t } = useTranslation();
  const { client, settings: change, notify } = useSession();
  const settings = useUi((state) => state.settings);
  const account = useUi((state) => (state.account?.kind === 'ready' ? state.account.account : null));
  const [card, setCard] = useState<CardView | null>(null);
  const [name, setName] = useState<string | null>(null);
  const [words, setWords] = useState<string | null>(null);
  const [isBad, setBad] = useState(false);
  const help = useId();

  useEffect(() => {
    const stop = new AbortController();
    const watch = async (): Promise<void> => {
      for await (const next of await client.contacts.watchCard(undefined, { signal: stop.signal })) setCard(next);
    };
    // The line to the engine broke, which the lifecycle tells; the card is watched again when this is drawn again.
    watch().catch(() => setCard(null));
    return () => stop.abort();
    // oxlint-disable-next-line react/exhaustive-deps -- the session's client never changes
  }, []);

  if (settings === null || account === null) return null;
  const typed = { findMeName: name ?? settings.findMeName, findMeWords: words ?? settings.findMeWords };
  const isChanged = typed.findMeName !== settings.findMeName || typed.findMeWords !== settings.findMeWords;
  const use = async (): Promise<void> => {
    setBad(false);
    try {
      await client.settings.update(typed);
      setName(null);
      setWords(null);
    } catch (error) {
      if (codeOf(error) === 'BAD_INPUT') return setBad(true);
      await notify.attempt(() => Promise.reject(error instanceof Error ? error : new Error(String(error))));
    }
    return undefined;
  };
  const said = card === null ? '' : [card.displayName, card.words.join(' · ')].filter((part) => part !== '').join(', ');
  return (
    <section className="grid gap-2">
      <h3 className="font-semibold">{t('findMe.heading')}</h3>
      <Card>
        <Line title={t('findMe.title')} help={t('findMe.help')}>
          <SwitchField label={t('findMe.title')} on={settings.findMe} onChange={(findMe) => void change.change({ findMe })} />
        </Line>
        <form
          className="grid gap-3 px-4 py-3"
          onSubmit={(event) => {
            event.preventDefault();
            void use();
          }}
        >
          <TextField label={t('findMe.name')} value={typed.findMeName} onChange={setName} maxLength={40} />
          <TextField
            label={t('findMe.words')}
            value={typed.findMeWords}
            onChange={setWords}
            maxLength={200}
            placeholder={t('findMe.example')}
            aria-invalid={isBad}
            aria-describedby={isBad ? help : undefined}
          />
          {isBad ? (
            <div id={help} role="alert">
              <Callout tone="bad">{t('findMe.bad')}</Callout>
            </div>
          ) : null}
          <Button kind={isChanged ? 'primary' : 'secondary'} type="submit" disabled={!isChanged} className="justify-self-start">
            {t('findMe.use')}
          </Button>
          <div className="grid gap-2">
            <p className="t-small text-ink-2">{t('findMe.preview')}</p>
            <div className="flex items-center gap-3 rounded-r2 bg-raised px-3 py-2">
              <Avatar accountKey={account.accountKey} name={account.name} size={34} />
              <span className="min-w-0 flex-1">
                <Cut text={account.name} className="block font-[550]" />
                {said === '' ? null : <Cut text={said} className="t-small block text-ink-2" />}
              </span>
            </div>
          </div>
        </form>
        {card === null || (card.state === 'off' && !settings.findMe) ? null : (
          <output className="t-small block px-4 py-3 text-ink-2">{t(`findMe.state.${card.state}`)}</output>
        )}
      </Card>
    </section>
  );
}
