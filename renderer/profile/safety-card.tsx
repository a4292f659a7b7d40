import { Copy, ScanLine, ShieldCheck } from 'lucide-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { ContactView } from '../../preload/contract/index.ts';
import { SafetyDigits, useSafety } from '../codes/index.ts';
import { useSession } from '../state/index.ts';
import { Button, dayOf, knotPath, useNow } from '../ui/index.ts';

/** The number two people share, the figure drawn from it, and what came of comparing it. */
export function SafetyCard({ person }: { person: ContactView }): ReactNode {
  const { t } = useTranslation();
  const { go, people, notify } = useSession();
  const safety = useSafety(person.accountKey);
  const nowMs = useNow();
  const { verifiedMs } = person;
  const copy = async (digits: string): Promise<void> => {
    if (await notify.attempt(() => navigator.clipboard.writeText(digits.replaceAll(/(\d{5})(?=\d)/gu, '$1 '))))
      notify.say(t('safety.copied'));
  };
  return (
    <section aria-labelledby="safety-title" className="grid gap-3.5 rounded-r3 bg-raised p-4 edge">
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
        <h2 id="safety-title" className="flex-1 font-semibold">
          {t('safety.title')}
        </h2>
        {verifiedMs === null ? (
          <span className="t-small text-ink-2">{t('safety.notChecked')}</span>
        ) : (
          <span className="t-small flex items-center gap-1.5 font-semibold text-ok-ink">
            <ShieldCheck size={16} strokeWidth={1.75} aria-hidden="true" />
            {t('safety.checked', { when: dayOf(t, verifiedMs, nowMs) })}
          </span>
        )}
      </div>
      <div className="flex flex-wrap items-center gap-5">
        <svg
          viewBox="0 0 100 100"
          aria-hidden="true"
          className="size-32 flex-none rounded-full bg-accent-soft text-accent-ink max-pair:size-24"
        >
          <path d={knotPath(safety?.digits ?? '')} stroke="currentColor" strokeWidth="0.9" fill="none" />
        </svg>
        <SafetyDigits
          digits={safety?.digits ?? '0'.repeat(60)}
          className={`grid min-w-[15rem] flex-1 grid-cols-4 gap-x-2 gap-y-1.5 font-mono text-[1.0625rem] ${safety === null ? 'invisible' : ''}`}
        />
      </div>
      <p className="t-small text-pretty text-ink-2">{t('safety.help')}</p>
      <div className="flex flex-wrap items-center gap-2">
        {verifiedMs === null ? (
          <Button kind="primary" icon={ShieldCheck} onClick={() => void people.verified(person, true)}>
            {t('safety.matches')}
          </Button>
        ) : null}
        <Button icon={ScanLine} onClick={() => go.dialog({ kind: 'compare', accountKey: person.accountKey })}>
          {t('safety.compare')}
        </Button>
        <Button icon={Copy} disabled={safety === null} onClick={() => void copy(safety?.digits ?? '')}>
          {t('safety.copy')}
        </Button>
        {verifiedMs === null ? null : (
          <Button kind="danger" onClick={() => void people.verified(person, false)}>
            {t('safety.noLonger')}
          </Button>
        )}
      </div>
    </section>
  );
}
