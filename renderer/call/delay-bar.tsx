import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { delayParts, delayToThem, delayToUs, type CallStats } from '../../preload/contract/index.ts';
import { msText, Segmented } from '../ui/index.ts';

/** ITU-T G.114 calls 150 ms transparent; above this most people begin to talk at the same time. */
const noticedMs = 200;

/** Where the time goes between a mouth and an ear, either way. */
export function DelayBar({ stats }: { stats: CallStats }): ReactNode {
  const { t } = useTranslation();
  const [way, setWay] = useState<'toUs' | 'toThem'>('toUs');
  const { parts, totalMs, complete } = way === 'toUs' ? delayToUs(stats) : delayToThem(stats);
  const wholeMs = Math.max(noticedMs, totalMs);
  const total = msText(t, totalMs);
  return (
    <section className="grid gap-2">
      <h3 className="flex flex-wrap items-baseline justify-between gap-x-3 font-semibold">
        <span>{t('call.delay.title')}</span>
        <span className="ms-auto text-end">{complete ? total : t('call.delay.atLeast', { total })}</span>
      </h3>
      <div>
        <Segmented
          label={t('call.delay.way')}
          value={way}
          choices={[
            { value: 'toUs', label: t('call.delay.youHear') },
            { value: 'toThem', label: t('call.delay.theyHear') },
          ]}
          onChange={setWay}
        />
      </div>
      {/* Its list says the same in words. */}
      <div aria-hidden="true" className="flex h-[26px] gap-0.5 overflow-hidden rounded-r1 bg-sunken edge">
        {delayParts.map((part) => (
          <i
            key={part}
            data-part={part}
            className="delay-part block flex-none"
            style={{ inlineSize: `${(100 * (parts[part] ?? 0)) / wholeMs}%` }}
          />
        ))}
      </div>
      <p className="t-meta flex flex-wrap justify-between gap-x-3 text-ink-3">
        <span>{t('call.delay.noticed', { ms: msText(t, noticedMs) })}</span>
        <span>
          {totalMs <= noticedMs
            ? t('call.delay.spare', { ms: msText(t, noticedMs - totalMs) })
            : t('call.delay.over', { ms: msText(t, totalMs - noticedMs) })}
        </span>
      </p>
      <dl className="t-small grid gap-1">
        {delayParts.map((part) => (
          <div key={part} className="flex flex-wrap items-baseline justify-between gap-x-2.5">
            <dt className="flex items-baseline gap-2.5">
              <i data-part={part} aria-hidden="true" className="delay-part size-2.5 flex-none rounded-[2px]" />
              {t(`call.delay.parts.${way}.${part}`)}
            </dt>
            <dd className="ms-auto font-medium">{msText(t, parts[part])}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
