import type { CallMedia, CallMediaEvent } from '../calls/index.ts';
import type { NetworkCheck, NetworkFigures } from '../media/index.ts';
import { AppError } from '../ports/app-error.ts';
import type { Logger } from '../ports/logger.ts';
import type { ProxyChoice } from '../ports/proxy-connect.ts';

/** What the engine needs of a connected media process. */
export interface ConnectedMedia extends CallMedia {
  useFiles(files: AudioFilesRequest): Promise<void>;
  /** Factor on what the microphone gives, 0…4. */
  setGain(gain: number): void;
  checkNetwork(check: NetworkCheck, tell: (line: NetworkFigures) => void, signal: AbortSignal): Promise<void>;
  /** The HTTP proxy between us and relays over TCP and TLS. */
  setProxy(proxy: ProxyChoice | null): void;
  /** RNNoise on what the microphone gives. @throws AppError NO_NOISE_SUPPRESSION */
  suppressNoise(on: boolean): Promise<void>;
}

export interface AudioFilesRequest {
  readonly playPath: string | null;
  readonly recordPath: string | null;
  readonly echo: boolean;
  readonly tracePath?: string | null;
}

/**
 * The media process as the calls see it: the same object while processes come and go behind it. Commands to a process that is
 * not there are dropped, because its death was already reported as `media-crashed`, which ends every call.
 */
export interface MediaLink extends ConnectedMedia {
  /** A media process is there (again). Its own `media-crashed` says when it is not any more. */
  connect(media: ConnectedMedia): void;
}

export function createMediaLink(logger: Logger): MediaLink {
  let current: ConnectedMedia | null = null;
  let unlisten: (() => void) | null = null;
  let gain: number | null = null;
  let proxy: ProxyChoice | null = null;
  let suppressing = false;
  /** Files stay in use over a restart of the process. */
  let files: AudioFilesRequest | null = null;
  /** A request for files that came before the first process did. */
  const waiting = new Set<() => void>();
  const listeners = new Set<(event: CallMediaEvent) => void>();
  const report = (event: CallMediaEvent): void => {
    for (const listener of listeners) listener(event);
  };
  const connected = (): Promise<ConnectedMedia> =>
    new Promise((resolve, reject) => {
      const look = (): void => {
        waiting.delete(look);
        if (current === null) reject(new AppError('MEDIA_UNAVAILABLE', 'the media process is not running'));
        else resolve(current);
      };
      if (current === null && files === null && unlisten === null) waiting.add(look);
      else look();
    });
  return {
    connect(media) {
      unlisten?.();
      current = media;
      unlisten = media.onEvent((event) => {
        if (event.type === 'media-crashed' && current === media) current = null;
        report(event);
      });
      if (gain !== null) media.setGain(gain);
      media.setProxy(proxy);
      // The log of media says why.
      if (suppressing) media.suppressNoise(true).catch(() => logger.warn('media.noise-suppression-lost'));
      for (const look of waiting) look();
      if (files !== null) media.useFiles(files).catch(() => logger.warn('media.files-lost'));
    },
    setGain(next) {
      gain = next;
      current?.setGain(next);
    },
    setProxy(next) {
      proxy = next;
      current?.setProxy(next);
    },
    async suppressNoise(on) {
      if (on === suppressing) return;
      // At once: who changes their mind while the first wish is on its way must not be taken for content.
      suppressing = on;
      try {
        await current?.suppressNoise(on);
      } catch (error) {
        suppressing = false;
        throw error;
      }
    },
    async checkNetwork(...check) {
      const media = await connected();
      await media.checkNetwork(...check);
    },
    async useFiles(request) {
      const media = await connected();
      await media.useFiles(request);
      files = request;
    },
    open(...call) {
      if (current === null) report({ type: 'media-crashed' });
      else current.open(...call);
    },
    setServers: (callId, servers) => current?.setServers(callId, servers),
    setOverlayPath: (callId, path) => current?.setOverlayPath(callId, path),
    setAnswer: (callId, answer) => current?.setAnswer(callId, answer),
    addCandidate: (callId, candidate) => current?.addCandidate(callId, candidate),
    restart: (callId, remote) => current?.restart(callId, remote),
    startAudio: (callId) => current?.startAudio(callId),
    setMuted: (callId, muted) => current?.setMuted(callId, muted),
    setHeld: (callId, held) => current?.setHeld(callId, held),
    setVolume: (callId, volume) => current?.setVolume(callId, volume),
    startRecording: (callId, target) => current?.startRecording(callId, target),
    stopRecording: (callId) => current?.stopRecording(callId),
    close: (callId) => current?.close(callId),
    abandon: (callId) => current?.abandon(callId),
    onEvent(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
