import type { PcmHealth } from '../../preload/contract/pcm.ts';

/** Name under which the voice player is registered. */
export const voicePlayerName = 'lilliput-voice';

/** Where the media process is reached: its loopback WebSocket (browser shell), or a port of our own (Electron). */
export type PcmLine = { readonly kind: 'socket'; readonly url: string } | { readonly kind: 'port'; readonly port: MessagePort };

/** Of `SharedFrames`; null where a page may share no memory (it is not cross-origin isolated): each frame is a message on the port. */
export type FrameMemory = SharedArrayBuffer | null;

/** Page → line worker. */
export type LineCommand =
  /** First: where to, the port on which the audio thread asks, and where its frames go. */
  | { readonly type: 'open'; readonly line: PcmLine; readonly player: MessagePort; readonly frames: FrameMemory }
  /** A microphone's sound, from now on; it replaces the one before as soon as it gives something. */
  | { readonly type: 'capture'; readonly id: number; readonly frames: ReadableStream<AudioData> }
  | { readonly type: 'mute'; readonly muted: boolean }
  /** The microphone is gone; another may come later. */
  | { readonly type: 'capture-ended' }
  /** For the media process: what this page knows of its delays. */
  | { readonly type: 'health'; readonly health: PcmHealth }
  /** Tells the media process that nothing more comes, and closes the line and itself. */
  | { readonly type: 'stop' };

/** Line worker → page. */
export type LineNews =
  | { readonly type: 'open' }
  | { readonly type: 'closed' }
  /** This microphone's first sound came: the one before is no longer heard. */
  | { readonly type: 'captured'; readonly id: number }
  /** Ten times a second. RMS, 0…1: what leaves the page, and what the microphone hears while it is muted (which doesn't). */
  | { readonly type: 'level'; readonly local: number; readonly unheard: number };

/** Page → audio thread. */
export type PlayerCommand =
  /** Where to ask for frames, and where they come. */
  | { readonly type: 'line'; readonly port: MessagePort; readonly frames: FrameMemory }
  /** Ends the processor. */
  | { readonly type: 'stop' };

/** Audio thread → page, ten times a second. */
export interface PlayerReport {
  /** RMS of the speaker, 0…1. */
  readonly remote: number;
  /** Playout delay in this page that is aimed for, with what is on its way from the media process. */
  readonly targetMs: number;
  /** What lay in the ring, on average since the last report. */
  readonly ringMs: number;
  /** How often sound ran dry so far. */
  readonly gaps: number;
}
