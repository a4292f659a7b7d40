import type { MediaPath } from '../../../preload/contract/index.ts';
import type { IceServer, OverlayPath, PathPolicy } from '../../calls/index.ts';
import type { Clock, Timer } from '../../ports/clock.ts';
import type { Logger } from '../../ports/logger.ts';
import type { Random } from '../../ports/random.ts';
import { anyPacking, type PackingLimits } from '../packing-limits.ts';
import { createIceAgent } from '../ice/ice-agent.ts';
import type { IceNet } from '../ice/ice-net.ts';
import { createBindingExchange, type BindingExchange } from './binding-exchange.ts';
import type { BindingRole } from './channel-binding.ts';
import { parseCandidate, type IceCandidate } from './candidate-line.ts';
import { openDtls, type DtlsChannel, type SecureChannel } from './dtls-channel.ts';
import type { DtlsIdentity } from './dtls-identity.ts';
import { candidateText, parseSdp, writeSdp, type MediaDescription } from './sdp.ts';
import { createSecureRtp, type SecureRtp } from './secure-rtp.ts';

/** Without anything heard for this long the path counts as interrupted: people notice silence after about two seconds. */
export const interruptedAfterMs = 2_000;
/** And after this long as lost: longer than a network change takes, shorter than patience. */
export const failedAfterMs = 15_000;
/** Reports are also keepalives: four may be lost before `interruptedAfterMs`. */
const reportIntervalMs = 500;
/** On a narrow uplink, where one delays the voice by 40 ms (158 bytes at 32 kbit/s). Packets and feedback keep it alive, too. */
const narrowReportIntervalMs = 1_000;
/** Host candidates are ready in a few ms; waiting this long puts them into the description and saves messages. */
const bundleCandidatesMs = 30;
/** Datagrams are handed to the system asynchronously: a socket closed at once would swallow the BYE. */
const byeGraceMs = 20;
/** RFC 3551 dynamic range; the number everybody uses for Opus. */
export const opusPayloadType = 111;
/** Opus of 10 ms and more, as WebRTC stacks say, too. */
const ownPacking: PackingLimits = { ...anyPacking, shortestMs: 10 };
/** And the one Chromium uses for RFC 2198 redundancy of it. */
const redPayloadType = 63;

export interface TransportEvents {
  onLocalDescription(sdp: string, fingerprint: string): void;
  onLocalCandidate(line: string): void;
  /** Before the first `onUp`, too. */
  onPathChanged(kind: MediaPath): void;
  onUp(): void;
  onInterrupted(): void;
  /** Final unless a restart brings the path back. */
  onFailed(detail: string): void;
  /** The other side said BYE (RFC 3550 §6.6). Final. */
  onClosed(): void;
  /** `payload` is valid until the call returns; `redundant`: it is RED (RFC 2198) of Opus. */
  onRtp(payload: Uint8Array, redundant: boolean, sequence: number, timestamp: number, arrivalMs: number): void;
  /** What became of a packet we sent, see `sent-packets.ts`. */
  onPacketFate(sequence: number, sentAtMs: number, wireBytes: number, arrivedAtMs: number): void;
  /** After the fates of one feedback message; the round trip of the newest packet in it. */
  onFeedback(nowMs: number, roundTripMs: number | null): void;
}

export interface TransportOptions {
  readonly role: BindingRole;
  readonly identity: DtlsIdentity;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  readonly servers: readonly IceServer[];
  readonly policy: PathPolicy;
  readonly bindAddresses: readonly string[] | null;
  readonly net: IceNet;
  readonly events: TransportEvents;
}

export interface RemoteDescription {
  readonly sdp: string;
  readonly fingerprint: string;
}

/**
 * One media path to one person. Everything that can fail is reported by `onFailed`, once; nothing throws. `left`: the other
 * side said BYE, from whatever phase.
 *
 * ```
 * open ─ gather, describe ─ ICE ─ DTLS ─ binding proofs ─► up ⇄ interrupted ─► failed
 *                             └──────────── restart ◄───────────────────────────┘
 * any ─ BYE ─► left
 * ```
 */
export interface MediaTransport {
  /** Call once: with the offer on the answering side, null on the offering side. */
  open(remote: RemoteDescription | null): void;
  setAnswer(answer: RemoteDescription): void;
  addCandidate(line: string): void;
  /** All from now on. */
  setServers(servers: readonly IceServer[]): void;
  setOverlayPath(path: OverlayPath | null): void;
  restart(remote: RemoteDescription | null): void;
  /**
   * Returns the RTP sequence number used; -1: not sent, because there is no path now, or the other side reads no RED.
   * @param redundant the payload is RED
   */
  send(payload: Uint8Array, timestamp: number, marker: boolean, redundant: boolean): number;
  /** Both sides read RED. */
  readonly redundancy: boolean;
  /** How the other side wants its Opus packed. */
  readonly packing: PackingLimits;
  /** What the path is thought to carry; null: unknown. */
  setCapacity(bitsPerSecond: number | null): void;
  /** Null until the path was up once. */
  readonly rtp: SecureRtp | null;
  readonly path: MediaPath | null;
  /** From `open` to the first `onUp`. */
  readonly setupMs: number | null;
  /** Says BYE: the other side knows that its call is over. */
  close(): Promise<void>;
  /** Falls silent. */
  abandon(): Promise<void>;
}

type Phase = 'connecting' | 'up' | 'interrupted' | 'failed' | 'left' | 'closed';

export function createMediaTransport(options: TransportOptions): MediaTransport {
  const { role, identity, clock, random, events, logger } = options;
  const ice = createIceAgent(options);
  const ownSecret = Buffer.from(random.bytes(32));
  const localSsrc = Buffer.from(random.bytes(4)).readUInt32BE(0);
  const sessionId = String(Buffer.from(random.bytes(6)).readUIntBE(0, 6));
  // RFC 3711 §3.3.1: start in the lower half, so that the first packets can't straddle a wrap.
  const firstSequence = Buffer.from(random.bytes(2)).readUInt16BE(0) >> 1;

  let phase: Phase = 'connecting';
  let remote: MediaDescription | null = null;
  let dtls: DtlsChannel | null = null;
  let exchange: BindingExchange | null = null;
  let rtp: SecureRtp | null = null;
  let proven = false;
  let openedAtMs = 0;
  let waitingSinceMs = 0;
  let lastReportMs = 0;
  let setupMs: number | null = null;
  let iceRound = 0;
  let beat: Timer | null = null;

  const isOver = (): boolean => phase === 'left' || phase === 'closed';
  const fail = (detail: string): void => {
    if (phase === 'failed' || isOver()) return;
    phase = 'failed';
    logger.info('path-failed', { detail });
    events.onFailed(detail);
  };
  ice.onPathChanged((kind) => {
    // Where there is nobody any more, ways die one after the other.
    if (!isOver()) events.onPathChanged(kind);
  });
  ice.onFailed(() => fail('ICE lost the consent of the other side'));

  async function describe(setup: MediaDescription['setup']): Promise<void> {
    const candidates: IceCandidate[] = [];
    let described = false;
    const gathered = ice.gather((candidate) => {
      if (described) events.onLocalCandidate(candidateText(candidate));
      else candidates.push(candidate);
    });
    await Promise.race([gathered, new Promise<void>((resolve) => clock.setTimer(bundleCandidatesMs, resolve))]);
    if (phase === 'closed') return;
    described = true;
    const { ufrag, pwd } = ice.credentials;
    const sdp = writeSdp(
      {
        iceUfrag: ufrag,
        icePwd: pwd,
        fingerprint: identity.fingerprint,
        setup,
        opusPayloadType,
        redPayloadType,
        congestionFeedback: true,
        packing: ownPacking,
        ssrc: localSsrc,
        binding: ownSecret.toString('base64url'),
        candidates,
      },
      sessionId,
    );
    events.onLocalDescription(sdp, identity.fingerprint);
  }

  /** Takes a description over; false (and failed) if it is not one, or not the one that was authenticated. */
  function takeRemote({ sdp, fingerprint }: RemoteDescription): boolean {
    const parsed = parseSdp(sdp);
    if (parsed === null || parsed.binding === null) return refuse('the other side’s description is malformed');
    if (parsed.fingerprint !== fingerprint) return refuse('the description has another fingerprint than was announced');
    if (remote !== null && (remote.fingerprint !== parsed.fingerprint || remote.binding !== parsed.binding)) {
      return refuse('the other side changed its identity in the middle of a call');
    }
    remote = parsed;
    ice.setRemote({ ufrag: parsed.iceUfrag, pwd: parsed.icePwd });
    for (const candidate of parsed.candidates) ice.addRemoteCandidate(candidate);
    return true;
  }

  function refuse(detail: string): false {
    fail(detail);
    return false;
  }

  /** ICE, then (the first time) the handshake. Each restart is a new round; older rounds have no say any more. */
  function connect(): void {
    iceRound += 1;
    const round = iceRound;
    startDtls();
    void ice.connect().then(() => {
      if (round !== iceRound || phase === 'closed') return;
      if (rtp === null) dtls?.connect();
      else resumed();
    });
  }

  /** The first sign of life after a restart must not wait for the next beat. */
  function resumed(): void {
    rtp?.sendReport(false);
  }

  function startDtls(): void {
    if (dtls !== null || remote === null) return;
    const description = remote;
    dtls = openDtls({
      identity,
      role: role === 'offerer' ? 'server' : 'client',
      ice,
      remoteFingerprint: description.fingerprint,
      nowMs: () => clock.monotonicMs(),
      onFailed: fail,
      onReady(ready) {
        if (phase === 'closed') return;
        rtp = createSecureRtp({
          channel: ready,
          ice,
          localSsrc,
          remoteSsrc: description.ssrc,
          localTypes: { opus: opusPayloadType, red: description.redPayloadType === null ? null : redPayloadType },
          remoteTypes: { opus: description.opusPayloadType, red: description.redPayloadType },
          congestionFeedback: description.congestionFeedback,
          firstSequence,
          nowMs: () => clock.monotonicMs(),
          wallClockMs: () => clock.nowMs(),
          onRtp: (payload, redundant, sequence, timestamp, arrivalMs) => {
            if (proven && phase !== 'closed') events.onRtp(payload, redundant, sequence, timestamp, arrivalMs);
          },
          onPacketFate: events.onPacketFate,
          onFeedback: events.onFeedback,
          onBye: left,
        });
        exchange = bind(ready, description);
        exchange.start();
      },
      onData: (data) => exchange?.receive(data),
    });
  }

  function left(): void {
    if (isOver()) return;
    phase = 'left';
    logger.debug('path-closed');
    events.onClosed();
  }

  function bind(channel: SecureChannel, { binding }: MediaDescription): BindingExchange {
    const theirs = Buffer.from(binding ?? '', 'base64url');
    return createBindingExchange({
      clock,
      role,
      secrets: role === 'offerer' ? { offer: ownSecret, answer: theirs } : { offer: theirs, answer: ownSecret },
      exporter: channel.exporter,
      send: channel.sendData,
      onForged: () => fail('the media path does not belong to this call’s signalling'),
      onProven() {
        proven = true;
        goUp();
      },
    });
  }

  function goUp(): void {
    if (phase === 'failed' || isOver()) return;
    phase = 'up';
    setupMs ??= clock.monotonicMs() - openedAtMs;
    logger.debug('path-up', { setupMs: Math.round(setupMs), path: ice.path });
    rtp?.sendReport(false);
    events.onUp();
  }

  function tick(): void {
    if (phase === 'closed') return;
    beat = clock.setTimer(reportIntervalMs / 2, tick);
    const now = clock.monotonicMs();
    const everyMs = rtp?.isNarrow === true ? narrowReportIntervalMs : reportIntervalMs;
    if (proven && rtp !== null && now - lastReportMs >= everyMs - 5) {
      lastReportMs = now;
      rtp.sendReport(false);
    } else rtp?.sendDueFeedback();
    if (proven && rtp?.hasReport === true) dtls?.finish();
    const silentMs = now - Math.max(waitingSinceMs, proven ? (rtp?.lastHeardMs ?? 0) : 0);
    switch (phase) {
      case 'connecting':
        if (remote !== null && silentMs > failedAfterMs) fail('no path in 15 s');
        return;
      case 'up':
        if (silentMs > interruptedAfterMs) {
          phase = 'interrupted';
          events.onInterrupted();
        }
        return;
      case 'interrupted':
        if (silentMs <= interruptedAfterMs) goUp();
        else if (silentMs > failedAfterMs) fail('nothing was heard for 15 s');
        return;
      case 'failed':
      case 'left':
        return;
    }
  }

  return {
    open(description) {
      openedAtMs = clock.monotonicMs();
      waitingSinceMs = openedAtMs;
      tick();
      if (description === null) {
        void describe('actpass');
        return;
      }
      if (!takeRemote(description)) return;
      void describe('active').then(connectUnlessClosed);
    },
    setAnswer(answer) {
      if (isOver() || !takeRemote(answer)) return;
      waitingSinceMs = clock.monotonicMs();
      connect();
    },
    addCandidate(line) {
      const candidate = parseCandidate(line);
      if (candidate !== null && phase !== 'closed') ice.addRemoteCandidate(candidate);
    },
    setServers: (servers) => ice.setServers(servers),
    setOverlayPath: (path) => ice.setOverlayPath(path),
    restart(description) {
      if (isOver()) return;
      ice.restart();
      iceRound += 1;
      waitingSinceMs = clock.monotonicMs();
      if (phase === 'failed') phase = proven ? 'interrupted' : 'connecting';
      if (description === null) {
        void describe('actpass');
        return;
      }
      if (!takeRemote(description)) return;
      void describe(role === 'offerer' ? 'passive' : 'active').then(connectUnlessClosed);
    },
    send(payload, timestamp, marker, redundant) {
      if (!proven || (phase !== 'up' && phase !== 'interrupted') || rtp === null) return -1;
      return redundant && !rtp.redundancy ? -1 : rtp.send(payload, timestamp, marker, redundant);
    },
    get redundancy() {
      return rtp?.redundancy ?? false;
    },
    get packing() {
      return remote?.packing ?? anyPacking;
    },
    setCapacity(bitsPerSecond) {
      rtp?.setCapacity(bitsPerSecond);
      ice.setNarrow(rtp?.isNarrow === true);
    },
    get rtp() {
      return rtp;
    },
    get path() {
      return ice.path;
    },
    get setupMs() {
      return setupMs;
    },
    close: () => leave(proven),
    abandon: () => leave(false),
  };

  async function leave(sayBye: boolean): Promise<void> {
    if (phase === 'closed') return;
    phase = 'closed';
    beat?.cancel();
    exchange?.stop();
    if (sayBye) {
      rtp?.sendReport(true);
      await new Promise<void>((resolve) => clock.setTimer(byeGraceMs, resolve));
    }
    ice.close();
  }

  function connectUnlessClosed(): void {
    if (phase !== 'failed' && !isOver()) connect();
  }
}
