import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { JoinWayView } from '../../preload/contract/index.ts';
import { useUi } from '../state/index.ts';
import { Card, Line } from '../ui/index.ts';
import { SettingSwitch } from './setting-switch.tsx';

/** How the network is found: BitTorrent's DHT or not, and what each way has brought since the start. */
export function JoiningCard(): ReactNode {
  const { t } = useTranslation();
  const joining = useUi((state) => state.network?.joining ?? []);
  // Ways that nobody tried here are no news.
  const tried = joining.filter(
    ({ way, asked, firstMs, off }) => way === 'bittorrent' || (!off && (asked > 0 || firstMs !== null)),
  );
  return (
    <Card>
      <Line title={t('joining.bitTorrent')} help={t('joining.bitTorrentHelp')}>
        <SettingSwitch name="bitTorrent" label={t('joining.bitTorrent')} />
      </Line>
      {tried.length === 0 ? null : (
        <div className="grid gap-2 px-4 py-3">
          <h3 className="font-[550]">{t('joining.ways')}</h3>
          <dl className="t-small grid grid-cols-[minmax(0,1fr)_auto] gap-x-4 gap-y-1">
            {tried.map((report) => (
              <div key={report.way} className="col-span-2 grid grid-cols-subgrid">
                <dt className="min-w-0 text-ink-2">{t(`joining.way.${report.way}`)}</dt>
                <dd className="text-end">
                  <Brought report={report} />
                </dd>
              </div>
            ))}
          </dl>
        </div>
      )}
    </Card>
  );
}

function Brought({ report: { off, asked, firstMs } }: { report: JoinWayView }): ReactNode {
  const { t } = useTranslation();
  if (off) return t('joining.off');
  if (firstMs !== null) return t('joining.after', { seconds: (firstMs / 1000).toFixed(1) });
  return asked === 0 ? t('joining.notNeeded') : t('joining.nobody');
}
