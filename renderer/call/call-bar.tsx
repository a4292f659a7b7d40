import { Mic, MicOff, Phone, Play } from 'lucide-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { CallView } from '../../preload/contract/index.ts';
import { callerName, holdsHere, useSession, useUi } from '../state/index.ts';
import { Avatar, CheckedMark, Cut, cx, Fan, IconButton, Timer } from '../ui/index.ts';
import { fanStrings } from './quality.ts';

/** The call in one bar, while something else is open. */
export function CallBar({ call, className }: { call: CallView; className?: string }): ReactNode {
  const { t } = useTranslation();
  const { go, calls, store } = useSession();
  const contacts = useUi((state) => state.contacts);
  const { quality } = call;
  const name = callerName(call, contacts, t('call.echoName'));
  const back = () => {
    store.setState({ panel: 'none' });
    go.call(call.id);
  };
  return (
    <section
      aria-label={t('call.label', { name })}
      className={cx('on-stage flex min-h-[46px] flex-none items-center gap-2.5 ps-4 pe-2.5', className)}
    >
      <button
        type="button"
        onClick={back}
        title={t('call.returnTo')}
        className="flex min-w-0 flex-1 items-center gap-2.5 self-stretch rounded-r2"
      >
        <Avatar accountKey={call.accountKey} name={name} size={28} />
        <Cut text={name} className="font-semibold" />
        <CheckedMark accountKey={call.accountKey} className="text-on-stage" />
        {call.activeSinceMs === null ? (
          <span className="cut text-on-stage-2">{t(`call.say.${call.phase}`, { name })}</span>
        ) : (
          <Timer sinceMs={call.activeSinceMs} />
        )}
        <span className="text-on-stage-2 max-pair:sr-only">{t('call.returnTo')}</span>
      </button>
      {call.recording.state === 'off' && call.remoteRecording === null ? null : (
        <span className="size-2.5 flex-none rounded-full bg-recording">
          <span className="sr-only">
            {t(call.remoteRecording === null ? 'call.recording.on' : 'call.recording.theirs', { name })}
          </span>
        </span>
      )}
      {call.hold === 'none' ? null : <span className="flex-none text-on-stage-2">{t('call.onHold')}</span>}
      {holdsHere(call) ? (
        <IconButton
          stage
          icon={Play}
          label={t('call.resume')}
          keys="Ctrl Shift H"
          onClick={() => void calls.setHeld(call, false)}
        />
      ) : null}
      {call.phase === 'active' && call.hold === 'none' && quality !== null ? (
        <span className="text-thread-stage">
          <span className="sr-only">{t('call.qualityIs', { word: t(`call.quality.${quality}`) })}</span>
          <Fan strings={fanStrings[quality]} />
        </span>
      ) : null}
      <IconButton
        stage
        icon={call.muted ? MicOff : Mic}
        label={call.muted ? t('call.unmute') : t('call.mute')}
        keys="Ctrl Shift M"
        aria-pressed={call.muted}
        onClick={() => void calls.setMuted(call, !call.muted)}
      />
      <IconButton
        icon={Phone}
        size={17}
        label={t('call.hangUp')}
        keys="Ctrl Shift E"
        onClick={() => void calls.hangUp(call)}
        className="w-[46px] rounded-[16px] bg-hangup text-on-hangup! hover:bg-hangup! [&_svg]:rotate-[135deg]"
      />
    </section>
  );
}
