import { Tooltip } from '@base-ui/react/tooltip';
import { useEffect, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { MicStep, PhraseStep, Welcome } from '../onboarding/index.ts';
import { useMovingStrings } from '../call/index.ts';
import { useSession, useUi } from '../state/index.ts';
import { cx, MacKeys } from '../ui/index.ts';
import { Failure } from './failure.tsx';
import { CallAnnouncer, useWindowTitle } from './live-regions.tsx';
import { Notices } from './notices.tsx';
import { Shell } from './shell.tsx';
import { TitleBar } from './title-bar.tsx';
import { Toaster } from './toaster.tsx';
import { useActivity } from './use-activity.ts';
import { usePower } from './use-power.ts';

/** The window: title bar, then whatever the account needs next. */
export function App(): ReactNode {
  const { bridge } = useSession();
  const mini = useUi((state) => state.mini);
  useTheme();
  useFirstScreen();
  useWindowTitle();
  usePower();
  useActivity();
  return (
    <MacKeys value={bridge.platform === 'darwin'}>
      <Tooltip.Provider delay={500}>
        <div
          className={cx(
            'grid h-full grid-cols-[minmax(0,1fr)]',
            mini ? 'grid-rows-[minmax(0,1fr)]' : 'grid-rows-[var(--titlebar)_minmax(0,1fr)]',
          )}
        >
          {mini ? null : <TitleBar />}
          <Gate />
          <CallAnnouncer />
        </div>
      </Tooltip.Provider>
    </MacKeys>
  );
}

function Gate(): ReactNode {
  const { t } = useTranslation();
  const account = useUi((state) => state.account);
  const micStep = useUi((state) => state.micStep);
  const failure = useUi((state) => state.failure);
  if (failure !== null) return <Failure code={failure} />;
  if (account === null) {
    return (
      <main className="grid place-items-center text-ink-2" aria-busy="true">
        <p className="starting">{t('app.starting')}</p>
      </main>
    );
  }
  if (account.kind === 'ready' && account.account.phraseConfirmed && !micStep) return <Shell />;
  return (
    <div className="relative flex min-h-0 flex-col">
      <Notices />
      <div className="min-h-0 flex-1">
        {account.kind === 'none' ? <Welcome /> : account.account.phraseConfirmed ? <MicStep /> : <PhraseStep />}
      </div>
      <Toaster />
    </div>
  );
}

/** Notes in the page's timeline when it first showed what the account needs, for whoever measures a start. */
function useFirstScreen(): void {
  const isKnown = useUi((state) => state.account !== null || state.failure !== null);
  useEffect(() => {
    if (isKnown && performance.getEntriesByName(firstScreen).length === 0) performance.mark(firstScreen);
  }, [isKnown]);
}

const firstScreen = 'lilliput:first-screen';

/** Theme and moving strings are attributes of the document: the tokens follow them. */
function useTheme(): void {
  const theme = useUi((state) => state.settings?.theme ?? 'system');
  const moving = useMovingStrings();
  useEffect(() => {
    const root = document.documentElement;
    if (theme === 'system') delete root.dataset['theme'];
    else root.dataset['theme'] = theme;
  }, [theme]);
  useEffect(() => {
    document.documentElement.dataset['strings'] = moving ? 'moving' : 'still';
  }, [moving]);
}
