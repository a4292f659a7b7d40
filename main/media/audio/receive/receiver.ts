import {
  createOpusDecoder,
  opusFrameSamples,
  opusMaxPacketBytes,
  opusMaxPacketSamples,
  opusPacketHasFec,
  opusPacketSamples,
  OpusError,
} from '../../../../native-shims/opus/index.ts';
import { createRedReader } from '../red.ts';
import type { ArrivalTrace } from './arrival-trace.ts';
import { createDriftMeter } from './drift-meter.ts';
import { createJitterBuffer, type Decision } from './jitter-buffer.ts';
import { crossFade, meanMagnitude, quietMagnitude, stretchFrame, stretchRoom } from './time-stretch.ts';

/** 10 ms, what players ask for. */
const playFrameSamples = 480;
/** 5 ms: long enough for no click, too short to be heard as a fade. */
const fadeSamples = 240;
const samplesPerMs = 48;
/** A frame this much (26 dB) below the words of the last seconds is a pause between them. */
const pauseShare = 0.05;
/** Per frame of 20 ms: to a third in 2 s. */
const speechFades = 0.99;

export interface ReceiverStatistics {
  /** Of the newest frame played: from the fastest possible arrival to its turn. */
  readonly playoutDelayMs: number;
  readonly targetDelayMs: number;
  /** Sound that was guessed. */
  readonly concealedMs: number;
  /** Lost frames brought back from the redundancy inside the next frame (in-band FEC). */
  readonly recoveredMs: number;
  /** Frames that were played from a copy in a later packet (RFC 2198). */
  readonly redundantMs: number;
  /** Sound taken out or put in to change the delay. */
  readonly stretchedMs: number;
  /** Background noise while the sender was silent on purpose. */
  readonly comfortMs: number;
  /** Sound left out to catch up. */
  readonly skippedMs: number;
  readonly lost: number;
  readonly late: number;
  readonly duplicates: number;
  /** Of the sound of the last seconds, the share that came in no copy, 0…1. */
  readonly missingShare: number;
  /** The sender's clock against ours; null until it is known. */
  readonly driftPpm: number | null;
}

/** From packets to 10 ms frames for a player. Nothing is allocated per packet or frame. */
export interface AudioReceiver {
  /** @param redundant the payload is RFC 2198's, not bare Opus @param arrivalMs by the clock that `pull` is asked by */
  packet(payload: Uint8Array, redundant: boolean, sequence: number, timestamp: number, arrivalMs: number): void;
  /** Fills 480 samples. True if they hold, or stand for, something the other side said. */
  pull(into: Int16Array, nowMs: number): boolean;
  readonly statistics: ReceiverStatistics;
  stop(): void;
}

export interface ReceiverOptions {
  /** Of the Opus inside redundant payloads. */
  readonly opusPayloadType: number;
  /** Where to note what arrives when; null: nowhere. */
  readonly trace: ArrivalTrace | null;
}

export function createAudioReceiver({ opusPayloadType, trace }: ReceiverOptions): AudioReceiver {
  const jitter = createJitterBuffer();
  const decoder = createOpusDecoder();
  const red = createRedReader(opusPayloadType);
  const drift = createDriftMeter();
  const frame = new Int16Array(opusMaxPacketSamples);
  const stretched = new Int16Array(opusFrameSamples + stretchRoom);
  const bridge = new Int16Array(fadeSamples);
  const ready = new Int16Array(2 * opusMaxPacketSamples + playFrameSamples);
  let readyCount = 0;
  /** Written in place: each write to a captured variable would put a number on the heap. */
  const state = {
    /** How loud words lately were. */
    speechMagnitude: 0,
  };
  let concealed = 0;
  let recovered = 0;
  let redundant = 0;
  let stretchedSum = 0;
  let comfort = 0;
  let wasSilent = true;
  let stopped = false;

  /** One frame of a packet, `offsetUnits` older than the packet. */
  function push(
    bytes: Uint8Array,
    start: number,
    length: number,
    offsetUnits: number,
    sequence: number,
    timestamp: number,
    arrivalMs: number,
  ): void {
    if (length > opusMaxPacketBytes) return;
    const samples = opusPacketSamples(bytes, start, length);
    trace?.block(offsetUnits, samples, opusPacketHasFec(bytes, start, length));
    jitter.push(sequence, (timestamp - offsetUnits) >>> 0, samples, offsetUnits > 0, bytes, start, length, arrivalMs);
  }

  function pushBlocks(payload: Uint8Array, sequence: number, timestamp: number, arrivalMs: number): void {
    const blocks = red.read(payload);
    for (let i = 0; i < blocks; i += 1) {
      push(payload, red.start(i), red.length(i), red.offsetUnits(i), sequence, timestamp, arrivalMs);
    }
  }

  /** Decodes into `frame`, without what is to be skipped; returns its length. */
  function decode(decision: Decision): number {
    let count: number;
    const { bytes, start, length, samples } = decision;
    try {
      if (decision.kind === 'frame') count = decoder.decode(bytes, start, length);
      else if (decision.kind === 'fec') count = decoder.decodeLostFrom(bytes, start, length, samples);
      else count = decoder.conceal(samples);
    } catch (error) {
      // A peer can send what is no Opus; to the ear it is a lost packet.
      if (!(error instanceof OpusError)) throw error;
      count = decoder.conceal(Math.max(fadeSamples, Math.floor(samples / 120) * 120));
      concealed += count;
    }
    const { pcm } = decoder;
    const from = Math.min(decision.skip, count);
    for (let i = from; i < count; i += 1) frame[i - from] = pcm[i] ?? 0;
    return count - from;
  }

  function cutInto(decision: Decision): number {
    // What would have come next leads over to what comes instead.
    decoder.conceal(fadeSamples);
    for (let i = 0; i < fadeSamples; i += 1) bridge[i] = decoder.pcm[i] ?? 0;
    const length = decode(decision);
    crossFade(bridge, 0, frame, 0, Math.min(fadeSamples, length), frame, 0);
    return length;
  }

  function append(from: Int16Array, start: number, length: number): void {
    for (let i = 0; i < length; i += 1) ready[readyCount + i] = from[start + i] ?? 0;
    readyCount += length;
  }

  const piece = new Int16Array(opusFrameSamples);

  /** In pieces of 20 ms, each shorter or longer by at most one pitch period. */
  function appendStretched(length: number, mode: 'faster' | 'slower', wanted: number, onlyQuiet: boolean): void {
    let change = 0;
    for (let at = 0; at < length; at += opusFrameSamples) {
      const taken = Math.min(opusFrameSamples, length - at);
      for (let i = 0; i < taken; i += 1) piece[i] = frame[at + i] ?? 0;
      const quiet = Math.max(quietMagnitude, state.speechMagnitude * pauseShare);
      const made = stretchFrame(piece, taken, mode, stretched, wanted - Math.abs(change), onlyQuiet, quiet);
      append(stretched, 0, made);
      change += made - taken;
    }
    jitter.stretched(change);
    stretchedSum += Math.abs(change);
  }

  function account(decision: Decision, length: number): void {
    switch (decision.kind) {
      case 'conceal':
        concealed += length;
        return;
      case 'fec':
        recovered += length;
        return;
      case 'comfort':
        comfort += length;
        return;
      case 'frame':
        if (decision.redundant) redundant += length;
        return;
      case 'silence':
        return;
    }
  }

  /** Adds the next piece; false if there is nothing but silence. */
  function refill(nowMs: number): boolean {
    const decision = jitter.pull(nowMs, readyCount);
    if (decision.kind === 'silence') {
      // The rest of the last frame fades out rather than stops; of none, what would have come next does.
      if (!wasSilent && readyCount < fadeSamples) {
        decoder.conceal(fadeSamples);
        append(decoder.pcm, 0, fadeSamples);
      }
      if (!wasSilent) fade(ready, readyCount, -1);
      wasSilent = true;
      return false;
    }
    const length = decision.cut && !wasSilent ? cutInto(decision) : decode(decision);
    account(decision, length);
    state.speechMagnitude = Math.max(state.speechMagnitude * speechFades, meanMagnitude(frame, length));
    if (wasSilent) fade(frame, Math.min(fadeSamples, length), 1);
    wasSilent = false;
    if (decision.pace === 'keep' || decision.kind !== 'frame') append(frame, 0, length);
    else
      appendStretched(
        length,
        decision.pace === 'slower' ? 'slower' : 'faster',
        decision.offTarget,
        decision.pace === 'faster-if-quiet',
      );
    return true;
  }

  /** A few short pieces at most make up 10 ms; the bound is for decoders that give less. */
  function fill(nowMs: number): void {
    for (let pieces = 0; pieces < 8; pieces += 1) {
      if (readyCount >= playFrameSamples || !refill(nowMs)) return;
    }
  }

  return {
    packet(payload, isRed, sequence, timestamp, arrivalMs) {
      if (stopped) return;
      drift.packet(timestamp, arrivalMs);
      trace?.begin(sequence, timestamp, arrivalMs);
      if (isRed) pushBlocks(payload, sequence, timestamp, arrivalMs);
      else push(payload, 0, payload.length, 0, sequence, timestamp, arrivalMs);
      trace?.end();
    },
    pull(into, nowMs) {
      trace?.asked(nowMs);
      if (!stopped) fill(nowMs);
      const given = Math.min(readyCount, playFrameSamples);
      for (let i = 0; i < playFrameSamples; i += 1) into[i] = i < given ? (ready[i] ?? 0) : 0;
      ready.copyWithin(0, given, readyCount);
      readyCount -= given;
      return given > 0;
    },
    get statistics() {
      const { delayMs, targetMs, lost, late, duplicates, missingShare, skippedMs } = jitter.statistics;
      return {
        playoutDelayMs: delayMs,
        targetDelayMs: targetMs,
        concealedMs: concealed / samplesPerMs,
        recoveredMs: recovered / samplesPerMs,
        redundantMs: redundant / samplesPerMs,
        stretchedMs: stretchedSum / samplesPerMs,
        comfortMs: comfort / samplesPerMs,
        skippedMs,
        lost,
        late,
        duplicates,
        missingShare,
        driftPpm: drift.ppm,
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
