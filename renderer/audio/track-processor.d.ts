/** MediaStreamTrack Insertable Streams §3 (Chromium 94); TypeScript's DOM library has only what all browsers have. */
declare class MediaStreamTrackProcessor {
  constructor(init: {
    readonly track: MediaStreamTrack;
    /** So many pieces wait for a slow reader; then the oldest goes. */
    readonly maxBufferSize?: number;
  });
  readonly readable: ReadableStream<AudioData>;
}

/** Media Capture Extensions, "MediaStreamTrack statistics" (Chromium 131). */
interface MediaStreamTrack {
  readonly stats?: {
    /** Milliseconds from the sound until it is handed to the page, of the newest piece. */
    readonly latency?: number;
  };
}
