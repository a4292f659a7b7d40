import { ArrowLeft, Copy, RefreshCw, Settings2, Square, X } from 'lucide-react';
import { useEffect, useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { overallOf, type CheckVerdict, type OverallLevel } from '../../preload/contract/index.ts';
import { currentCall, useSession, useUi } from '../state/index.ts';
import { Button, Callout, cx, Fan, IconButton, Peg, ScrollRegion, SwitchField, type PegState } from '../ui/index.ts';
import { reportText } from './check-words.ts';
import { rungsOf, type Rung } from './rungs.ts';
import { useCheck, type CheckView } from './use-check.ts';

const pegs: Record<CheckVerdict, PegState> = { ok: 'done', limited: 'warn', failed: 'stopped', 'not-checked': 'waiting' };
const inks: Record<OverallLevel, string> = { good: 'text-ok-ink', partly: 'text-warn-ink', bad: 'text-danger-ink' };
const strings: Record<OverallLevel, number> = { good: 4, partly: 2, bad: 0 };

/** "Can I call?": step by step, as soon as each is known, with what to do. Begins by itself. */
export function CheckPane(): ReactNode {
  const { t } = useTranslation();
  const { go, store } = useSession();
  const check = useCheck();
  const { start } = check;
  const calling = useUi((state) => currentCall(state.calls) !== null);
  // A call has the microphone, and would be measured with the rest.
  useEffect(() => {
    const timer = setTimeout(() => {
      if (currentCall(store.getState().calls) === null) start();
    });
    return () => clearTimeout(timer);
  }, [start, store]);
  return (
    <>
      <header className="flex min-h-(--header) flex-none items-center gap-2 border-b border-line py-1 ps-5 pe-3 max-pair:px-2">
        <IconButton icon={ArrowLeft} label={t('app.back')} className="pair:hidden rtl:-scale-x-100" onClick={() => go.home()} />
        <h1 className="t-head min-w-0 flex-1">{t('check.heading')}</h1>
        {check.state === 'running' ? (
          <Button icon={Square} onClick={check.stop}>
            {t('check.stop')}
          </Button>
        ) : (
          <Button icon={RefreshCw} disabled={calling} onClick={start}>
            {t('check.again')}
          </Button>
        )}
        <IconButton icon={X} label={t('check.close')} keys="Esc" onClick={() => go.home()} />
      </header>
      <ScrollRegion label={t('check.heading')} className="flex min-h-0 flex-1 p-6 max-pair:p-4">
        <div className="m-auto grid w-full max-w-[540px] gap-5">
          <Verdict check={check} />
          <Announcer check={check} />
          {check.trouble === null ? null : <Callout tone="warn">{t(`errors.${check.trouble}`)}</Callout>}
          {calling && check.state !== 'running' ? <Callout tone="plain">{t('check.inCall')}</Callout> : null}
          {check.state === 'idle' ? null : (
            <ol className="grid">
              {rungsOf(t, check.lines).map((rung) => (
                <RungPeg key={rung.id} rung={rung} isRunning={check.state === 'running'} />
              ))}
            </ol>
          )}
          {check.state === 'done' && check.lines.size > 0 ? <Actions check={check} /> : null}
        </div>
      </ScrollRegion>
    </>
  );
}

function Verdict({ check }: { check: CheckView }): ReactNode {
  const { t } = useTranslation();
  const { state, lines, outcome } = check;
  const overall = state === 'done' && outcome !== null ? overallOf(outcome, lines.values()) : null;
  const [title, text] =
    overall === null
      ? [t(`check.state.${state}`), t('check.text')]
      : [t(`check.overall.${overall.reason}.title`), t(`check.overall.${overall.reason}.text`)];
  return (
    <div className="flex items-start gap-4">
      <span className={cx('flex-none', overall === null ? 'text-ink-3' : inks[overall.level])}>
        <Fan strings={overall === null ? 1 : strings[overall.level]} size={44} />
      </span>
      <div className="min-w-0">
        <h2 className="t-title text-balance">{title}</h2>
        <p className="text-pretty text-ink-2">{text}</p>
      </div>
    </div>
  );
}

function RungPeg({ rung, isRunning }: { rung: Rung; isRunning: boolean }): ReactNode {
  const { t } = useTranslation();
  const { id, verdict, seen, advice } = rung;
  const title = t(`check.rung.${id}`);
  if (verdict === null) {
    const isLooking = isRunning && seen.length === 0;
    return (
      <Peg
        state={isRunning ? 'working' : 'waiting'}
        title={title}
        end={t(isRunning ? 'check.looking' : 'check.verdict.not-checked')}
      >
        {isLooking ? null : seen.join(' ')}
      </Peg>
    );
  }
  return (
    <Peg state={pegs[verdict]} title={title} end={t(`check.verdict.${verdict}`)}>
      {seen.map((sentence) => (
        <span key={sentence} className="block text-pretty">
          {sentence}
        </span>
      ))}
      {advice.map((sentence) => (
        <span key={sentence} className="mt-0.5 block text-pretty text-ink">
          {sentence}
        </span>
      ))}
    </Peg>
  );
}

/** For screen readers: each step as it comes, and what it all comes to. */
function Announcer({ check }: { check: CheckView }): ReactNode {
  const { t } = useTranslation();
  const { state, last, lines, outcome } = check;
  const line = last === null ? '' : `${t(`check.title.${last.id}`)}: ${t(`check.verdict.${last.verdict}`)}`;
  const isOver = state === 'done' && outcome !== null;
  return (
    <output aria-label={t('check.progress')} className="sr-only">
      {isOver
        ? t(`check.overall.${overallOf(outcome, lines.values()).reason}.title`)
        : state === 'running' && last === null
          ? t('check.looking')
          : line}
    </output>
  );
}

/** What a person can do here about what was found, and the report for whoever helps. */
function Actions({ check }: { check: CheckView }): ReactNode {
  const { t } = useTranslation();
  const { go, notify } = useSession();
  const app = useUi((state) => state.app);
  const [withAddress, setWithAddress] = useState(false);
  const { lines, outcome } = check;
  const isSoundBad = [lines.get('microphone'), lines.get('speaker')].some((line) => line?.verdict === 'failed');
  const isBlocked = lines.get('udp')?.verdict === 'failed';
  const copy = async (): Promise<void> => {
    const text = reportText(t, { version: app?.version ?? '', platform: app?.platform ?? '', lines, outcome, withAddress });
    if (await notify.attempt(() => navigator.clipboard.writeText(text))) notify.say(t('check.copied'));
  };
  return (
    <div className="flex flex-wrap items-center gap-x-4 gap-y-3">
      <span className="flex flex-wrap gap-2">
        {isSoundBad ? (
          <Button kind="primary" icon={Settings2} onClick={() => go.settings('audio')}>
            {t('check.sound')}
          </Button>
        ) : isBlocked ? (
          <Button kind="primary" icon={Settings2} onClick={() => go.settings('connection')}>
            {t('check.proxy')}
          </Button>
        ) : null}
        <Button icon={Copy} onClick={() => void copy()}>
          {t('check.copy')}
        </Button>
      </span>
      <span className="t-small flex items-center gap-2.5 text-ink-2">
        <SwitchField label={t('check.withAddress')} on={withAddress} onChange={setWithAddress} />
        <span aria-hidden="true">{t('check.withAddress')}</span>
      </span>
    </div>
  );
}
