import { Mic } from 'lucide-react';
import type { PointerEvent, ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useSession } from '../state/index.ts';
import { IconButton } from '../ui/index.ts';

/** A press that is shorter than this locks the recording: nobody says anything in so little time. */
const pressMs = 350;
/** px that the pointer moves up to lock it. */
const slidePx = 48;
/** px towards the beginning of the line to throw it away: further, so that no hand that rests does it. */
const awayPx = 96;

/** Press and hold to record, slide up or press once to lock, slide to the side to throw away. By keyboard: Enter or Space locks, Esc throws away. */
export function VoiceButton({ id, replyTo }: { id: string; replyTo: string | null }): ReactNode {
  const { t } = useTranslation();
  const { recorder } = useSession();

  // The button gives way to the recording: the pointer is followed wherever it goes.
  const onPointerDown = (down: PointerEvent) => {
    if (down.button !== 0) return;
    recorder.begin(id, replyTo, true);
    const sinceMs = performance.now();
    const following = new AbortController();
    const { signal } = following;
    const onMove = ({ clientX, clientY }: globalThis.PointerEvent) => {
      const away = (down.clientX - clientX) * (document.documentElement.dir === 'rtl' ? -1 : 1);
      if (away >= awayPx) {
        following.abort();
        recorder.cancel();
      } else if (down.clientY - clientY >= slidePx) {
        following.abort();
        recorder.lock();
      }
    };
    addEventListener('pointermove', onMove, { signal });
    const end = () => {
      following.abort();
      if (performance.now() - sinceMs < pressMs) recorder.lock();
      else recorder.letGo();
    };
    addEventListener('pointerup', end, { signal });
    addEventListener('pointercancel', end, { signal });
  };
  return (
    <IconButton
      icon={Mic}
      label={t('voice.record')}
      onPointerDown={onPointerDown}
      // A click without a pointer: the keyboard, or a screen reader.
      onClick={(event) => event.detail === 0 && recorder.begin(id, replyTo, false)}
      className="touch-none"
    />
  );
}
