/**
 * The page's line to the media process: messages of `preload/contract/pcm.ts`, over a transferred MessagePort (Electron) or
 * a loopback WebSocket (browser shell).
 */
export interface PcmTransport {
  /** After `close`, nothing. */
  post(message: ArrayBuffer): void;
  /** One listener; later calls replace it. */
  onMessage(listener: (message: ArrayBuffer) => void): void;
  /** Called once when the call is over; harmless where `port` has moved on (the audio thread closes it). */
  close(): void;
  /** The line itself, where it is a port: then it moves into the audio thread, and `post` and `onMessage` stay unused. */
  readonly port?: MessagePort;
}
