import { Camera, CameraOff, Image } from 'lucide-react';
import { useEffect, useRef, useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Button, Callout, cx } from '../ui/index.ts';
import { codeInFile, pictureOf } from './read-code.ts';
import { useCamera, type CameraState } from './use-camera.ts';

const problems = { denied: 'codes.denied', none: 'codes.noCamera', failed: 'codes.cameraBusy' } as const;
const problemOf = (state: CameraState): (typeof problems)[keyof typeof problems] | null =>
  state === 'denied' || state === 'none' || state === 'failed' ? problems[state] : null;

/** Reads somebody's code: by the camera, or from a picture that is chosen, dropped or pasted. */
export function CodeReader({ onCode }: { onCode: (text: string) => void }): ReactNode {
  const { t } = useTranslation();
  const [on, setOn] = useState(false);
  const [problem, setProblem] = useState<'codes.noneFound' | 'codes.unreadable' | null>(null);
  const [isOver, setOver] = useState(false);
  const video = useRef<HTMLVideoElement>(null);
  const picker = useRef<HTMLInputElement>(null);
  const found = (text: string): void => {
    setOn(false);
    setProblem(null);
    onCode(text);
  };
  const state = useCamera(on, video, found);
  const read = async (file: Blob | null): Promise<void> => {
    if (file === null) return;
    setOn(false);
    const verdict = await codeInFile(file);
    if (verdict.kind === 'code') found(verdict.text);
    else setProblem(verdict.kind === 'no-code' ? 'codes.noneFound' : 'codes.unreadable');
  };
  useEffect(() => {
    const ending = new AbortController();
    const { signal } = ending;
    const take = (event: Event, file: File | null): void => {
      if (file === null && event.type === 'paste') return;
      event.preventDefault();
      setOver(false);
      void read(file);
    };
    const over = (event: Event): void => {
      event.preventDefault();
      setOver(true);
    };
    // Anywhere in the window: nobody aims at a frame with a file in hand.
    document.addEventListener('paste', (event) => take(event, pictureOf(event.clipboardData)), { signal });
    document.addEventListener('drop', (event) => take(event, pictureOf(event.dataTransfer)), { signal });
    document.addEventListener('dragover', over, { signal });
    document.addEventListener('dragleave', () => setOver(false), { signal });
    return () => ending.abort();
    // oxlint-disable-next-line react/exhaustive-deps -- `read` is of this drawing or a later one, which do the same
  }, []);
  const said = problem ?? problemOf(state);
  return (
    <section
      aria-label={t('codes.theirs')}
      className={cx('grid gap-3 rounded-r3 border border-dashed border-line-strong p-4', isOver ? 'bg-accent-soft' : 'bg-sunken')}
    >
      <video
        ref={video}
        muted
        playsInline
        aria-label={t('codes.cameraLooks')}
        className={cx('aspect-[4/3] w-full rounded-r2 bg-stage object-cover', state === 'looking' ? 'block' : 'hidden')}
      />
      <p className="t-small text-center text-ink-2">{t(state === 'looking' ? 'codes.cameraLooks' : 'codes.drop')}</p>
      <div className="flex flex-wrap justify-center gap-2">
        <Button
          icon={on ? CameraOff : Camera}
          busy={state === 'starting'}
          onClick={() => {
            setProblem(null);
            setOn(!on || problemOf(state) !== null);
          }}
        >
          {t(on && state === 'looking' ? 'codes.cameraOff' : 'codes.camera')}
        </Button>
        <Button icon={Image} onClick={() => picker.current?.click()}>
          {t('codes.file')}
        </Button>
        <input
          ref={picker}
          type="file"
          accept="image/*"
          hidden
          onChange={(event) => {
            void read(event.target.files?.[0] ?? null);
            event.target.value = '';
          }}
        />
      </div>
      <div aria-live="polite">{said === null ? null : <Callout tone="warn">{t(said)}</Callout>}</div>
    </section>
  );
}
