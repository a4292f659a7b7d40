import { useEffect, useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useSession, useUi, type CaptureState } from '../state/index.ts';
import { processingWords } from './processing-words.ts';

/** A microphone that was changed says so of itself a moment later. */
const readEveryMs = 1_000;

/** During a call: what the browser does to the microphone's sound, as the microphone itself reports it. */
export function ProcessingLine(): ReactNode {
  const { t } = useTranslation();
  const { audio } = useSession();
  const [capture, setCapture] = useState<CaptureState | null>(() => audio.captureState());
  const suppression = useUi((state) => state.settings?.noiseSuppression ?? 'system');
  useEffect(() => {
    const timer = setInterval(() => setCapture(audio.captureState()), readEveryMs);
    return () => clearInterval(timer);
  }, [audio]);
  return capture === null ? null : <p className="t-small text-ink-2">{processingWords(t, capture, suppression)}</p>;
}
