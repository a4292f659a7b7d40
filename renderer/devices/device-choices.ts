import type { Words } from '../strings/index.ts';
import type { AudioDevice } from '../state/index.ts';
import type { Choice } from '../ui/index.ts';

/** Stands for "as the system chooses" in a list, where null can't. */
export const systemChoice = '';

/** The devices of one kind as choices. A chosen device that is unplugged now stays in the list, so that the choice is seen. */
export function deviceChoices(words: Words, devices: readonly AudioDevice[], chosen: string | null): readonly Choice[] {
  const choices = devices
    .filter((device) => device.id !== 'default' && device.id !== 'communications' && device.id !== '')
    .map((device, index) => ({
      value: device.id,
      label: device.label === '' ? words('audio.unnamed', { n: index + 1 }) : device.label,
    }));
  const known = chosen === null || choices.some((choice) => choice.value === chosen);
  const missing = known ? [] : [{ value: chosen, label: words('audio.unnamed', { n: choices.length + 1 }) }];
  return [{ value: systemChoice, label: words('audio.systemDefault') }, ...choices, ...missing];
}

/** Levels (0…1) over the last seconds, judged: speech that is loud enough, faint, or nothing at all. */
export type Hearing = 'listening' | 'well' | 'faint' | 'nothing';

/** A quiet room through a laptop microphone stays under this; speech at arm's length peaks well over `wellFrom`. */
const faintFrom = 0.012;
const wellFrom = 0.05;
/** People take a breath: nothing is said to be wrong before this much silence. */
export const patienceMs = 4_000;

export function judgeHearing(peak: number, listenedMs: number): Hearing {
  if (peak >= wellFrom) return 'well';
  if (listenedMs < patienceMs) return 'listening';
  return peak >= faintFrom ? 'faint' : 'nothing';
}
