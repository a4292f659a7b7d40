import { Activity, PictureInPicture2, ShieldCheck } from 'lucide-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { CallView } from '../../preload/contract/index.ts';
import { callerName, isTalking, useSession, useUi } from '../state/index.ts';
import {
  Avatar,
  Button,
  CheckedMark,
  Cut,
  Fan,
  heldSize,
  IconButton,
  Rig,
  Strip,
  Timer,
  useFocusOnShow,
  VoiceRing,
} from '../ui/index.ts';
import { CallControls } from './controls.tsx';
import { RecordingChips } from './recording-chips.tsx';
import { CallSteps } from './steps.tsx';
import { fanStrings, rigLit } from './quality.ts';
import { troubleWords } from './stats-words.ts';
import { statusWords } from './status-words.ts';
import { useCallLevels } from './use-levels.ts';
import { useMovingStrings } from './use-moving-strings.ts';

/** A call, dialling to talking: who, for how long, how well, held by strings. */
export function Stage({ call }: { call: CallView }): ReactNode {
  const { t } = useTranslation();
  const { go, bridge } = useSession();
  const contacts = useUi((state) => state.contacts);
  const panel = useUi((state) => state.panel);
  const { quality } = call;
  const levels = useCallLevels(call);
  const moving = useMovingStrings();
  // A stage opens because this person called, answered or came back: its keys work at once.
  const stage = useFocusOnShow<HTMLElement>();

  const name = callerName(call, contacts, t('call.echoName'));
  const talking = isTalking(call);
  const onHold = call.hold !== 'none';
  const isHeard = call.phase === 'active' && !onHold;
  const word =
    call.phase === 'reconnecting'
      ? t('call.quality.reconnecting')
      : onHold
        ? t('call.onHold')
        : quality === null || !talking
          ? t('call.quality.connecting')
          : t(`call.quality.${quality}`);
  const strings =
    call.phase === 'active' && onHold
      ? 0
      : call.phase === 'active' && quality !== null
        ? fanStrings[quality]
        : call.phase === 'reconnecting'
          ? 1
          : 4;
  return (
    <section
      className="on-stage relative flex min-h-0 min-w-0 flex-1 flex-col overflow-x-hidden overflow-y-auto"
      aria-label={t('call.label', { name })}
      ref={stage}
      data-stage
      tabIndex={-1}
    >
      {call.microphone === null ? null : (
        <Strip
          tone="warn"
          role="alert"
          end={
            <Button kind="quiet" onClick={() => go.devices(true)}>
              {t('audio.choose')}
            </Button>
          }
        >
          {t('audio.cantHear')}
          {t(`audio.problem.${call.microphone}`)}
        </Strip>
      )}
      <div className="flex min-h-13 flex-none flex-wrap items-center gap-1.5 py-1.5 ps-4 pe-2.5">
        <span className="inline-flex min-h-[30px] items-center gap-[7px] px-[11px] text-[0.8125rem] font-medium whitespace-nowrap">
          <ShieldCheck size={16} strokeWidth={1.75} aria-hidden="true" />
          {t('call.private')}
        </span>
        <span className="flex-1" />
        <RecordingChips call={call} name={name} />
        <span
          className="inline-flex min-h-[30px] items-center gap-[7px] px-[11px] text-[0.8125rem] font-medium whitespace-nowrap"
          title={t('call.qualityIs', { word })}
        >
          <span className={onHold ? 'text-on-stage-2' : 'text-thread-stage'}>
            <Fan strings={strings} />
          </span>
          {word}
        </span>
        <IconButton
          stage
          icon={Activity}
          label={t('call.details')}
          keys="I"
          aria-pressed={panel === 'details'}
          onClick={() => go.togglePanel('details')}
        />
        {bridge.system.mini === null ? null : (
          <IconButton stage icon={PictureInPicture2} label={t('panes.mini')} onClick={() => go.mini(true)} />
        )}
      </div>
      <div className="flex min-h-0 flex-[1_0_auto] flex-col items-center justify-center py-2">
        <div className="max-w-full px-5 text-center">
          <h1 className="t-call flex min-w-0 items-center justify-center gap-2 max-pair:text-[1.5rem]/[2rem]">
            <Cut text={name} className="min-w-0" />
            <CheckedMark accountKey={call.accountKey} className="text-on-stage" />
          </h1>
          <Status call={call} name={name} talking={talking} quality={quality} />
          <output className="t-small mx-auto block max-w-[34rem] text-on-stage-2">
            {call.trouble === null || onHold ? null : troubleWords(t, call.trouble, name)}
          </output>
        </div>
        <div className="h-[22px] flex-none" />
        <div className="relative grid w-[min(100%-32px,640px)] justify-items-center">
          {/* While strings move, the ring is in their picture. */}
          <VoiceRing speaks={isHeard && !moving ? levels.theySpeak : null} moving={moving} level={levels.remote}>
            <Avatar accountKey={call.accountKey} name={name} size={heldSize} />
          </VoiceRing>
          <div className="-mt-[46px] w-full">
            <Rig
              lit={rigLit(call, quality)}
              mode={call.phase === 'reconnecting' ? 'snapped' : 'still'}
              level={moving && isHeard ? levels.remote : null}
              speaks={levels.theySpeak}
            />
          </div>
        </div>
      </div>
      <CallSteps call={call} name={name} />
      <CallControls call={call} />
    </section>
  );
}

function Status({
  call,
  name,
  talking,
  quality,
}: {
  call: CallView;
  name: string;
  talking: boolean;
  quality: CallView['quality'];
}): ReactNode {
  const { t } = useTranslation();
  const settings = useUi((state) => state.settings);
  const words = statusWords(t, { call, name, quality, settings });
  return (
    <p className="mt-0.5 flex flex-wrap items-center justify-center gap-x-2.5 text-[0.9375rem]/[1.5rem] text-on-stage-2">
      {talking && call.activeSinceMs !== null ? (
        <>
          <Timer sinceMs={call.activeSinceMs} />
          {words === '' ? null : <span aria-hidden="true">·</span>}
        </>
      ) : null}
      {/* Whoever holds a key to talk knows that they do. */}
      <output aria-live={settings?.pushToTalk === true ? 'off' : 'polite'}>{words}</output>
    </p>
  );
}
