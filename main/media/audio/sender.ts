import { createOpusEncoder, opusFrameSamples } from '../../../native-shims/opus/index.ts';
import { frameLevel } from './level.ts';

/** Wideband speech is transparent here; more buys little for one voice. */
const bitrateBps = 32_000;
/** Measured: 290–390 µs a frame; 10 doubles that for a difference few hear. */
const complexity = 5;
/** In-band FEC writes nothing at 0; a little is always prepared for. */
const minLossPercent = 5;
const maxLossPercent = 40;
/** A report's weight in the smoothed loss: about the last two seconds at two reports a second. */
const lossSmoothing = 0.25;

export interface SenderOptions {
  /** Starting RTP timestamp, random by RFC 3550 §5.1. */
  readonly firstTimestamp: number;
  readonly send: (payload: Uint8Array, timestamp: number, marker: boolean) => void;
}

/** What the network makes of our voice, and what we make of that. Null: not known. */
export interface SenderStatistics {
  /** Of the codec. */
  readonly bitrateBps: number;
  readonly capacityBps: number | null;
  /** What waits on our uplink. */
  readonly queueMs: number | null;
  /** 0…1 of our packets lost on the way there. */
  readonly lossShare: number | null;
  /** Mean run of lost packets. */
  readonly burstPackets: number | null;
  readonly frameMs: number;
  /** Redundant copies in each packet, and the distance of the farthest. */
  readonly copies: number;
  readonly spreadMs: number;
  readonly fecPercent: number;
  readonly dtx: boolean;
  readonly complexity: number;
  readonly encodeMsPerFrame: number | null;
}

/** From 10 ms frames of a microphone to Opus packets of 20 ms. Nothing is allocated per frame. */
export interface AudioSender {
  /** 480 samples, valid during the call; null: no microphone has anything to say now. */
  capture(frame: Int16Array | null): void;
  setMuted(muted: boolean): void;
  /** From the other side's reports. */
  reportLoss(fraction: number): void;
  /** Of the newest frame, 0…1; 0 while muted. */
  readonly level: number;
  readonly statistics: SenderStatistics;
  stop(): void;
}

export function createAudioSender({ firstTimestamp, send }: SenderOptions): AudioSender {
  const encoder = createOpusEncoder({
    bitrateBps,
    complexity,
    inbandFec: true,
    packetLossPercent: minLossPercent,
    dtx: false,
  });
  const frame = new Int16Array(opusFrameSamples);
  let filled = 0;
  let timestamp = firstTimestamp;
  let first = true;
  let muted = false;
  let level = 0;
  let loss = 0;
  let lossPercent = minLossPercent;
  let stopped = false;

  return {
    capture(samples) {
      if (stopped) return;
      const half = opusFrameSamples / 2;
      // Muted or deaf, packets keep flowing: the path stays open, and nobody can tell a pause from a mute by its traffic.
      if (samples === null || muted) {
        frame.fill(0, filled, filled + half);
        level = 0;
      } else {
        frame.set(samples, filled);
        level = frameLevel(samples);
      }
      filled += half;
      if (filled < opusFrameSamples) return;
      filled = 0;
      send(encoder.encode(frame), timestamp, first);
      first = false;
      timestamp = (timestamp + opusFrameSamples) >>> 0;
    },
    setMuted(on) {
      muted = on;
    },
    reportLoss(fraction) {
      loss += (fraction - loss) * lossSmoothing;
      const wanted = Math.round(Math.min(maxLossPercent, Math.max(minLossPercent, loss * 100 * 1.2)));
      if (stopped || wanted === lossPercent) return;
      lossPercent = wanted;
      encoder.setPacketLossPercent(wanted);
    },
    get level() {
      return level;
    },
    get statistics() {
      return {
        bitrateBps,
        capacityBps: null,
        queueMs: null,
        lossShare: null,
        burstPackets: null,
        frameMs: 20,
        copies: 0,
        spreadMs: 0,
        fecPercent: lossPercent,
        dtx: false,
        complexity,
        encodeMsPerFrame: null,
      };
    },
    stop() {
      if (stopped) return;
      stopped = true;
      encoder.free();
    },
  };
}
