import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { NetworkView } from '../../preload/contract/index.ts';
import { useSession, useUi } from '../state/index.ts';
import { Card, Line, Segmented } from '../ui/index.ts';

const helps = { auto: 'settings.helpAutoHelp', on: 'settings.helpOnHelp', off: 'settings.helpOffHelp' } as const;

/** Whether this computer is a supernode, and what it carries. */
export function HelpingSection(): ReactNode {
  const { t } = useTranslation();
  const { client, notify } = useSession();
  const mode = useUi((state) => state.settings?.supernodeMode ?? 'auto');
  const network = useUi((state) => state.network);
  return (
    <>
      <div>
        <h2 className="t-title">{t('settings.helping')}</h2>
        <p className="mt-1 text-pretty text-ink-2">{t('settings.helpingText')}</p>
      </div>
      <Card>
        <Line title={t('settings.helpMode')} help={t(helps[mode])}>
          <Segmented
            label={t('settings.helpMode')}
            value={mode}
            choices={[
              { value: 'auto', label: t('settings.helpAuto') },
              { value: 'on', label: t('settings.helpOn') },
              { value: 'off', label: t('settings.helpOff') },
            ]}
            onChange={(next) => void notify.attempt(() => client.settings.update({ supernodeMode: next }))}
          />
        </Line>
        {network === null ? null : <Figures network={network} />}
      </Card>
      <p className="t-small text-ink-2">{t('settings.helpNote')}</p>
    </>
  );
}

function Figures({ network }: { network: NetworkView }): ReactNode {
  const { t } = useTranslation();
  const figures = [
    { id: 'now', value: network.supernode ? t('settings.yes') : t('settings.no'), label: t('settings.now') },
    { id: 'records', value: network.recordsHeld.toLocaleString('en-GB'), label: t('settings.entries') },
    { id: 'heard', value: network.nodesHeard.toLocaleString('en-GB'), label: t('settings.heard') },
  ];
  return (
    <dl className="grid grid-cols-3 max-pair:grid-cols-1">
      {figures.map(({ id, value, label }) => (
        <div
          key={id}
          className="flex flex-col-reverse justify-end px-4 py-3.5 not-first:border-s not-first:border-line max-pair:not-first:border-s-0 max-pair:not-first:border-t"
        >
          <dt className="t-small text-ink-2">{label}</dt>
          <dd className="text-[1.375rem]/[1.75rem] font-semibold">{value}</dd>
        </div>
      ))}
    </dl>
  );
}
