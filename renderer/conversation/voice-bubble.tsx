import { Pause, Play, TriangleAlert } from 'lucide-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import type { MessageView, VoiceView } from '../../preload/contract/index.ts';
import { rates, useSession } from '../state/index.ts';
import { Digits, durationInWords, Tip } from '../ui/index.ts';
import { positionText, VoiceWave } from './voice-wave.tsx';

/** A voice message in its bubble: play, seek, speed; or what is missing of it. */
export function VoiceBubble({ message, voice, name }: { message: MessageView; voice: VoiceView; name: string }): ReactNode {
  const { t } = useTranslation();
  const { voices } = useSession();
  const playing = useStore(voices.state, (state) => (state.playing?.key === message.id ? state.playing : null));
  if (voice.state === 'broken') {
    return (
      <span className="flex max-w-[20rem] items-start gap-2 text-ink-2">
        <TriangleAlert size={16} strokeWidth={1.75} aria-hidden="true" className="mt-0.5 flex-none" />
        <span dir="auto">{t('voice.broken', { name })}</span>
      </span>
    );
  }
  const say = (ms: number) => t('voice.at', { time: positionText(ms), all: positionText(voice.durationMs) });
  return (
    <div className="w-[18.5rem] max-w-full">
      <div className="flex items-center gap-2.5">
        <PlayButton
          playing={playing?.phase === 'playing' || playing?.phase === 'loading'}
          disabled={voice.state !== 'whole'}
          durationMs={voice.durationMs}
          onToggle={() => voices.toggle(message)}
        />
        <VoiceWave
          waveform={voice.waveform}
          durationMs={voice.durationMs}
          positionMs={playing?.positionMs ?? 0}
          label={t('voice.position')}
          say={say}
          onSeek={(ms) => voices.seek(message, ms)}
          disabled={voice.state !== 'whole'}
          tabStop={playing !== null}
        />
        {playing === null ? null : <RateButton />}
        <span className="t-meta inline-flex flex-none items-center gap-1.5 text-bubble-meta">
          <Digits text={positionText(playing?.positionMs ?? voice.durationMs)} />
          {message.direction === 'in' && !voice.heard ? (
            <>
              <span className="size-2 rounded-full bg-accent" aria-hidden="true" />
              <span className="sr-only">{t('voice.unheard')}</span>
            </>
          ) : null}
        </span>
      </div>
      <Parts message={message} voice={voice} />
    </div>
  );
}

/** How much of it has made the way, while some is missing. */
function Parts({ message, voice }: { message: MessageView; voice: VoiceView }): ReactNode {
  const { t } = useTranslation();
  const { partsAcross, parts } = voice;
  const isIn = message.direction === 'in';
  if (partsAcross >= parts || (!isIn && partsAcross === 0)) return null;
  return (
    <p dir="auto" className="t-meta pt-0.5 text-bubble-meta">
      {t(isIn ? 'voice.coming' : 'voice.going', { across: partsAcross, parts })}
    </p>
  );
}

export function PlayButton({
  playing,
  disabled = false,
  durationMs,
  onToggle,
}: {
  playing: boolean;
  disabled?: boolean;
  durationMs: number;
  onToggle: () => void;
}): ReactNode {
  const { t } = useTranslation();
  const Icon = playing ? Pause : Play;
  const label = playing ? t('voice.pause') : t('voice.play', { duration: durationInWords(t, durationMs) });
  return (
    <Tip label={label}>
      <button
        type="button"
        aria-label={label}
        disabled={disabled}
        onClick={onToggle}
        className="grid size-[36px] flex-none place-items-center rounded-full bg-accent text-on-accent enabled:hover:bg-accent-hover disabled:opacity-55"
      >
        <Icon size={16} strokeWidth={2} fill="currentColor" aria-hidden="true" />
      </button>
    </Tip>
  );
}

export function RateButton(): ReactNode {
  const { t } = useTranslation();
  const { voices } = useSession();
  const rate = useStore(voices.state, (state) => state.rate);
  const next = rates[(rates.indexOf(rate) + 1) % rates.length] ?? 1;
  const label = t('voice.rate', { rate, next });
  return (
    <Tip label={label}>
      <button
        type="button"
        aria-label={label}
        onClick={() => voices.nextRate()}
        className="t-meta min-h-6 min-w-8 flex-none rounded-full bg-[color-mix(in_oklch,var(--ink)_8%,transparent)] px-1.5 font-semibold text-ink"
      >
        <span dir="ltr">{rate}×</span>
      </button>
    </Tip>
  );
}
