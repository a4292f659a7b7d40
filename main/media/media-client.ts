import type { CallMedia, CallMediaEvent, IceServer } from '../calls/index.ts';
import { AppError } from '../ports/app-error.ts';
import type { Logger } from '../ports/logger.ts';
import type { Port } from '../ports/message-port.ts';
import type { ProxyChoice } from '../ports/proxy-connect.ts';
import {
  fromMediaMessageSchema,
  type DeviceEvent,
  type FromMediaMessage,
  type NetworkFigures,
  type ToMediaMessage,
} from './protocol.ts';

/** Whom the connection check asks. */
export interface NetworkCheck {
  /** STUN servers over UDP, at most 16, one of each network. */
  readonly stun: readonly { readonly address: string; readonly port: number }[];
  /** For each of at most 4 relays the ways there (at most 6), with credentials. */
  readonly relays: readonly (readonly IceServer[])[];
}

export interface AudioFiles {
  readonly playPath: string | null;
  readonly recordPath: string | null;
  /** Repeat what is heard, instead of files. */
  readonly echo: boolean;
  /** Where the next call notes what arrives when. */
  readonly tracePath?: string | null;
}

/** The engine's end of the media process. One lives as long as its port; after a crash the shell brings another port. */
export interface MediaClient extends CallMedia {
  /** All null and false: back to a page's microphone and speaker. @throws AppError BAD_WAV, MEDIA_UNAVAILABLE */
  useFiles(files: AudioFiles): Promise<void>;
  /** Factor on what the microphone gives, 0…4; 1 until told. */
  setGain(gain: number): void;
  /** The HTTP proxy between us and relays over TCP and TLS; none until told. */
  setProxy(proxy: ProxyChoice | null): void;
  /** RNNoise on what the microphone gives; off until told. @throws AppError NO_NOISE_SUPPRESSION, MEDIA_UNAVAILABLE */
  suppressNoise(on: boolean): Promise<void>;
  /** Looks at the network by the sockets that calls use; within 5 s. Ends early, without an error, when `signal` aborts. @throws AppError TOO_MANY, MEDIA_UNAVAILABLE */
  checkNetwork(check: NetworkCheck, tell: (line: NetworkFigures) => void, signal: AbortSignal): Promise<void>;
  /** The loopback WebSocket for a page's sound; told at once if it is known already. */
  onPcmEndpoint(listener: (url: string) => void): () => void;
  onDeviceEvent(listener: (event: DeviceEvent) => void): () => void;
  /** Without a call id: lets go of the media process. */
  close(callId?: string): void;
}

export function createMediaClient(port: Port, logger: Logger): MediaClient {
  const listeners = new Set<(event: CallMediaEvent) => void>();
  const endpointListeners = new Set<(url: string) => void>();
  const deviceListeners = new Set<(event: DeviceEvent) => void>();
  const checks = new Map<number, (line: NetworkFigures) => void>();
  const waiting = new Map<number, { resolve: () => void; reject: (error: AppError) => void }>();
  let endpoint: string | null = null;
  let nextRequest = 0;
  let closed = false;

  const tell = (message: ToMediaMessage): void => {
    if (!closed) port.post(message);
  };
  const emit = (event: CallMediaEvent): void => {
    for (const listener of listeners) listener(event);
  };

  function hear(message: FromMediaMessage): void {
    switch (message.kind) {
      case 'call-event':
        return emit(message.event);
      case 'device-event':
        for (const listener of deviceListeners) listener(message.event);
        return;
      case 'check-figures':
        return checks.get(message.requestId)?.(message.line);
      case 'pcm-endpoint':
        endpoint = message.url;
        for (const listener of endpointListeners) listener(message.url);
        return;
      case 'reply': {
        const asked = waiting.get(message.requestId);
        waiting.delete(message.requestId);
        if (message.error === null) asked?.resolve();
        else asked?.reject(new AppError(message.error.code, message.error.reason, message.error.context));
      }
    }
  }

  function fall(crashed: boolean): void {
    if (closed) return;
    closed = true;
    for (const asked of waiting.values()) asked.reject(new AppError('MEDIA_UNAVAILABLE', 'the media process ended'));
    waiting.clear();
    if (crashed) emit({ type: 'media-crashed' });
  }

  function request(message: (requestId: number) => ToMediaMessage): Promise<void> {
    if (closed) return Promise.reject(new AppError('MEDIA_UNAVAILABLE', 'the media process ended'));
    const requestId = (nextRequest += 1);
    return new Promise((resolve, reject) => {
      waiting.set(requestId, { resolve, reject });
      tell(message(requestId));
    });
  }

  port.onMessage((raw) => {
    const message = fromMediaMessageSchema.safeParse(raw);
    if (message.success) hear(message.data);
    else logger.warn('unknown message from media', { issue: message.error.issues[0]?.message });
  });
  port.onClose(() => fall(true));

  return {
    open: (callId, role, remote, servers, policy) => tell({ kind: 'open', callId, role, remote, servers: [...servers], policy }),
    setServers: (callId, servers) => tell({ kind: 'set-servers', callId, servers: [...servers] }),
    setOverlayPath: (callId, path) => tell({ kind: 'set-overlay-path', callId, path }),
    setAnswer: (callId, answer) => tell({ kind: 'set-answer', callId, answer }),
    addCandidate: (callId, candidate) => tell({ kind: 'add-candidate', callId, candidate }),
    restart: (callId, remote) => tell({ kind: 'restart', callId, remote }),
    startAudio: (callId) => tell({ kind: 'start-audio', callId }),
    setMuted: (callId, muted) => tell({ kind: 'set-muted', callId, muted }),
    setHeld: (callId, held) => tell({ kind: 'set-held', callId, held }),
    setVolume: (callId, volume) => tell({ kind: 'set-volume', callId, volume }),
    startRecording: (callId, target) => tell({ kind: 'start-recording', callId, target }),
    stopRecording: (callId) => tell({ kind: 'stop-recording', callId }),
    abandon: (callId) => tell({ kind: 'abandon', callId }),
    setGain: (gain) => tell({ kind: 'set-gain', gain }),
    setProxy: (proxy) => tell({ kind: 'set-proxy', proxy }),
    close(callId?: string) {
      if (callId === undefined) {
        fall(false);
        port.close();
      } else tell({ kind: 'close', callId });
    },
    onEvent(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    useFiles: (files) => request((requestId) => ({ kind: 'use-files', requestId, ...files, tracePath: files.tracePath ?? null })),
    suppressNoise: (on) => request((requestId) => ({ kind: 'suppress-noise', requestId, on })),
    async checkNetwork({ stun, relays }, tellLine, signal) {
      let id: number | null = null;
      const stop = (): void => {
        if (id !== null) tell({ kind: 'stop-check', requestId: id });
      };
      signal.addEventListener('abort', stop);
      try {
        await request((requestId) => {
          id = requestId;
          checks.set(requestId, tellLine);
          return {
            kind: 'check-network',
            requestId,
            stun: stun.map(({ address, port: at }) => ({ address, port: at })),
            relays: relays.map((ways) => [...ways]),
          };
        });
      } finally {
        signal.removeEventListener('abort', stop);
        if (id !== null) checks.delete(id);
      }
    },
    onPcmEndpoint(listener) {
      endpointListeners.add(listener);
      if (endpoint !== null) listener(endpoint);
      return () => endpointListeners.delete(listener);
    },
    onDeviceEvent(listener) {
      deviceListeners.add(listener);
      return () => deviceListeners.delete(listener);
    },
  };
}
