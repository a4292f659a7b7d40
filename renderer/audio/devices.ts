export interface AudioDevice {
  readonly id: string;
  /** Empty until the microphone was allowed once. */
  readonly label: string;
}

export interface AudioDevices {
  readonly microphones: readonly AudioDevice[];
  readonly speakers: readonly AudioDevice[];
}

export async function listDevices(): Promise<AudioDevices> {
  const all = await navigator.mediaDevices.enumerateDevices();
  const ofKind = (kind: MediaDeviceKind): readonly AudioDevice[] =>
    all.filter((device) => device.kind === kind).map(({ deviceId, label }) => ({ id: deviceId, label }));
  return { microphones: ofKind('audioinput'), speakers: ofKind('audiooutput') };
}

/** Devices came or went. Returns how to stop listening. */
export function onDevicesChanged(listener: () => void): () => void {
  navigator.mediaDevices.addEventListener('devicechange', listener);
  return () => navigator.mediaDevices.removeEventListener('devicechange', listener);
}
