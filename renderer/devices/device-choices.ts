import { idOf } from '../audio/index.ts';
import type { Words } from '../strings/index.ts';
import type { AudioDevice } from '../state/index.ts';
import type { Choice } from '../ui/index.ts';

/** Stands for "as the system chooses" in a list, where null can't. */
const systemChoice = '';

/** The devices of one kind as choices. A chosen device that is unplugged now stays in the list, so that the choice is seen. */
export function deviceChoices(words: Words, devices: readonly AudioDevice[], chosen: AudioDevice | null): readonly Choice[] {
  const choices = devices
    .filter((device) => device.id !== 'default' && device.id !== 'communications' && device.id !== '')
    .map((device, index) => ({
      value: device.id,
      label: device.label === '' ? words('audio.unnamed', { n: index + 1 }) : device.label,
    }));
  const shown = idOf(devices, chosen);
  const known = chosen === null || choices.some((choice) => choice.value === shown);
  const name = chosen === null || chosen.label === '' ? words('audio.unnamed', { n: choices.length + 1 }) : chosen.label;
  const missing = known ? [] : [{ value: chosen.id, label: name }];
  return [{ value: systemChoice, label: words('audio.systemDefault') }, ...choices, ...missing];
}

/** The devices of one kind in a list, with the remembered one chosen, under the id that it has now. */
export function deviceChoice(
  words: Words,
  devices: readonly AudioDevice[],
  id: string | null,
  label: string,
): { readonly value: string; readonly choices: readonly Choice[] } {
  const chosen = id === null ? null : { id, label };
  return { value: idOf(devices, chosen) ?? systemChoice, choices: deviceChoices(words, devices, chosen) };
}

/** What the contract allows. */
const maxLabelChars = 256;

/** What to remember of the device that was chosen in such a list. */
export const chosenDevice = (
  devices: readonly AudioDevice[],
  value: string,
): { readonly id: string | null; readonly label: string } => ({
  id: value === systemChoice ? null : value,
  label: (devices.find(({ id }) => id === value)?.label ?? '').slice(0, maxLabelChars),
});

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
