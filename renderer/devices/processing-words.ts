import type { Settings } from '../../preload/contract/index.ts';
import type { CaptureState } from '../state/index.ts';
import type { Words } from '../strings/index.ts';

/** Echo, noise and level in one line; what the browser does not tell is said to be unknown. */
export function processingWords(words: Words, capture: CaptureState, suppression: Settings['noiseSuppression']): string {
  const state = (on: boolean | null): string =>
    words(on === null ? 'audio.processing.unknown' : on ? 'audio.processing.on' : 'audio.processing.off');
  return words('audio.processing.line', {
    echo: state(capture.echoCancellation),
    noise: suppression === 'rnnoise' ? words('audio.processing.own') : state(capture.noiseSuppression),
    level: state(capture.autoGainControl),
  });
}
