import { useId, useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { ProxyTrial, Settings } from '../../preload/contract/index.ts';
import { codeOf, useSession, useUi } from '../state/index.ts';
import { Button, Callout, Card, Line, Segmented, type Tone } from '../ui/index.ts';

/** `bad`: what was written is no proxy; `trying`: it is being tried. */
type Outcome = ProxyTrial | 'bad' | 'trying' | null;

const tones: Record<Exclude<Outcome, null>, Tone> = {
  works: 'ok',
  'no-proxy': 'plain',
  untried: 'plain',
  silent: 'bad',
  password: 'bad',
  refused: 'bad',
  bad: 'bad',
  trying: 'plain',
};

/** The HTTP proxy: the environment's, none, or one that is named, tried as soon as it is chosen. */
export function ProxyCard(): ReactNode {
  const { t } = useTranslation();
  const { client, notify } = useSession();
  const settings = useUi((state) => state.settings);
  /** What is being chosen, until the engine has it. */
  const [picked, setPicked] = useState<Settings['proxyMode'] | null>(null);
  const [written, setWritten] = useState<string | null>(null);
  const [outcome, setOutcome] = useState<Outcome>(null);
  const field = useId();
  const mode = picked ?? settings?.proxyMode ?? 'system';
  const address = written ?? settings?.proxyAddress ?? '';

  const use = async (change: Pick<Settings, 'proxyMode'> & Partial<Settings>): Promise<void> => {
    setOutcome('trying');
    try {
      await client.settings.update(change);
      setPicked(null);
      setOutcome(await client.network.tryProxy());
    } catch (error) {
      if (codeOf(error) === 'BAD_INPUT') return setOutcome('bad');
      setOutcome(null);
      await notify.attempt(() => Promise.reject(error instanceof Error ? error : new Error(String(error))));
    }
    return undefined;
  };
  const choose = (next: Settings['proxyMode']): void => {
    setPicked(next);
    setOutcome(null);
    // One that is to be named is used when it has been.
    if (next !== 'named') void use({ proxyMode: next });
  };
  return (
    <Card>
      <Line title={t('proxy.title')} help={t('proxy.help')}>
        <Segmented
          label={t('proxy.title')}
          value={mode}
          choices={[
            { value: 'system', label: t('proxy.system') },
            { value: 'none', label: t('proxy.none') },
            { value: 'named', label: t('proxy.named') },
          ]}
          onChange={choose}
        />
      </Line>
      {mode === 'named' ? (
        <form
          className="grid gap-2 px-4 py-3"
          onSubmit={(event) => {
            event.preventDefault();
            void use({ proxyMode: 'named', proxyAddress: address });
          }}
        >
          <label htmlFor={field} className="font-[550]">
            {t('proxy.address')}
          </label>
          <span className="flex flex-wrap gap-2">
            <input
              id={field}
              value={address}
              onChange={(event) => setWritten(event.target.value)}
              dir="ltr"
              maxLength={300}
              spellCheck={false}
              autoComplete="off"
              placeholder={t('proxy.example')}
              aria-invalid={outcome === 'bad'}
              className="min-h-[38px] min-w-[min(12rem,100%)] flex-1 rounded-r2 bg-raised px-3 py-1 edge-strong focus:edge-focus focus-visible:outline-none"
            />
            <Button kind="primary" type="submit" disabled={outcome === 'trying'}>
              {t('proxy.use')}
            </Button>
          </span>
        </form>
      ) : null}
      {outcome === null ? null : (
        <output className="block p-3">
          <Callout tone={tones[outcome]}>{t(`proxy.outcome.${outcome}`)}</Callout>
        </output>
      )}
    </Card>
  );
}
