import { Copy, EyeOff, X } from 'lucide-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { CallStats, CallView } from '../../preload/contract/index.ts';
import { callerName, useSession, useUi, type CallTrace, type TracePoint } from '../state/index.ts';
import { countText, Fan, IconButton, msText, percentText, rateText, ScrollRegion } from '../ui/index.ts';
import { Chart } from './chart.tsx';
import { DelayBar } from './delay-bar.tsx';
import { fanStrings } from './quality.ts';
import { chartFigures, reportText, statsFigures, traceRows, troubleWords } from './stats-words.ts';

const noTrace: CallTrace = [];

/** Honest figures of the call, for who wants them. */
export function DetailsPanel({ call }: { call: CallView }): ReactNode {
  const { t } = useTranslation();
  const { go, notify } = useSession();
  const contacts = useUi((state) => state.contacts);
  const stats = useUi((state) => state.figures.get(call.id)) ?? null;
  const { quality, trouble } = call;
  const name = callerName(call, contacts, t('call.echoName'));
  const copy = async (text: string): Promise<void> => {
    if (await notify.attempt(() => navigator.clipboard.writeText(text))) notify.say(t('call.report.copied'));
  };
  return (
    <>
      <div className="flex min-h-13 flex-none items-center gap-1 border-b border-line ps-4 pe-2">
        <h2 className="t-head cut flex-1">{t('call.details')}</h2>
        {stats === null ? null : (
          <IconButton icon={Copy} label={t('call.report.copy')} onClick={() => void copy(reportText(t, call, stats))} />
        )}
        <IconButton icon={X} label={t('call.closeDetails')} keys="I" onClick={() => go.closePanel()} />
      </div>
      <ScrollRegion label={t('call.details')} className="grid content-start gap-6 p-4">
        {quality === null ? null : (
          <div className="grid gap-1">
            <p className="flex items-center gap-2 font-semibold">
              <span className="text-accent-ink">
                <Fan strings={fanStrings[quality]} size={20} />
              </span>
              {t(`call.sound.${quality}`)}
            </p>
            {trouble === null ? null : <p className="t-small break-words text-ink-2">{troubleWords(t, trouble, name)}</p>}
          </div>
        )}
        {call.addressHidden ? (
          <p className="t-small flex gap-2 break-words text-ink-2">
            <EyeOff size={16} strokeWidth={1.75} aria-hidden="true" className="mt-0.5 flex-none" />
            <span className="min-w-0">{t('call.addressHidden', { name })}</span>
          </p>
        ) : null}
        {stats === null ? (
          <p className="t-small text-ink-2">{t('call.stats.notYet')}</p>
        ) : (
          <Figures callId={call.id} stats={stats} name={name} />
        )}
      </ScrollRegion>
    </>
  );
}

/** Percentages of loss, ms of jitter and bits per second at which a scale may end. */
const lossTops = [0.03, 0.1, 0.3, 1] as const;
const jitterTops = [30, 100, 300, 1_000] as const;
const rateTops = [50_000, 100_000, 200_000, 1_000_000] as const;
const copiesTops = [4] as const;
const delayTops = [200, 400, 1_000, 3_000] as const;

function Figures({ callId, stats, name }: { callId: string; stats: CallStats; name: string }): ReactNode {
  const { t } = useTranslation();
  const trace = useUi((state) => state.traces.get(callId)) ?? noTrace;
  const chart = Object.fromEntries(chartFigures(t, stats, name).map((figure) => [figure.id, figure]));
  const drawn = (
    id: string,
    kind: 'line' | 'bars',
    valueOf: (point: TracePoint) => number | null,
    tops: readonly [number, ...number[]],
    inWords: (value: number) => string,
  ): ReactNode => (
    <Chart
      title={chart[id]?.label ?? ''}
      value={chart[id]?.value ?? ''}
      kind={kind}
      points={trace.map((point) => ({ atMs: point.atMs, value: valueOf(point) }))}
      tops={tops}
      inWords={inWords}
    />
  );
  return (
    <>
      <DelayBar stats={stats} />
      {drawn(
        'lossToUs',
        'bars',
        (point) => point.lossFraction,
        lossTops,
        (value) => percentText(t, value),
      )}
      {drawn(
        'lossToThem',
        'bars',
        (point) => point.sentLossFraction,
        lossTops,
        (value) => percentText(t, value),
      )}
      {drawn(
        'jitter',
        'line',
        (point) => point.jitterMs,
        jitterTops,
        (value) => msText(t, value),
      )}
      {drawn(
        'delay',
        'line',
        (point) => point.delayMs,
        delayTops,
        (value) => msText(t, value),
      )}
      {drawn(
        'rate',
        'line',
        (point) => point.wireBps,
        rateTops,
        (value) => rateText(t, value),
      )}
      {drawn('copies', 'bars', (point) => point.copies, copiesTops, countText)}
      <dl className="t-small grid gap-y-1.5">
        {statsFigures(t, stats).map(({ id, label, value }) => (
          <div key={id} className="flex flex-wrap justify-between gap-x-3.5">
            <dt className="text-ink-2">{label}</dt>
            <dd className="ms-auto max-w-full text-end font-medium break-words">{value}</dd>
          </div>
        ))}
      </dl>
      <TraceTable trace={trace} name={name} />
    </>
  );
}

/** The charts for who can't see them. */
function TraceTable({ trace, name }: { trace: CallTrace; name: string }): ReactNode {
  const { t } = useTranslation();
  const heads = [
    t('call.chart.when'),
    t('call.delay.title'),
    t('call.stats.lossToUs'),
    t('call.stats.lossToThem', { name }),
    t('call.stats.jitter'),
    t('call.chart.sent'),
    t('call.chart.received'),
    t('call.stats.copies'),
  ];
  return (
    <table className="sr-only">
      <caption>{t('call.chart.table')}</caption>
      <thead>
        <tr>
          {heads.map((head) => (
            <th key={head} scope="col">
              {head}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {traceRows(t, trace).map(({ id, cells: [when, ...cells] }) => (
          <tr key={id}>
            <th scope="row">{when}</th>
            {cells.map((cell, index) => (
              <td key={heads[index + 1]}>{cell}</td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}
