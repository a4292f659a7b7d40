import { createOpusDecoder, opusFrameSamples, OpusError } from '../../../native-shims/opus/index.ts';
import { createJitterBuffer, jitterFrameMs, type Decision } from './jitter-buffer.ts';
import { frameLevel } from './level.ts';
import { crossFade, stretchFrame } from './time-stretch.ts';

/** 10 ms, what players ask for. */
const playFrameSamples = 480;
/** Longest decoded packet (120 ms) plus one inserted pitch period. */
const maxDecoded = 5760 + 480;
/** 5 ms: long enough for no click, too short to be heard as a fade. */
const fadeSamples = 240;
const samplesPerMs = 48;

export interface ReceiverStatistics {
  readonly concealedMs: number;
  /** Lost frames brought back from the redundancy in the next packet. */
  readonly recoveredMs: number;
  /** Brought back by redundant copies. */
  readonly redundantMs: number;
  /** Added or taken out. */
  readonly stretchedMs: number;
  readonly comfortMs: number;
  readonly playoutDelayMs: number;
  readonly targetDelayMs: number;
  readonly lost: number;
  readonly late: number;
  readonly duplicates: number;
  /** Of their clock against ours; null: not known. */
  readonly driftPpm: number | null;
}

/** From packets to 10 ms frames for a player. Nothing is allocated per packet but what the decoder's views need. */
export interface AudioReceiver {
  packet(payload: Uint8Array, sequence: number, timestamp: number, arrivalMs: number): void;
  /** Fills 480 samples. True if they hold, or stand for, something the other side said. */
  pull(into: Int16Array, nowMs: number): boolean;
  /** Of the newest frame played, 0…1. */
  readonly level: number;
  readonly statistics: ReceiverStatistics;
  stop(): void;
}

export function createAudioReceiver(): AudioReceiver {
  const jitter = createJitterBuffer();
  const decoder = createOpusDecoder();
  const frame = new Int16Array(maxDecoded);
  const ready = new Int16Array(maxDecoded + playFrameSamples);
  let readyCount = 0;
  let level = 0;
  let concealedMs = 0;
  let recoveredMs = 0;
  let stretchedMs = 0;
  let wasSilent = true;
  let stopped = false;

  /** Decodes into `frame`; returns its length. */
  function decode(decision: Decision): number {
    let pcm: Int16Array;
    try {
      if (decision.kind === 'frame' && decision.packet !== null) pcm = decoder.decode(decision.packet);
      else if (decision.kind === 'fec' && decision.packet !== null) pcm = decoder.decodeLostFrom(decision.packet);
      else pcm = decoder.conceal();
    } catch (error) {
      // A peer can send what is no Opus; to the ear it is a lost packet.
      if (!(error instanceof OpusError)) throw error;
      pcm = decoder.conceal();
      concealedMs += jitterFrameMs;
    }
    frame.set(pcm);
    return pcm.length;
  }

  function cutInto(decision: Decision): number {
    // What would have come next leads over to what comes instead.
    const bridge = decoder.conceal().slice(0, fadeSamples);
    const length = decode(decision);
    crossFade(bridge, 0, frame, 0, Math.min(fadeSamples, length), frame, 0);
    return length;
  }

  function append(length: number, from: Int16Array): void {
    ready.set(from.subarray(0, length), readyCount);
    readyCount += length;
  }

  const stretched = new Int16Array(maxDecoded + playFrameSamples);

  /** Adds the next piece; false if there is nothing but silence. */
  function refill(nowMs: number): boolean {
    const decision = jitter.pull(nowMs);
    if (decision.kind === 'silence') {
      // The rest of the last frame fades out rather than stops.
      if (!wasSilent) fade(ready, readyCount, -1);
      wasSilent = true;
      return false;
    }
    if (decision.kind === 'conceal') concealedMs += jitterFrameMs;
    if (decision.kind === 'fec') recoveredMs += jitterFrameMs;
    const length = decision.cut ? cutInto(decision) : decode(decision);
    if (wasSilent) fade(frame, Math.min(fadeSamples, length), 1);
    wasSilent = false;
    if (decision.pace === 'keep' || decision.kind !== 'frame' || length !== opusFrameSamples) append(length, frame);
    else {
      const paced = stretchFrame(frame, length, decision.pace, stretched);
      stretchedMs += Math.abs(paced - length) / samplesPerMs;
      append(paced, stretched);
    }
    return true;
  }

  /** Two short pieces at most make up 10 ms; the bound is for decoders that give less. */
  function fill(nowMs: number): void {
    for (let pieces = 0; pieces < 4; pieces += 1) {
      if (readyCount >= playFrameSamples || !refill(nowMs)) return;
    }
  }

  return {
    packet(payload, sequence, timestamp, arrivalMs) {
      if (!stopped) jitter.push(sequence, timestamp, payload, arrivalMs);
    },
    pull(into, nowMs) {
      if (!stopped) fill(nowMs);
      const count = Math.min(readyCount, playFrameSamples);
      into.set(ready.subarray(0, count));
      into.fill(0, count, playFrameSamples);
      ready.copyWithin(0, count, readyCount);
      readyCount -= count;
      level = count === 0 ? 0 : frameLevel(into);
      return count > 0;
    },
    get level() {
      return level;
    },
    get statistics() {
      const { delayMs, targetMs, lost, late, duplicates } = jitter.statistics;
      return {
        concealedMs,
        recoveredMs,
        redundantMs: 0,
        stretchedMs,
        comfortMs: 0,
        playoutDelayMs: delayMs,
        targetDelayMs: targetMs,
        lost,
        late,
        duplicates,
        driftPpm: null,
      };
    },
    stop() {
      if (stopped) return;
      stopped = true;
      readyCount = 0;
      decoder.free();
    },
  };
}

/** A linear ramp over the first `length` samples: up (1) or down (-1). */
function fade(samples: Int16Array, length: number, direction: 1 | -1): void {
  for (let i = 0; i < length; i += 1) {
    const share = direction === 1 ? i / length : 1 - (i + 1) / length;
    samples[i] = Math.round((samples[i] ?? 0) * share);
  }
}
