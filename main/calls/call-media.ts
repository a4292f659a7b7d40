import type { CallStats, MediaPath } from '../../preload/contract/index.ts';

/**
 * What a call asks of the media process and what that reports. Declared by the caller (`calls`), implemented by
 * `main/media/media-client.ts`; the engine joins the two. All asynchronous answers come back as events, failures too.
 */
export interface CallMedia {
  /** Creates the session and gathers; answers `local-description`. `remote` is null for the offering side. */
  open(
    callId: string,
    role: 'offerer' | 'answerer',
    remote: SessionDescription | null,
    servers: readonly IceServer[],
    policy: PathPolicy,
  ): void;
  /** All servers from now on: those that are new are asked at once, and what they give is told as candidates. */
  setServers(callId: string, servers: readonly IceServer[]): void;
  /** The overlay carries datagrams of this call to the other side, too; null: not any more. */
  setOverlayPath(callId: string, path: OverlayPath | null): void;
  /** The answer, on the offering side. */
  setAnswer(callId: string, answer: SessionDescription): void;
  addCandidate(callId: string, candidate: string): void;
  /** New credentials on both sides, after the network changed. Answers `local-description`. */
  restart(callId: string, remote: SessionDescription | null): void;
  /** Open the microphone and let audio flow both ways. Nothing is captured or sent before this. */
  startAudio(callId: string): void;
  setMuted(callId: string, muted: boolean): void;
  /** Silence both ways, until it is taken back: what the microphone gives and what comes from the other side goes nowhere. */
  setHeld(callId: string, held: boolean): void;
  /** How loud the other side is played, 1 as it comes, at most 2. */
  setVolume(callId: string, volume: number): void;
  /** Both sides into a new file, until it is stopped or the call is closed; paused on hold. Ends by itself with `recording-ended`. */
  startRecording(callId: string, target: RecordingTarget): void;
  stopRecording(callId: string): void;
  /** Ends the path with a goodbye (RTCP BYE). */
  close(callId: string): void;
  /** Ends it without. */
  abandon(callId: string): void;
  onEvent(listener: (event: CallMediaEvent) => void): () => void;
}

/** A STUN or TURN server, by its literal address. Of several ways to one relay the first is tried first. */
export interface IceServer {
  readonly kind: 'stun' | 'turn';
  readonly transport: 'udp' | 'tcp' | 'tls';
  readonly address: string;
  readonly port: number;
  /** Of long-term credentials (RFC 8489 §9.2); a TURN server's only. */
  readonly username?: string | undefined;
  readonly credential?: string | undefined;
  /** SHA-256 of the SubjectPublicKeyInfo of its certificate, base64url; needed for `tls`. */
  readonly tlsPin?: string | undefined;
  /** As last measured; missing: unknown. */
  readonly rttMs?: number | undefined;
}

export interface PathPolicy {
  /** The other side is not to learn our address: nothing but relayed candidates is described or used. */
  readonly relayOnly: boolean;
}

/** A forwarder on this computer's loopback, which takes datagrams of one socket of ours only: the first that sends to it. */
export interface OverlayPath {
  readonly address: '127.0.0.1';
  readonly port: number;
  /** Of the overlay's connection; null: not measured. */
  readonly rttMs: number | null;
  /** Whether the overlay itself goes straight to the other side, or through somebody. */
  readonly kind: 'direct' | 'relayed';
}

export interface RecordingTarget {
  /** Absolute; nothing is there yet. */
  readonly path: string;
  /** At most 200 characters. */
  readonly title: string;
}

/** SDP, at most 8 KiB, and the DTLS fingerprint it must contain: the fingerprint is what the authenticated signalling binds. */
export interface SessionDescription {
  readonly sdp: string;
  /** `sha-256 AB:CD:…` */
  readonly fingerprint: string;
}

export type CallMediaEvent =
  | { readonly type: 'local-description'; readonly callId: string; readonly description: SessionDescription }
  | { readonly type: 'local-candidate'; readonly callId: string; readonly candidate: string }
  /** ICE and DTLS are up: media can flow both ways. */
  | { readonly type: 'path-up'; readonly callId: string }
  /** Media goes another way now. Also told with the first way, before `path-up`. */
  | { readonly type: 'path-changed'; readonly callId: string; readonly kind: MediaPath }
  /** Nothing arrived for 2 s (media liveness; RTP or keepalive). */
  | { readonly type: 'path-interrupted'; readonly callId: string }
  /** Nothing arrived for 15 s, or ICE failed: no path. */
  | { readonly type: 'path-failed'; readonly callId: string; readonly detail: string }
  /** The other side closed its end of the path (RTCP BYE): its engine ended the call. Nothing follows; no restart brings it back. */
  | { readonly type: 'path-closed'; readonly callId: string }
  /** The first packet of the other's audio was played. */
  | { readonly type: 'first-audio'; readonly callId: string; readonly atMonotonicMs: number }
  | { readonly type: 'stats'; readonly callId: string; readonly stats: CallStats }
  /** Told only if nobody asked for it. */
  | { readonly type: 'recording-ended'; readonly callId: string; readonly why: 'disk-full' | 'failed' | 'too-long' }
  /** The capture or playout device went away or never came. */
  | {
      readonly type: 'device-failed';
      readonly callId: string;
      readonly device: 'microphone' | 'speaker';
      readonly detail: string;
    }
  /** The media process died; the call is over. */
  | { readonly type: 'media-crashed' };
