import { Maximize2, Mic, MicOff, Phone } from 'lucide-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { CallView } from '../../preload/contract/index.ts';
import { callerName, isTalking, useSession, useUi } from '../state/index.ts';
import { Avatar, Button, Cut, Fan, IconButton, Timer, VoiceRing } from '../ui/index.ts';
import { fanStrings } from './quality.ts';
import { useCallLevels } from './use-levels.ts';
import { useMovingStrings } from './use-moving-strings.ts';

/** The call in a small window that stays above others: who, for how long, how well; mute, hang up, and the way back. */
export function MiniCall({ call }: { call: CallView }): ReactNode {
  const { t } = useTranslation();
  const { go, calls } = useSession();
  const contacts = useUi((state) => state.contacts);
  const levels = useCallLevels(call);
  const moving = useMovingStrings();
  const name = callerName(call, contacts, t('call.echoName'));
  const onHold = call.hold !== 'none';
  const isHeard = call.phase === 'active' && !onHold;
  return (
    <main
      data-pane
      tabIndex={-1}
      aria-label={t('call.label', { name })}
      className="on-stage flex h-full min-h-0 flex-col overflow-hidden"
    >
      <div className="drag flex flex-none items-center gap-2 ps-3.5 pe-1.5 pt-1.5">
        <span className="t-small flex-1 text-on-stage-2">{t('panes.miniTitle')}</span>
        <span className="no-drag">
          <IconButton stage icon={Maximize2} size={16} label={t('panes.full')} onClick={() => go.mini(false)} />
        </span>
      </div>
      <div className="my-auto grid grid-cols-1 gap-4 px-[18px] pb-4">
        <div className="flex items-center gap-4">
          <div className="ms-2 me-1 flex-none">
            <VoiceRing speaks={isHeard ? levels.theySpeak : null} moving={moving} level={levels.remote} small>
              <Avatar accountKey={call.accountKey} name={name} size={64} />
            </VoiceRing>
          </div>
          <div className="min-w-0 flex-1">
            <h1>
              <Cut text={name} className="t-title block" />
            </h1>
            <p className="flex min-w-0 items-center gap-2 text-on-stage-2">
              {isTalking(call) && call.activeSinceMs !== null ? <Timer sinceMs={call.activeSinceMs} /> : null}
              <span className="cut">{onHold ? t('call.onHold') : isHeard ? '' : t(`call.say.${call.phase}`, { name })}</span>
              {isHeard && call.quality !== null ? (
                <span className="text-thread-stage">
                  <span className="sr-only">{t('call.qualityIs', { word: t(`call.quality.${call.quality}`) })}</span>
                  <Fan strings={fanStrings[call.quality]} />
                </span>
              ) : null}
              {call.recording.state === 'off' && call.remoteRecording === null ? null : (
                <span className="size-2.5 flex-none rounded-full bg-recording">
                  <span className="sr-only">
                    {t(call.remoteRecording === null ? 'call.recording.on' : 'call.recording.theirs', { name })}
                  </span>
                </span>
              )}
            </p>
          </div>
        </div>
        <div className="flex gap-2">
          <Button
            kind="stage"
            big
            icon={call.muted ? MicOff : Mic}
            aria-pressed={call.muted}
            className="flex-1"
            onClick={() => void calls.setMuted(call, !call.muted)}
          >
            {call.muted ? t('call.unmute') : t('call.mute')}
          </Button>
          <Button
            kind="hangup"
            big
            icon={Phone}
            className="flex-1 [&_svg]:rotate-[135deg]"
            onClick={() => void calls.hangUp(call)}
          >
            {isTalking(call) ? t('call.hangUp') : t('call.cancel')}
          </Button>
        </div>
      </div>
    </main>
  );
}
