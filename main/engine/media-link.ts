import type { CallMedia, CallMediaEvent } from '../calls/index.ts';
import { AppError } from '../ports/app-error.ts';

/** What the engine needs of a connected media process. */
export interface ConnectedMedia extends CallMedia {
  useFiles(files: AudioFilesRequest): Promise<void>;
}

export interface AudioFilesRequest {
  readonly playPath: string | null;
  readonly recordPath: string | null;
  readonly echo: boolean;
}

/**
 * The media process as the calls see it: the same object while processes come and go behind it. Commands to a process that is
 * not there are dropped, because its death was already reported as `media-crashed`, which ends every call.
 */
export interface MediaLink extends ConnectedMedia {
  /** A media process is there (again). */
  connect(media: ConnectedMedia): void;
  /** It died. */
  disconnect(): void;
}

export function createMediaLink(): MediaLink {
  let current: ConnectedMedia | null = null;
  let unlisten: () => void = () => undefined;
  /** Files stay in use over a restart of the process. */
  let files: AudioFilesRequest | null = null;
  const listeners = new Set<(event: CallMediaEvent) => void>();
  const report = (event: CallMediaEvent): void => {
    for (const listener of listeners) listener(event);
  };
  return {
    connect(media) {
      unlisten();
      current = media;
      unlisten = media.onEvent(report);
      if (files !== null) media.useFiles(files).catch(() => undefined);
    },
    disconnect() {
      if (current === null) return;
      unlisten();
      current = null;
      report({ type: 'media-crashed' });
    },
    async useFiles(request) {
      if (current === null) throw new AppError('MEDIA_UNAVAILABLE', 'the media process is not running');
      await current.useFiles(request);
      files = request;
    },
    open(callId, role, remote) {
      if (current === null) report({ type: 'media-crashed' });
      else current.open(callId, role, remote);
    },
    setAnswer: (callId, answer) => current?.setAnswer(callId, answer),
    addCandidate: (callId, candidate) => current?.addCandidate(callId, candidate),
    restart: (callId, remote) => current?.restart(callId, remote),
    startAudio: (callId) => current?.startAudio(callId),
    setMuted: (callId, muted) => current?.setMuted(callId, muted),
    close: (callId) => current?.close(callId),
    onEvent(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
