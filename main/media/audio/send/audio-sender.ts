import {
  createOpusEncoder,
  opusFrameLengths,
  opusMaxPacketBytes,
  opusPacketBandwidthHz,
  opusPacketMode,
  type OpusMode,
} from '../../../../native-shims/opus/index.ts';
import type { PackingLimits } from '../../packing-limits.ts';
import { createRedWriter, redMaxCopies } from '../red.ts';
import { createComplexityControl } from './complexity-control.ts';
import { createPastFrames } from './past-frames.ts';
import { createSendControl } from './send-control.ts';
import { createVoiceActivity } from './voice-activity.ts';

/** 10 ms, what microphones give. */
const captureSamples = 480;
const captureMs = 10;
const unitsPerMs = 48;
const longestFrameSamples = 2880;
/** A frame of discontinuous transmission that need not be sent (RFC 6716 §2.1.9; libopus: two bytes or less), but for the first. */
const untransmittedBytes = 2;
/**
 * In front of a narrow place the whole voice waits for its longest packets: none is longer than so much of what the bitrate says.
 * Simulated on 32 and 64 kbit/s: 6 and 4 ms less from mouth to ear (p95), ESTOI .008 and .002 higher. With 1.0 nothing is gained.
 */
const mostOfMean = 1.2;

export interface SenderOptions {
  /** Starting RTP timestamp, random by RFC 3550 §5.1. */
  readonly firstTimestamp: number;
  /** By which both sides name Opus, within redundant payloads too. */
  readonly opusPayloadType: number;
  /** Both sides can read copies (RFC 2198). */
  redundancy(): boolean;
  /** How the other side wants its Opus packed. */
  packing(): PackingLimits;
  nowMs(): number;
  /** `payload` is valid until the call returns. @returns the RTP sequence number used; -1 if nothing was sent */
  send(payload: Uint8Array, timestamp: number, marker: boolean, redundant: boolean): number;
}

/** What the network makes of our voice, and what we make of that. */
export interface SenderStatistics {
  /** For how long somebody has spoken into the microphone since the beginning, muted or not. */
  readonly speakingMs: number;
  /** What the codec is told. */
  readonly bitrateBps: number;
  /** Of the newest packet that was sent: how it is coded, and up to which frequency; null: none was. */
  readonly codecMode: OpusMode | null;
  readonly bandwidthHz: number | null;
  /** What the narrowest place carries of ours; null: no limit was found. */
  readonly capacityBps: number | null;
  /** What stands in a queue on the way; null: the other side does not tell. */
  readonly queueMs: number | null;
  /** Share of our packets that were lost on the way, 0…1, and the mean length of a run of them; null: not told. */
  readonly lossShare: number | null;
  readonly burstPackets: number | null;
  readonly frameMs: number;
  /** Copies per packet, 0…4, and how much later than its frame the last one is sent. */
  readonly copies: number;
  readonly spreadMs: number;
  readonly fecPercent: number;
  readonly dtx: boolean;
  readonly complexity: number;
  /** Null before the first frame. */
  readonly encodeMsPerFrame: number | null;
}

/** From 10 ms frames of a microphone to packets, packed as the network wants it. Nothing is allocated per frame. */
export interface AudioSender {
  /** 480 samples, valid during the call; null: no microphone has anything to say now. */
  capture(frame: Int16Array | null): void;
  setMuted(muted: boolean): void;
  /** A stranger's relay carries our packets: their lengths and pauses are to say nothing of what is spoken. */
  setConstantRate(on: boolean): void;
  /** A packet came from the other side. */
  heard(nowMs: number): void;
  /** What became of one packet; NaN: lost. Of the other side's clock only differences count. */
  packetFate(sequence: number, sentAtMs: number, wireBytes: number, arrivedAtMs: number): void;
  /** After the fates of one message. */
  feedback(nowMs: number, roundTripMs: number | null): void;
  /** From receiver reports, 0…1; counts only as long as no fates are told. */
  reportLoss(fraction: number): void;
  /** What the narrowest place carries of ours; null: no limit was found. */
  readonly capacityBps: number | null;
  readonly statistics: SenderStatistics;
  stop(): void;
}

export function createAudioSender(options: SenderOptions): AudioSender {
  const { nowMs } = options;
  const control = createSendControl(options);
  const complexity = createComplexityControl();
  const voice = createVoiceActivity();
  const past = createPastFrames();
  const red = createRedWriter(options.opusPayloadType, (redMaxCopies + 1) * opusMaxPacketBytes);
  /** One view per payload length that was ever sent. */
  const redViews: (Uint8Array | undefined)[] = Array.from({ length: red.bytes.length + 1 });
  const pcm = new Int16Array(longestFrameSamples);
  const frameViews = new Map(opusFrameLengths.map((samples) => [samples, pcm.subarray(0, samples)]));
  let applied = control.settings;
  let appliedComplexity = complexity.choose(nowMs(), false);
  const encoder = createOpusEncoder({
    bitrateBps: applied.bitrateBps,
    complexity: appliedComplexity,
    inbandFec: applied.fecPercent > 0,
    packetLossPercent: applied.fecPercent,
    dtx: applied.dtx,
  });
  let filled = 0;
  let frameSamples = applied.frameMs * unitsPerMs;
  let timestamp = options.firstTimestamp >>> 0;
  let marker = true;
  /** First byte of the newest packet that was sent; -1: none was. */
  let toc = -1;
  let muted = false;
  let speakingMs = 0;
  let stopped = false;
  let wantsConstantRate = false;
  let hasConstantRate = false;

  /** Between two frames: what the network asks for now. */
  function applySettings(): void {
    const chosen = complexity.choose(nowMs(), control.isScarce);
    if (chosen !== appliedComplexity) encoder.setComplexity(chosen);
    appliedComplexity = chosen;
    if (wantsConstantRate !== hasConstantRate) {
      hasConstantRate = wantsConstantRate;
      encoder.setConstantRate(hasConstantRate);
      encoder.setDtx(applied.dtx && !hasConstantRate);
    }
    const { settings } = control;
    if (settings === applied) return;
    if (settings.bitrateBps !== applied.bitrateBps) encoder.setBitrate(settings.bitrateBps);
    if (settings.fecPercent !== applied.fecPercent) {
      encoder.setInbandFec(settings.fecPercent > 0);
      encoder.setPacketLossPercent(settings.fecPercent);
    }
    if (settings.transform !== applied.transform) encoder.setTransform(settings.transform);
    if (settings.dtx !== applied.dtx) encoder.setDtx(settings.dtx && !hasConstantRate);
    applied = settings;
    frameSamples = applied.frameMs * unitsPerMs;
  }

  /**
   * Of a frame, while a narrow place is known. Not with in-band FEC: where libopus can't get speech and FEC under a limit, it sends
   * neither, but two bytes of nothing.
   */
  function mostBytes(): number {
    const { bitrateBps, frameMs, fecPercent } = applied;
    if (control.capacityBps === null || fecPercent > 0) return opusMaxPacketBytes;
    return Math.round((bitrateBps * frameMs * mostOfMean) / 8_000);
  }

  function encodeAndSend(): void {
    const frame = frameViews.get(frameSamples);
    if (frame === undefined) return;
    const startMs = nowMs();
    const packet = encoder.encode(frame, mostBytes());
    complexity.encoded(nowMs() - startMs, applied.frameMs);
    // The first says that a pause begins: without it, the other side could not tell a pause from a loss.
    const isPause = applied.dtx && !hasConstantRate && packet.length <= untransmittedBytes;
    if (!isPause || !marker) {
      const payload = withCopies(packet);
      const sequence = options.send(payload, timestamp, marker, payload !== packet);
      if (sequence >= 0) {
        control.sent(sequence, payload.length, startMs);
        toc = packet[0] ?? -1;
      }
      past.push(timestamp, packet);
      marker = isPause;
    }
    timestamp = (timestamp + frameSamples) >>> 0;
  }

  /** The packet itself if there is nothing to copy. */
  function withCopies(packet: Uint8Array): Uint8Array {
    const { offsets } = applied;
    if (offsets.length === 0 || !options.redundancy()) return packet;
    let copies = 0;
    red.begin();
    for (let i = offsets.length - 1; i >= 0; i -= 1) {
      const position = past.find(offsets[i] ?? 0);
      if (position < 0) continue;
      const age = (timestamp - past.timestamp(position)) >>> 0;
      if (red.copy(age, past.bytes, past.start(position), past.length(position))) copies += 1;
    }
    if (copies === 0) return packet;
    const length = red.finish(packet);
    return (redViews[length] ??= red.bytes.subarray(0, length));
  }

  function take(samples: Int16Array): void {
    if (voice.frame(samples)) speakingMs += captureMs;
    if (muted) {
      silence();
      return;
    }
    pcm.set(samples, filled);
  }

  /** Muted or deaf, packets keep flowing: the path stays open, and nobody can tell a pause from a mute by its traffic. */
  function silence(): void {
    pcm.fill(0, filled, filled + captureSamples);
  }

  return {
    capture(samples) {
      if (stopped) return;
      if (filled === 0) applySettings();
      if (samples === null) silence();
      else take(samples);
      filled += captureSamples;
      if (filled < frameSamples) return;
      filled = 0;
      encodeAndSend();
    },
    setMuted(on) {
      muted = on;
    },
    setConstantRate(on) {
      wantsConstantRate = on;
      control.setCarried(on);
    },
    heard: (now) => control.heard(now),
    packetFate: (sequence, sentAtMs, wireBytes, arrivedAtMs) => control.fate(sequence, sentAtMs, wireBytes, arrivedAtMs),
    feedback: (now, roundTripMs) => control.feedback(now, roundTripMs, complexity.share),
    reportLoss: (fraction) => control.reportLoss(fraction),
    get capacityBps() {
      return control.capacityBps;
    },
    get statistics() {
      return {
        ...control.statistics,
        speakingMs,
        capacityBps: control.capacityBps,
        bitrateBps: applied.bitrateBps,
        codecMode: toc < 0 ? null : opusPacketMode(toc),
        bandwidthHz: toc < 0 ? null : opusPacketBandwidthHz(toc),
        frameMs: applied.frameMs,
        copies: applied.offsets.length,
        spreadMs: (applied.offsets.at(-1) ?? 0) * applied.frameMs,
        fecPercent: applied.fecPercent,
        dtx: applied.dtx && !hasConstantRate,
        complexity: appliedComplexity,
        encodeMsPerFrame: complexity.encodeMsPerFrame,
      };
    },
    stop() {
      if (stopped) return;
      stopped = true;
      encoder.free();
    },
  };
}
