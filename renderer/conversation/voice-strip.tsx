import { ArrowUp, Lock, Square, Trash2 } from 'lucide-react';
import { useEffect, useRef, type KeyboardEvent, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import { voiceMaxMs } from '../../preload/contract/index.ts';
import { draftKey, useSession, type Recording } from '../state/index.ts';
import { Digits, IconButton, Tip } from '../ui/index.ts';
import { LiveWave } from './live-wave.tsx';
import { PlayButton, RateButton } from './voice-bubble.tsx';
import { positionText, VoiceWave } from './voice-wave.tsx';

/** The recording, in the composer's place: while it runs, and until it is sent. */
export function VoiceStrip({ recording, name }: { recording: Recording; name: string }): ReactNode {
  const { t } = useTranslation();
  const { recorder } = useSession();
  const runs = recording.phase === 'opening' || recording.phase === 'on';

  // Wherever the focus is: while a button is held it may be anywhere.
  useEffect(() => {
    if (!runs) return undefined;
    const onKey = (event: globalThis.KeyboardEvent) => {
      if (event.key !== 'Escape') return;
      event.preventDefault();
      event.stopPropagation();
      recorder.cancel();
    };
    addEventListener('keydown', onKey, { capture: true });
    return () => removeEventListener('keydown', onKey, { capture: true });
  }, [runs, recorder]);

  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== 'Escape' || runs) return;
    event.stopPropagation();
    recorder.cancel();
  };
  return (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions -- Escape, from any control in it
    <fieldset aria-label={t('voice.strip', { name })} onKeyDown={onKeyDown} className="min-w-0">
      {recording.phase === 'opening' || recording.phase === 'on' ? (
        <Running recording={recording} />
      ) : (
        <Review recording={recording} />
      )}
    </fieldset>
  );
}

function Running({ recording }: { recording: Extract<Recording, { phase: 'opening' | 'on' }> }): ReactNode {
  const { t } = useTranslation();
  const { recorder } = useSession();
  const isOn = recording.phase === 'on';
  const elapsedMs = isOn ? recording.elapsedMs : 0;
  const stop = useRef<HTMLButtonElement>(null);
  // The button that began it is gone; the way on is to stop.
  useEffect(() => {
    if (!recording.held) stop.current?.focus();
  }, [recording.held]);
  return (
    <>
      <div className="flex min-h-[34px] items-center gap-2">
        {recording.held ? (
          <Lock size={17} strokeWidth={1.75} aria-hidden="true" className="mx-2 flex-none text-ink-2" />
        ) : (
          <IconButton icon={Trash2} label={t('voice.cancel')} keys="Esc" onClick={() => recorder.cancel()} />
        )}
        <span className="size-2.5 flex-none rounded-full bg-recording" aria-hidden="true" />
        <output className="sr-only">{t(isOn ? 'voice.recording' : 'voice.opening')}</output>
        <LiveWave peaks={isOn ? recording.peaks : []} />
        <span className="t-small flex-none text-ink-2" dir="ltr">
          <span className="sr-only">{t('voice.of', { time: positionText(elapsedMs), most: positionText(voiceMaxMs) })}</span>
          <span aria-hidden="true" className="text-ink">
            <Digits text={positionText(elapsedMs)} />
          </span>
          <span aria-hidden="true"> / {positionText(voiceMaxMs)}</span>
        </span>
        {recording.held ? null : (
          <>
            <Tip label={t('voice.stop')}>
              <button
                ref={stop}
                type="button"
                aria-label={t('voice.stop')}
                onClick={() => recorder.finish()}
                className="grid size-[34px] flex-none place-items-center rounded-full text-ink edge-strong hover:bg-hover"
              >
                <Square size={13} strokeWidth={2} fill="currentColor" aria-hidden="true" />
              </button>
            </Tip>
            <SendButton disabled={!isOn} />
          </>
        )}
      </div>
      {recording.held ? <p className="t-meta px-2 pb-1 text-ink-2">{t('voice.slideToLock')}</p> : null}
    </>
  );
}

function Review({ recording }: { recording: Extract<Recording, { phase: 'review' | 'sending' }> }): ReactNode {
  const { t } = useTranslation();
  const { recorder, voices } = useSession();
  const playing = useStore(voices.state, (state) => (state.playing?.key === draftKey ? state.playing : null));
  const { sound, durationMs, waveform, why, phase } = recording;
  const sending = phase === 'sending';
  return (
    <>
      <div className="flex min-h-[34px] items-center gap-2">
        <IconButton icon={Trash2} label={t('voice.discard')} keys="Esc" disabled={sending} onClick={() => recorder.cancel()} />
        <PlayButton
          playing={playing?.phase === 'playing'}
          disabled={sending}
          durationMs={durationMs}
          onToggle={() => voices.toggleDraft(sound)}
        />
        <VoiceWave
          waveform={waveform}
          durationMs={durationMs}
          positionMs={playing?.positionMs ?? 0}
          label={t('voice.position')}
          say={(ms) => t('voice.at', { time: positionText(ms), all: positionText(durationMs) })}
          onSeek={(ms) => voices.seekDraft(sound, ms)}
          tabStop
        />
        {playing === null ? null : <RateButton />}
        <span className="t-small flex-none text-ink-2">
          <Digits text={positionText(playing?.positionMs ?? durationMs)} />
        </span>
        <SendButton disabled={sending} takesFocus />
      </div>
      <output className="t-meta block px-2 pb-1 text-ink-2">
        {why === 'asked' ? t('voice.review') : t(`voice.ended.${why}`)}
      </output>
    </>
  );
}

function SendButton({ disabled, takesFocus = false }: { disabled: boolean; takesFocus?: boolean }): ReactNode {
  const { t } = useTranslation();
  const { recorder } = useSession();
  const button = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    if (takesFocus) button.current?.focus();
  }, [takesFocus]);
  return (
    <Tip label={t('voice.send')}>
      <button
        ref={button}
        type="button"
        aria-label={t('voice.send')}
        disabled={disabled}
        onClick={() => void recorder.send()}
        className="grid size-[34px] flex-none place-items-center rounded-full bg-accent text-on-accent enabled:hover:bg-accent-hover disabled:opacity-55"
      >
        <ArrowUp size={18} strokeWidth={1.75} aria-hidden="true" />
      </button>
    </Tip>
  );
}
