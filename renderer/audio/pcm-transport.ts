/**
 * The page's line to the media process: messages of `preload/contract/pcm.ts`, over a transferred MessagePort (Electron) or
 * a loopback WebSocket (browser shell).
 */
export interface PcmTransport {
  post(message: ArrayBuffer): void;
  /** One listener; later calls replace it. */
  onMessage(listener: (message: ArrayBuffer) => void): void;
  close(): void;
  /** The line itself, where it is a port: then it moves into the audio thread, and `post` and `onMessage` stay unused. */
  readonly port?: MessagePort;
}
