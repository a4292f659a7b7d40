import { useEffect, useRef, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { balloonPath, Rig } from '../ui/index.ts';

interface OnboardingFrameProps {
  readonly step: 1 | 2 | 3;
  readonly heroTitle: string;
  readonly heroText: string;
  /** The microphone, 0…1: moves the strings on the last step. */
  readonly level?: (() => number) | null;
  readonly children: ReactNode;
}

/** The dusk pane with the balloon, and the form beside it. */
export function OnboardingFrame({ step, heroTitle, heroText, level = null, children }: OnboardingFrameProps): ReactNode {
  const pane = useRef<HTMLElement>(null);
  // The button that led here went with its step: the keyboard, and a screen reader, go on at the top of this one.
  useEffect(() => {
    if (document.activeElement === document.body) pane.current?.focus({ preventScroll: true });
  }, []);
  return (
    <div className="grid h-full min-h-0 grid-cols-[minmax(0,400px)_minmax(0,1fr)] bg-surface max-pair:grid-cols-[minmax(0,1fr)]">
      <aside className="on-stage flex min-h-0 flex-col overflow-hidden max-pair:hidden" aria-label={heroTitle}>
        <div className="px-9 pt-10">
          <p className="t-title text-balance">{heroTitle}</p>
          <p className="mt-2 text-pretty text-on-stage-2">{heroText}</p>
        </div>
        <div className="relative mt-auto grid justify-items-center px-5 pb-11">
          <svg width="150" height="136" viewBox="0 0 150 136" className="z-1 block" aria-hidden="true">
            <path fill="var(--on-stage)" d={balloonPath} />
            <path d="M48 58v16M66 46v40M84 52v28M102 59v14" stroke="var(--stage)" strokeWidth="7.5" strokeLinecap="round" />
          </svg>
          <div className="-mt-11.5 w-full">
            <Rig lit={9} radius={70} level={level} />
          </div>
        </div>
      </aside>
      <main ref={pane} data-pane tabIndex={-1} className="flex min-h-0 flex-col overflow-y-auto px-14 py-6 max-pair:px-5">
        <div className="m-auto grid w-full max-w-[480px] gap-[18px]">
          <Steps step={step} />
          {children}
        </div>
      </main>
    </div>
  );
}

function Steps({ step }: { step: 1 | 2 | 3 }): ReactNode {
  const { t } = useTranslation();
  return (
    <div className="flex items-center gap-3">
      <svg width="132" height="18" viewBox="0 0 132 18" aria-hidden="true">
        <path d="M9 9H123" stroke="var(--line-strong)" strokeWidth="1.5" strokeDasharray="2 5" />
        <path d={`M9 9H${9 + 57 * (step - 1)}`} stroke="var(--accent)" strokeWidth="2" />
        {[1, 2, 3].map((each) => (
          <circle
            key={each}
            cx={9 + 57 * (each - 1)}
            cy="9"
            r={each === step ? 7 : 5.5}
            fill={each <= step ? 'var(--accent)' : 'var(--surface)'}
            stroke={each <= step ? 'var(--accent)' : 'var(--line-strong)'}
            strokeWidth="1.5"
          />
        ))}
      </svg>
      <span className="t-meta text-ink-3">{t('onboarding.step', { step })}</span>
    </div>
  );
}

export function Heading({ title, help }: { title: string; help: string }): ReactNode {
  return (
    <div>
      <h1 className="text-[1.875rem]/[2.25rem] font-semibold tracking-[-0.016em] text-balance">{title}</h1>
      <p className="mt-1.5 text-ink-2">{help}</p>
    </div>
  );
}
