import { useEffect, useRef, useState, type KeyboardEvent, type PointerEvent, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Button, Dialog, SliderField } from '../ui/index.ts';
import { dragged, kept, maxZoom, squareOf, wholePicture } from './crop-geometry.ts';

/** px */
const viewSide = 288;
/** px of the view for each press of an arrow key */
const keyStep = 12;

const keyMoves: Readonly<Record<string, readonly [number, number]>> = {
  ArrowLeft: [keyStep, 0],
  ArrowRight: [-keyStep, 0],
  ArrowUp: [0, keyStep],
  ArrowDown: [0, -keyStep],
};

interface CropDialogProps {
  readonly bitmap: ImageBitmap;
  readonly busy: boolean;
  readonly onUse: (crop: ReturnType<typeof wholePicture>) => void;
  readonly onClose: () => void;
}

/** Chooses the part of a picture that is shown: dragged or moved by keys, and zoomed. */
export function CropDialog({ bitmap, busy, onUse, onClose }: CropDialogProps): ReactNode {
  const { t } = useTranslation();
  const [crop, setCrop] = useState(() => wholePicture(bitmap));
  // A dialog comes into the page later than this is drawn first.
  const [canvas, setCanvas] = useState<HTMLCanvasElement | null>(null);
  const from = useRef<{ readonly x: number; readonly y: number } | null>(null);

  useEffect(() => {
    const draw = canvas?.getContext('2d') ?? null;
    if (draw === null) return;
    const { left, top, side } = squareOf(crop, bitmap);
    const pixels = draw.canvas.width;
    draw.clearRect(0, 0, pixels, pixels);
    draw.imageSmoothingQuality = 'high';
    draw.drawImage(bitmap, left, top, side, side, 0, 0, pixels, pixels);
  }, [canvas, crop, bitmap]);

  const onPointerMove = (event: PointerEvent): void => {
    const before = from.current;
    if (before === null) return;
    from.current = { x: event.clientX, y: event.clientY };
    setCrop((now) => dragged(now, bitmap, event.clientX - before.x, event.clientY - before.y, viewSide));
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const move = keyMoves[event.key];
    if (move === undefined) return;
    event.preventDefault();
    setCrop((now) => dragged(now, bitmap, move[0], move[1], viewSide));
  };
  return (
    <Dialog title={t('you.crop')} onClose={onClose}>
      <p id="crop-help" className="t-small text-ink-2">
        {t('you.cropHelp')}
      </p>
      <button
        type="button"
        aria-label={t('you.crop')}
        aria-describedby="crop-help"
        onKeyDown={onKeyDown}
        onPointerDown={(event) => {
          event.currentTarget.setPointerCapture(event.pointerId);
          from.current = { x: event.clientX, y: event.clientY };
        }}
        onPointerMove={onPointerMove}
        onPointerUp={() => (from.current = null)}
        className="mx-auto aspect-square w-[min(100%,288px)] cursor-grab touch-none overflow-hidden rounded-full bg-sunken active:cursor-grabbing"
      >
        <canvas ref={setCanvas} width={2 * viewSide} height={2 * viewSide} className="size-full" />
      </button>
      <SliderField
        label={t('you.zoom')}
        value={crop.zoom}
        min={1}
        max={maxZoom}
        step={0.05}
        say={(zoom) => `${zoom.toFixed(1)} ×`}
        onMove={(zoom) => setCrop((now) => kept({ ...now, zoom }, bitmap))}
        onSettle={() => Promise.resolve()}
      />
      <div className="flex justify-end gap-2">
        <Button onClick={onClose}>{t('app.cancel')}</Button>
        <Button kind="primary" busy={busy} onClick={() => onUse(crop)}>
          {t('you.use')}
        </Button>
      </div>
    </Dialog>
  );
}
