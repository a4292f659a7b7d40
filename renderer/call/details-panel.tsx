import { X } from 'lucide-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { CallView } from '../../preload/contract/index.ts';
import { useSession } from '../state/index.ts';
import { Fan, IconButton, ScrollRegion } from '../ui/index.ts';
import { fanStrings } from './quality.ts';
import { statsFigures } from './stats-words.ts';

/** Honest figures of the call, for who wants them. */
export function DetailsPanel({ call }: { call: CallView }): ReactNode {
  const { t } = useTranslation();
  const { go } = useSession();
  const { quality } = call;
  return (
    <>
      <div className="flex min-h-13 flex-none items-center gap-3 border-b border-line ps-4 pe-2">
        <h2 className="t-head cut flex-1">{t('call.details')}</h2>
        <IconButton icon={X} label={t('call.closeDetails')} keys="I" onClick={() => go.closePanel()} />
      </div>
      <ScrollRegion label={t('call.details')} className="grid content-start gap-5 p-4">
        {quality === null ? null : (
          <p className="flex items-center gap-2 font-semibold">
            <span className="text-accent-ink">
              <Fan strings={fanStrings[quality]} size={20} />
            </span>
            {t(`call.sound.${quality}`)}
          </p>
        )}
        {call.stats === null ? (
          <p className="t-small text-ink-2">{t('call.stats.none')}</p>
        ) : (
          <dl className="t-small grid grid-cols-[auto_1fr] gap-x-3.5 gap-y-1.5">
            {statsFigures(t, call.stats).map(({ id, label, value }) => (
              <div key={id} className="col-span-2 grid grid-cols-subgrid">
                <dt className="text-ink-2">{label}</dt>
                <dd className="text-end font-medium">{value}</dd>
              </div>
            ))}
          </dl>
        )}
        <p className="t-small text-ink-2">{t('call.stats.help')}</p>
      </ScrollRegion>
    </>
  );
}
