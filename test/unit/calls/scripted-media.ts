import type {
  CallMedia,
  CallMediaEvent,
  IceServer,
  OverlayPath,
  PathPolicy,
  RecordingTarget,
  SessionDescription,
} from '../../../main/calls/index.ts';
import { description } from './descriptions.ts';
import type { VirtualClock } from '../virtual-clock.ts';

interface Session {
  readonly local: SessionDescription;
  remote: SessionDescription | null;
  isUp: boolean;
  wasUp: boolean;
  isClosed: boolean;
  audio: boolean;
  muted: boolean;
  held: boolean;
  volume: number;
  /** The file of the recording that is on. */
  recording: string | null;
  /** The newest. */
  servers: readonly IceServer[];
  readonly relayOnly: boolean;
}

/**
 * What the media process would do, by script: describes itself after 10 ms, and has its path up 20 ms after it knows both
 * descriptions, if the air carries. Refuses what a real session could not do.
 */
export class ScriptedMedia implements CallMedia {
  /** As they were told. */
  readonly overlayPaths: (OverlayPath | null)[] = [];
  readonly sessions = new Map<string, Session>();
  /** Whether packets get through. */
  air = true;
  describes = true;
  /** Those who hear our BYE, and how long it takes; by default less than any signal, because it makes no detour over the overlay. */
  peers: readonly ScriptedMedia[] = [];
  byeMs = 1;
  readonly #clock: VirtualClock;
  #listener: (event: CallMediaEvent) => void = () => undefined;
  #seed: number;

  constructor(clock: VirtualClock, seed: number) {
    this.#clock = clock;
    this.#seed = seed;
  }

  open(
    callId: string,
    _role: 'offerer' | 'answerer',
    remote: SessionDescription | null,
    servers: readonly IceServer[],
    { relayOnly }: PathPolicy,
  ): void {
    if (this.sessions.has(callId)) throw new Error('opened twice');
    this.#seed += 1;
    const session: Session = {
      local: description(this.#seed),
      remote,
      isUp: false,
      wasUp: false,
      isClosed: false,
      audio: false,
      muted: false,
      held: false,
      volume: 1,
      recording: null,
      servers,
      relayOnly,
    };
    this.sessions.set(callId, session);
    this.#describe(callId, session);
  }

  setServers(callId: string, servers: readonly IceServer[]): void {
    this.#session(callId).servers = servers;
  }

  setOverlayPath(callId: string, path: OverlayPath | null): void {
    this.#session(callId);
    this.overlayPaths.push(path);
  }

  setAnswer(callId: string, answer: SessionDescription): void {
    const session = this.#session(callId);
    session.remote = answer;
    this.#tryPath(callId, session);
  }

  addCandidate(callId: string): void {
    if (this.#session(callId).remote === null) throw new Error('a candidate came before its description');
  }

  restart(callId: string, remote: SessionDescription | null): void {
    const session = this.#session(callId);
    // Ours are new, and worth nothing until theirs are known, too.
    session.remote = remote;
    this.#describe(callId, session);
  }

  startAudio(callId: string): void {
    this.#session(callId).audio = true;
  }

  setMuted(callId: string, muted: boolean): void {
    this.#session(callId).muted = muted;
  }

  setHeld(callId: string, held: boolean): void {
    this.#session(callId).held = held;
  }

  setVolume(callId: string, volume: number): void {
    this.#session(callId).volume = volume;
  }

  startRecording(callId: string, { path }: RecordingTarget): void {
    this.#session(callId).recording = path;
  }

  stopRecording(callId: string): void {
    this.#session(callId).recording = null;
  }

  close(callId: string): void {
    const { wasUp } = this.#session(callId);
    this.sessions.delete(callId);
    if (!wasUp || !this.air) return;
    for (const peer of this.peers) this.#clock.setTimer(this.byeMs, () => peer.#hearBye(callId));
  }

  abandon(callId: string): void {
    this.#session(callId);
    this.sessions.delete(callId);
  }

  onEvent(listener: (event: CallMediaEvent) => void): () => void {
    this.#listener = listener;
    return () => (this.#listener = () => undefined);
  }

  /** For tests: whatever else a media process may say. */
  emit(event: CallMediaEvent): void {
    this.#listener(event);
  }

  /** Nothing gets through any more. */
  interrupt(): void {
    this.air = false;
    for (const [callId, session] of this.sessions) this.#lose(callId, session);
  }

  /** One look at whether packets of the same call come from `other`, as media liveness has it. */
  beat(other: ScriptedMedia): void {
    for (const [callId, session] of this.sessions) {
      const theirs = other.sessions.get(callId);
      const hears = this.air && other.air && theirs !== undefined && theirs.remote !== null;
      if (!hears) this.#lose(callId, session);
      else if (session.wasUp && !session.isUp && !session.isClosed) this.#up(callId, session);
    }
  }

  get hearsAudio(): boolean {
    return [...this.sessions.values()].some(({ audio }) => audio);
  }

  #session(callId: string): Session {
    const session = this.sessions.get(callId);
    if (session === undefined) throw new Error('no such session');
    return session;
  }

  #describe(callId: string, session: Session): void {
    if (!this.describes) return;
    this.#later(10, callId, session, () => {
      this.emit({ type: 'local-description', callId, description: session.local });
      this.emit({ type: 'local-candidate', callId, candidate: 'candidate:1 1 udp 1 127.0.0.1 9 typ host' });
      this.#tryPath(callId, session);
    });
  }

  #tryPath(callId: string, session: Session): void {
    this.#later(20, callId, session, () => {
      if (this.air && session.remote !== null && !session.isUp && !session.isClosed) this.#up(callId, session);
    });
  }

  #up(callId: string, session: Session): void {
    session.isUp = true;
    session.wasUp = true;
    this.emit({ type: 'path-up', callId });
  }

  #hearBye(callId: string): void {
    const session = this.sessions.get(callId);
    if (session === undefined || !this.air) return;
    session.isUp = false;
    session.isClosed = true;
    this.emit({ type: 'path-closed', callId });
  }

  /** Interrupted now, and failed 13 s later if nothing comes back. */
  #lose(callId: string, session: Session): void {
    if (!session.isUp) return;
    session.isUp = false;
    this.emit({ type: 'path-interrupted', callId });
    this.#clock.setTimer(13_000, () => {
      if (this.sessions.get(callId) !== session || session.isUp || session.isClosed) return;
      this.emit({ type: 'path-failed', callId, detail: 'script' });
    });
  }

  #later(delayMs: number, callId: string, session: Session, run: () => void): void {
    this.#clock.setTimer(delayMs, () => {
      if (this.sessions.get(callId) === session) run();
    });
  }
}
