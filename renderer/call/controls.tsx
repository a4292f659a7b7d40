import { CircleDot, Headphones, MessageSquare, Mic, MicOff, Pause, Phone, Play, type LucideIcon } from 'lucide-react';
import type { ComponentProps, ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { CallView } from '../../preload/contract/index.ts';
import { holdsHere, isTalking, mayChat, mayRecord, useSession, useUi } from '../state/index.ts';
import { cx, Tip } from '../ui/index.ts';
import { DevicesButton } from './devices-button.tsx';

/** Mute, hold, devices, chat, record, hang up. 48 px at least; below 380 px the words stay for assistive technology only. */
export function CallControls({ call }: { call: CallView }): ReactNode {
  const { t } = useTranslation();
  const { calls, go } = useSession();
  const panel = useUi((state) => state.panel);
  const contact = useUi((state) => state.contacts.has(call.accountKey));
  return (
    <div
      role="toolbar"
      aria-label={t('call.controls')}
      data-controls
      // Where the stage is higher than the window, it scrolls behind them.
      className="sticky bottom-0 flex flex-none flex-wrap justify-center gap-2 bg-stage px-3 pt-1 pb-[22px] max-pair:gap-0.5 max-pair:px-1.5 max-pair:pb-3.5"
    >
      <ControlButton
        icon={call.muted ? MicOff : Mic}
        label={call.muted ? t('call.unmute') : t('call.mute')}
        keys="Ctrl Shift M"
        aria-pressed={call.muted}
        onClick={() => void calls.setMuted(call, !call.muted)}
      />
      {isTalking(call) ? (
        <ControlButton
          icon={holdsHere(call) ? Play : Pause}
          label={holdsHere(call) ? t('call.resume') : t('call.hold')}
          keys="Ctrl Shift H"
          aria-pressed={holdsHere(call)}
          onClick={() => void calls.setHeld(call, !holdsHere(call))}
        />
      ) : null}
      <DevicesButton call={call} trigger={<ControlButton icon={Headphones} label={t('call.devices')} keys="D" />} />
      {mayChat(call, contact) ? (
        <ControlButton
          icon={MessageSquare}
          label={t('call.chat')}
          keys="Ctrl J"
          aria-pressed={panel === 'chat'}
          onClick={() => go.togglePanel('chat')}
        />
      ) : null}
      {mayRecord(call, contact) ? (
        <ControlButton
          icon={CircleDot}
          label={call.recording.state === 'off' ? t('call.record') : t('call.stopRecording')}
          keys="R"
          aria-pressed={call.recording.state !== 'off'}
          onClick={() => void calls.toggleRecording(call)}
        />
      ) : null}
      <ControlButton
        icon={Phone}
        label={isTalking(call) ? t('call.hangUp') : t('call.cancel')}
        keys="Ctrl Shift E"
        tone="end"
        onClick={() => void calls.hangUp(call)}
      />
    </div>
  );
}

interface ControlButtonProps extends ComponentProps<'button'> {
  readonly icon: LucideIcon;
  readonly label: string;
  readonly keys?: string;
  readonly tone?: 'plain' | 'end';
}

export function ControlButton({ icon: Icon, label, keys, tone = 'plain', className, ...rest }: ControlButtonProps): ReactNode {
  return (
    <Tip label={label} keys={keys}>
      <button
        type="button"
        {...rest}
        className={cx(
          't-meta group grid min-w-[76px] justify-items-center gap-[7px] rounded-[14px] py-1.5 text-center text-on-stage-2 aria-pressed:text-on-stage max-pair:min-w-0 max-pair:flex-1',
          className,
        )}
      >
        <span
          className={cx(
            'grid h-[52px] place-items-center group-hover:brightness-110 max-pair:h-[48px]',
            tone === 'end'
              ? 'w-[68px] rounded-[26px] bg-hangup text-on-hangup max-pair:w-[56px]'
              : 'w-[52px] rounded-full bg-stage-raised text-on-stage group-aria-pressed:bg-on-stage group-aria-pressed:text-stage max-pair:w-[48px]',
          )}
        >
          <Icon
            size={tone === 'end' ? 22 : 21}
            strokeWidth={1.75}
            aria-hidden="true"
            className={tone === 'end' ? 'rotate-[135deg]' : undefined}
          />
        </span>
        <span className="max-w-full break-words max-tiny:sr-only">{label}</span>
      </button>
    </Tip>
  );
}
