import { Popover } from '@base-ui/react/popover';
import { Minus, Square, X } from 'lucide-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useSession, useUi } from '../state/index.ts';
import { cx, Fan, LinkButton, Logo } from '../ui/index.ts';
import { networkFacts, statusView } from './network-words.ts';

/** Mark, connection in words, and window controls where the shell leaves them to the page. */
export function TitleBar(): ReactNode {
  const { t } = useTranslation();
  const { bridge } = useSession();
  const controls = bridge.windowControls;
  return (
    <header className="drag flex h-(--titlebar) min-w-0 items-center gap-2 ps-3 pe-1">
      <Logo />
      <b className="flex-1 text-[0.8125rem] font-semibold">{t('app.name')}</b>
      <NetworkStatus />
      {controls === null ? null : (
        <div className="no-drag flex">
          <WindowButton label={t('app.minimise')} onClick={() => controls.minimise()}>
            <Minus size={16} strokeWidth={1.75} aria-hidden="true" />
          </WindowButton>
          <WindowButton label={t('app.maximise')} onClick={() => controls.toggleMaximise()}>
            <Square size={13} strokeWidth={1.75} aria-hidden="true" />
          </WindowButton>
          <WindowButton label={t('app.close')} onClick={() => controls.close()}>
            <X size={17} strokeWidth={1.75} aria-hidden="true" />
          </WindowButton>
        </div>
      )}
    </header>
  );
}

function WindowButton({ label, onClick, children }: { label: string; onClick: () => void; children: ReactNode }): ReactNode {
  return (
    <button
      type="button"
      aria-label={label}
      title={label}
      onClick={onClick}
      className="grid h-[32px] w-[38px] place-items-center rounded-r1 text-ink-2 hover:bg-hover"
    >
      {children}
    </button>
  );
}

function NetworkStatus(): ReactNode {
  const { t } = useTranslation();
  const { go } = useSession();
  const network = useUi((state) => state.network);
  const lifecycle = useUi((state) => state.lifecycle);
  const ready = useUi((state) => state.account?.kind === 'ready' && state.account.account.phraseConfirmed && !state.micStep);
  const view = statusView(t, network, lifecycle);
  return (
    <Popover.Root>
      <Popover.Trigger
        aria-label={t('network.open', { status: view.word })}
        className="no-drag t-meta flex min-h-[32px] min-w-0 items-center gap-1.5 rounded-r2 px-2 text-ink-2 hover:bg-hover"
      >
        <span className={view.well ? 'text-ok-ink' : 'text-warn-ink'}>
          <Fan strings={view.strings} />
        </span>
        <span className="cut">{view.word}</span>
      </Popover.Trigger>
      <Popover.Portal>
        <Popover.Positioner sideOffset={6} align="end" className="z-(--z-popover)">
          <Popover.Popup className="grid w-[min(92vw,320px)] gap-3 rounded-r3 bg-raised p-4 text-ink [box-shadow:var(--e-2),0_0_0_1px_var(--line)] outline-none">
            <Popover.Title className="flex items-center gap-2 font-semibold">
              <span className={cx(view.well ? 'text-ok-ink' : 'text-warn-ink')}>
                <Fan strings={view.strings} size={20} />
              </span>
              {view.word}
            </Popover.Title>
            <Popover.Description className="t-small text-pretty">{view.sentence}</Popover.Description>
            {network === null ? null : (
              <ul className="t-small grid gap-1.5 text-ink-2">
                {networkFacts(t, network).map((fact) => (
                  <li key={fact} className="break-words">
                    {fact}
                  </li>
                ))}
              </ul>
            )}
            {ready ? (
              <span className="flex flex-wrap gap-x-4 gap-y-1.5">
                {view.well ? null : (
                  <Popover.Close render={<LinkButton className="t-small w-fit" />} onClick={() => go.check()}>
                    {t('check.offer')}
                  </Popover.Close>
                )}
                <Popover.Close render={<LinkButton className="t-small w-fit" />} onClick={() => go.settings('helping')}>
                  {t('settings.helping')}
                </Popover.Close>
              </span>
            ) : null}
          </Popover.Popup>
        </Popover.Positioner>
      </Popover.Portal>
    </Popover.Root>
  );
}
