import { CircleCheck, CirclePause } from 'lucide-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { CarryingView, NetworkView } from '../../preload/contract/index.ts';
import { useSession, useUi } from '../state/index.ts';
import { Card, cx, Line, rateText, Segmented, sizeText } from '../ui/index.ts';
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
  const { supernode, role, recordsHeld, nodesHeard, carrying } = network;
  const Sign = supernode ? CircleCheck : CirclePause;
  return (
    <>
      <output className="flex items-start gap-3 px-4 py-3">
        <Sign aria-hidden className={cx('mt-0.5 size-5 shrink-0', supernode ? 'text-ok-ink' : 'text-ink-2')} />
        <div>
          <div className="font-[550]">{t(supernode ? 'settings.helpingNow' : 'settings.helpingNot')}</div>
          <p className="t-small mt-px text-pretty text-ink-2">{t(`settings.roles.${role.reason}`)}</p>
        </div>
      </output>
      <Figures
        figures={[
          { id: 'records', value: recordsHeld.toLocaleString('en-GB'), label: t('settings.entries') },
          { id: 'mail', value: carrying.mailbox.items.toLocaleString('en-GB'), label: t('settings.mailKept') },
          { id: 'heard', value: nodesHeard.toLocaleString('en-GB'), label: t('settings.heard') },
        ]}
      />
    </>
  );
}

/** What is of others: whether it is passed on, what that gives right now, and what it may cost. */
function Carrying({ carrying }: { carrying: CarryingView }): ReactNode {
  const { t } = useTranslation();
  const { state, calls, pairs, gatewayClients, bitsPerSecond, bytesToday, bytesThisMonth, callsThisMonth, limitBytes, ever } =
    carrying;
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
      <Figures
        figures={[
          { id: 'helped', value: callsThisMonth.toLocaleString('en-GB'), label: t('settings.helpedMonth') },
          ...(ever === null
            ? []
            : [
                {
                  id: 'ever',
                  value: sizeText(t, ever.bytes),
                  label: t('settings.carriedEver', { day: dayInWords(ever.sinceDay) }),
                },
                {
                  id: 'helped-ever',
                  value: ever.calls.toLocaleString('en-GB'),
                  label: t('settings.helpedEver', { day: dayInWords(ever.sinceDay) }),
                },
              ]),
        ]}
      />
      {state === 'off' || limitBytes === null ? null : (
        <p className="t-small px-4 py-3 text-ink-2">{t('settings.carryLimit', { limit })}</p>
      )}
    </Card>
  );
}

/** `2026-03-14` (UTC) as people write it. */
const dayInWords = (day: string): string =>
  new Date(`${day}T00:00:00Z`).toLocaleDateString('en-GB', { day: 'numeric', month: 'long', year: 'numeric', timeZone: 'UTC' });

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
