import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { CarryingView, NetworkView } from '../../preload/contract/index.ts';
import { useSession, useUi } from '../state/index.ts';
import { Card, Line, rateText, Segmented, sizeText } from '../ui/index.ts';
import { SettingSwitch } from './setting-switch.tsx';

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
        {network === null ? null : <Helping network={network} />}
      </Card>
      {network === null ? null : <Carrying carrying={network.carrying} />}
      <p className="t-small text-ink-2">{t('settings.helpNote')}</p>
    </>
  );
}

function Helping({ network }: { network: NetworkView }): ReactNode {
  const { t } = useTranslation();
  return (
    <Figures
      figures={[
        { id: 'now', value: network.supernode ? t('settings.yes') : t('settings.no'), label: t('settings.now') },
        { id: 'records', value: network.recordsHeld.toLocaleString('en-GB'), label: t('settings.entries') },
        { id: 'heard', value: network.nodesHeard.toLocaleString('en-GB'), label: t('settings.heard') },
      ]}
    />
  );
}

/** What is of others: whether it is passed on, what that gives right now, and what it may cost. */
function Carrying({ carrying }: { carrying: CarryingView }): ReactNode {
  const { t } = useTranslation();
  const { state, calls, pairs, gatewayClients, bitsPerSecond, bytesToday, bytesThisMonth, limitBytes } = carrying;
  const limit = limitBytes === null ? '' : sizeText(t, limitBytes);
  return (
    <Card>
      <Line title={t('settings.carry')} help={t(`settings.carryHelp.${state}`, { limit })}>
        <SettingSwitch name="carryOthers" label={t('settings.carry')} />
      </Line>
      {state === 'off' ? null : (
        <>
          <Figures
            figures={[
              { id: 'calls', value: calls.toLocaleString('en-GB'), label: t('settings.carriedCalls') },
              { id: 'pairs', value: pairs.toLocaleString('en-GB'), label: t('settings.carriedPairs') },
              { id: 'clients', value: gatewayClients.toLocaleString('en-GB'), label: t('settings.carriedClients') },
            ]}
          />
          <Figures
            figures={[
              { id: 'rate', value: rateText(t, bitsPerSecond), label: t('settings.carriedRate') },
              { id: 'today', value: sizeText(t, bytesToday), label: t('settings.carriedToday') },
              { id: 'month', value: sizeText(t, bytesThisMonth), label: t('settings.carriedMonth') },
            ]}
          />
        </>
      )}
      {state === 'off' || limitBytes === null ? null : (
        <p className="t-small px-4 py-3 text-ink-2">{t('settings.carryLimit', { limit })}</p>
      )}
    </Card>
  );
}

interface Figure {
  readonly id: string;
  readonly value: string;
  readonly label: string;
}

function Figures({ figures }: { figures: readonly Figure[] }): ReactNode {
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
