/** What the live microphone says of itself. */
export interface CaptureState {
  readonly label: string;
  /** Null where the browser doesn't say. */
  readonly echoCancellation: boolean | null;
  readonly noiseSuppression: boolean | null;
  readonly autoGainControl: boolean | null;
  readonly sampleRateHz: number | null;
  readonly channels: number | null;
  /** From the sound until the page has it. */
  readonly captureMs: number | null;
}

/** TypeScript's DOM library has no `latency` (Media Capture §4.3.8, seconds). */
type Settings = MediaTrackSettings & { readonly latency?: number };
/** Newer browsers name what is cancelled ("all", "remote-only"). */
const isOn = (setting: boolean | string | undefined): boolean | null => (setting === undefined ? null : setting !== false);

export function captureStateOf(track: MediaStreamTrack): CaptureState {
  const settings: Settings = track.getSettings();
  const latencyMs = settings.latency === undefined ? null : settings.latency * 1_000;
  return {
    label: track.label,
    echoCancellation: isOn(settings.echoCancellation),
    noiseSuppression: isOn(settings.noiseSuppression),
    autoGainControl: isOn(settings.autoGainControl),
    sampleRateHz: settings.sampleRate ?? null,
    channels: settings.channelCount ?? null,
    // Measured where the browser measures; else what the device promised.
    captureMs: track.stats?.latency ?? latencyMs,
  };
}
