import type { AudioDevice } from './devices.ts';

/**
 * The id under which a remembered device is to be opened now. Ids change (another origin, cleared site data, another
 * port of a hub); then the first device of the same name is taken. A device that is not there keeps its id: the browser falls
 * back to the system's choice, and takes it when it comes.
 */
export function idOf(devices: readonly AudioDevice[], remembered: AudioDevice | null): string | null {
  if (remembered === null) return null;
  if (devices.some(({ id }) => id === remembered.id)) return remembered.id;
  const namesake = remembered.label === '' ? undefined : devices.find(({ label }) => label === remembered.label);
  return namesake?.id ?? remembered.id;
}
