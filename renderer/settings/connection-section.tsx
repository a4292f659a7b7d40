import { CircleAlert, CircleCheck, CircleMinus, Copy, Play, Square, TriangleAlert, type LucideIcon } from 'lucide-react';
import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { checkLineIds, type CheckLine, type CheckLineId, type CheckVerdict } from '../../preload/contract/index.ts';
import { currentCall, useSession, useUi } from '../state/index.ts';
import { Button, Callout, Card, cx, SwitchField, Wave, type Tone } from '../ui/index.ts';
import { adviceText, reportText, seenText } from './check-words.ts';
import { useCheck, type CheckView } from './use-check.ts';

const icons: Record<CheckVerdict, LucideIcon> = {
  ok: CircleCheck,
  limited: TriangleAlert,
  failed: CircleAlert,
  'not-checked': CircleMinus,
};
const inks: Record<CheckVerdict, string> = {
  ok: 'text-ok-ink',
  limited: 'text-warn-ink',
  failed: 'text-danger-ink',
  'not-checked': 'text-ink-2',
};
const tones: Record<NonNullable<CheckView['outcome']>, Tone> = {
  direct: 'ok',
  relayed: 'ok',
  partial: 'warn',
  blocked: 'bad',
  offline: 'bad',
};

/** "Can I call?": each line as soon as it is known, with what to do. */
export function ConnectionSection(): ReactNode {
  const { t } = useTranslation();
  const check = useCheck();
  const calling = useUi((state) => currentCall(state.calls) !== null);
  const isRunning = check.state === 'running';
  return (
    <>
      <div>
        <h2 className="t-title">{t('check.heading')}</h2>
        <p className="mt-1 text-pretty text-ink-2">{t(calling ? 'check.inCall' : 'check.text')}</p>
      </div>
      <div>
        {isRunning ? (
          <Button icon={Square} onClick={check.stop}>
            {t('check.stop')}
          </Button>
        ) : (
          <Button kind="primary" icon={Play} disabled={calling} onClick={check.start}>
            {t(check.state === 'idle' ? 'check.start' : 'check.again')}
          </Button>
        )}
      </div>
      <Announcer check={check} />
      {check.outcome === null ? null : <Callout tone={tones[check.outcome]}>{t(`check.outcome.${check.outcome}`)}</Callout>}
      {check.trouble === null ? null : <Callout tone="warn">{t(`errors.${check.trouble}`)}</Callout>}
      {check.state === 'idle' ? null : (
        <Card as="ul">
          {checkLineIds.map((id) => (
            <CheckRow key={id} id={id} line={check.lines.get(id) ?? null} isRunning={isRunning} />
          ))}
        </Card>
      )}
      {check.state === 'done' && check.lines.size > 0 ? <ReportCard check={check} /> : null}
    </>
  );
}

function CheckRow({ id, line, isRunning }: { id: CheckLineId; line: CheckLine | null; isRunning: boolean }): ReactNode {
  const { t } = useTranslation();
  const title = t(`check.title.${id}`);
  if (line === null) {
    return (
      <li className="grid grid-cols-[20px_minmax(0,1fr)] gap-3 px-4 py-3 text-ink-2">
        <span className="mt-1.5">{isRunning ? <Wave width={18} /> : null}</span>
        <span>
          <span className="block font-[550]">{title}</span>
          <span className="t-small block">{t(isRunning ? 'check.looking' : 'check.verdict.not-checked')}</span>
        </span>
      </li>
    );
  }
  const Icon = icons[line.verdict];
  const advice = adviceText(t, line);
  return (
    <li className="grid grid-cols-[20px_minmax(0,1fr)] gap-3 px-4 py-3">
      <Icon size={19} strokeWidth={1.75} aria-hidden="true" className={cx('mt-px', inks[line.verdict])} />
      <span className="min-w-0">
        <span className="flex flex-wrap items-baseline gap-x-3">
          <span className="flex-1 font-[550]">{title}</span>
          <span className={cx('t-small font-medium', inks[line.verdict])}>{t(`check.verdict.${line.verdict}`)}</span>
        </span>
        <span className="t-small mt-px block text-pretty text-ink-2">{seenText(t, line)}</span>
        {advice === '' ? null : <span className="t-small mt-1 block text-pretty">{advice}</span>}
      </span>
    </li>
  );
}

/** For screen readers: each line as it comes, and what it all comes to. */
function Announcer({ check }: { check: CheckView }): ReactNode {
  const { t } = useTranslation();
  const { state, last, outcome } = check;
  const isOver = state === 'done' && outcome !== null;
  const line = last === null ? '' : `${t(`check.title.${last.id}`)}: ${t(`check.verdict.${last.verdict}`)}`;
  return (
    <output aria-label={t('check.progress')} className="sr-only">
      {isOver ? t(`check.outcome.${outcome}`) : state === 'running' && last === null ? t('check.looking') : line}
    </output>
  );
}

function ReportCard({ check }: { check: CheckView }): ReactNode {
  const { t } = useTranslation();
  const { notify } = useSession();
  const app = useUi((state) => state.app);
  const [withAddress, setWithAddress] = useState(false);
  const copy = async (): Promise<void> => {
    const { lines, outcome } = check;
    const text = reportText(t, { version: app?.version ?? '', platform: app?.platform ?? '', lines, outcome, withAddress });
    if (await notify.attempt(() => navigator.clipboard.writeText(text))) notify.say(t('check.copied'));
  };
  return (
    <div className="flex flex-wrap items-center gap-x-4 gap-y-3">
      <Button icon={Copy} onClick={() => void copy()}>
        {t('check.copy')}
      </Button>
      <span className="t-small flex items-center gap-2.5 text-ink-2">
        <SwitchField label={t('check.withAddress')} on={withAddress} onChange={setWithAddress} />
        <span aria-hidden="true">{t('check.withAddress')}</span>
      </span>
    </div>
  );
}
