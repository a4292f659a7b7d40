/** Name under which the voice processor is registered. */
export const voiceProcessorName = 'lilliput-voice';

/** Page → audio thread. */
export type VoiceCommand =
  /** With the line to the media process. */
  | { readonly type: 'line'; readonly port: MessagePort }
  | { readonly type: 'mute'; readonly muted: boolean }
  /** The microphone is gone; another may be connected later. */
  | { readonly type: 'capture-ended' }
  /** Ends the processor and closes the line. */
  | { readonly type: 'stop' };

/** Audio thread → page, 20 times a second: RMS of microphone and speaker, 0…1, and what the playout is doing. */
export interface VoiceReport {
  readonly local: number;
  readonly remote: number;
  /** Playout delay in this page that is aimed for. */
  readonly targetMs: number;
  /** How often sound ran dry so far. */
  readonly gaps: number;
}
