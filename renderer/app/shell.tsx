import { useRef, type CSSProperties, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { CallBar, CallPane, ChatPanel, DetailsPanel, EndedStrips, IncomingCard, MiniCall } from '../call/index.ts';
import { CheckPane } from '../check/index.ts';
import { AddDialog, ExportDialog, Home, KeepDialog, Rail, RenameDialog, Sidebar, VolumeDialog } from '../contacts/index.ts';
import { Conversation } from '../conversation/index.ts';
import { Palette } from '../palette/index.ts';
import { CompareDialog, ProfilePane } from '../profile/index.ts';
import { KeyList, Settings } from '../settings/index.ts';
import { currentCall, isOver, missingCase, useSession, useUi, type DialogState } from '../state/index.ts';
import { cx, Dialog } from '../ui/index.ts';
import { useKeptFocus } from './use-kept-focus.ts';
import { PaneSeparator, paneProperty } from './pane-separator.tsx';
import { cssWidth, paneLimits, type PaneName } from './pane-sizes.ts';
import { MovedStrip } from './moved-strip.tsx';
import { NotificationOffer } from './notification-offer.tsx';
import { Notices } from './notices.tsx';
import { Toaster } from './toaster.tsx';
import { useMini } from './use-mini.ts';
import { useOpenedLink } from './use-opened-link.ts';
import { useKeys } from './use-keys.ts';
import { usePushToTalk } from './use-push-to-talk.ts';
import { useBelow } from './use-narrow.ts';

/** A width that a person chose, for the style sheet; none: its own. */
function paneStyle(name: PaneName, rem: number | null): CSSProperties {
  return rem === null ? {} : { [paneProperty[name]]: cssWidth(paneLimits[name], rem) };
}

/** The window of somebody with an account: list, pane, and the panel beside a call. */
export function Shell(): ReactNode {
  const { t } = useTranslation();
  const view = useUi((state) => state.view);
  const panel = useUi((state) => state.panel);
  const call = useUi((state) => currentCall(state.calls));
  const narrow = useBelow('pair');
  const replaced = useBelow('mid');
  useKeys();
  usePushToTalk();
  useOpenedLink();

  const onStage = call !== null && view.kind === 'call' && view.id === call.id && !isOver(call);
  const beside = onStage && (panel === 'details' || (panel === 'chat' && !call.echo)) ? panel : null;
  const list = view.kind === 'home';
  const main = useKeptFocus(`${view.kind} ${onStage}`);
  const layout = useRef<HTMLDivElement>(null);
  const side = useRef<HTMLDivElement>(null);
  const deck = useRef<HTMLDivElement>(null);
  const aside = useRef<HTMLDivElement>(null);
  const sidebarRem = useUi((state) => state.settings?.sidebarRem ?? null);
  const panelRem = useUi((state) => state.settings?.panelRem ?? null);
  // Above whatever is on screen, the list of a narrow window as well: a call is never out of sight.
  const strips = (
    <>
      <MovedStrip />
      <Notices />
      <NotificationOffer />
      <EndedStrips />
      {call !== null && !onStage ? <CallBar call={call} /> : null}
    </>
  );
  const mini = useMini(call);
  if (mini && call !== null) {
    return (
      <>
        <MiniCall call={call} />
        <div className="pointer-events-none fixed inset-0 z-(--z-incoming)">
          <IncomingCard />
        </div>
      </>
    );
  }
  return (
    <div
      ref={layout}
      style={paneStyle('sidebar', sidebarRem)}
      className={cx(
        'relative grid min-h-0 grid-cols-[minmax(0,1fr)] grid-rows-[minmax(0,1fr)]',
        beside === null
          ? 'pair:grid-cols-[var(--side-w,clamp(var(--sidebar),18.25rem,42vw))_minmax(0,1fr)]'
          : 'pair:grid-cols-[var(--rail)_minmax(0,1fr)]',
      )}
    >
      {/* In one pane the list is the page's main part, with the app's name as its heading. */}
      <div
        ref={side}
        role={list && narrow ? 'main' : undefined}
        className={cx('flex min-h-0 min-w-0 flex-col', !list && 'max-pair:hidden')}
      >
        {list && narrow ? <h1 className="sr-only">{t('app.name')}</h1> : null}
        {list && narrow ? strips : null}
        <div className="min-h-0 flex-1">{beside === null ? <Sidebar /> : <Rail callWith={call?.accountKey ?? null} />}</div>
      </div>
      <div
        ref={deck}
        style={paneStyle('panel', panelRem)}
        className={cx(
          'relative grid min-h-0 grid-cols-[minmax(0,1fr)] grid-rows-[minmax(0,1fr)] bg-surface outline outline-line [--cutbg:var(--surface)] mid:[--panel-d:300px] wide:[--panel-d:var(--panel)] pair:rounded-ss-r3',
          beside !== null && 'mid:grid-cols-[minmax(0,1fr)_var(--panel-w,var(--panel-d))]',
          list && 'max-pair:hidden',
        )}
      >
        <main
          ref={main}
          data-pane
          tabIndex={-1}
          aria-label={t('app.main')}
          className={cx(
            'relative flex min-h-0 min-w-0 flex-col overflow-hidden pair:rounded-ss-r3',
            beside !== null && 'max-mid:hidden',
          )}
        >
          {beside === null && !narrow ? <PaneSeparator name="sidebar" pane={side} layout={layout} /> : null}
          {list && narrow ? null : strips}
          {view.kind === 'home' ? <Home /> : null}
          {view.kind === 'conversation' ? <Conversation key={view.id} id={view.id} /> : null}
          {view.kind === 'call' ? <CallPane id={view.id} /> : null}
          {view.kind === 'profile' ? <ProfilePane key={view.id} id={view.id} /> : null}
          {view.kind === 'check' ? <CheckPane /> : null}
          {view.kind === 'settings' ? <Settings section={view.section} /> : null}
        </main>
        {beside === null || call === null ? null : (
          <div
            ref={aside}
            role={replaced ? 'main' : 'complementary'}
            data-pane
            tabIndex={-1}
            aria-label={beside === 'chat' ? t('call.chat') : t('call.details')}
            className="relative flex min-h-0 min-w-0 flex-col border-s border-line bg-surface max-mid:border-s-0"
          >
            {replaced ? (
              <h1 className="sr-only">{t('call.label', { name: call.name })}</h1>
            ) : (
              <PaneSeparator name="panel" pane={aside} layout={deck} />
            )}
            <CallBar call={call} className="mid:hidden" />
            {beside === 'chat' ? <ChatPanel call={call} /> : <DetailsPanel call={call} />}
          </div>
        )}
      </div>
      <Overlays />
    </div>
  );
}

function Overlays(): ReactNode {
  return (
    <>
      <div className="pointer-events-none fixed inset-x-0 top-(--titlebar) z-(--z-incoming) pair:start-[var(--side-w,var(--sidebar))]">
        <IncomingCard />
        <Toaster />
      </div>
      <Dialogs />
    </>
  );
}

function Dialogs(): ReactNode {
  const dialog = useUi((state) => state.dialog);
  return dialog === null ? null : <DialogOf dialog={dialog} />;
}

function DialogOf({ dialog }: { dialog: DialogState }): ReactNode {
  const { t } = useTranslation();
  const { go } = useSession();
  switch (dialog.kind) {
    case 'add':
      return <AddDialog key={dialog.name} name={dialog.name} />;
    case 'rename':
      return <RenameDialog accountKey={dialog.accountKey} />;
    case 'volume':
      return <VolumeDialog accountKey={dialog.accountKey} />;
    case 'compare':
      return <CompareDialog accountKey={dialog.accountKey} />;
    case 'export':
      return <ExportDialog accountKey={dialog.accountKey} />;
    case 'keep':
      return <KeepDialog accountKey={dialog.accountKey} />;
    case 'keys':
      return (
        <Dialog title={t('keys.title')} onClose={() => go.dialog(null)}>
          <KeyList />
        </Dialog>
      );
    case 'palette':
      return <Palette />;
    default:
      return missingCase(dialog);
  }
}
