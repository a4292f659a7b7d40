import { createJitterBuffer, type JitterBuffer, type TraceEvent } from '../../../main/media/audio/index.ts';

/** How a recorded call would sound with the jitter buffer as it is now. */
export interface Replayed {
  readonly seconds: number;
  readonly concealedMs: number;
  readonly recoveredMs: number;
  readonly redundantMs: number;
  readonly stretchedMs: number;
  readonly skippedMs: number;
  /** Playout delay, once a second. */
  readonly delaysMs: readonly number[];
  /** RTP timestamps of the frames that were played, in the order of playing. */
  readonly played: readonly number[];
  readonly lost: number;
}

const unitsPerMs = 48;
const playFrameUnits = 480;
/** There is no sound to look for a pitch period in: 5 ms is one of a middling voice. */
const pitchPeriodUnits = 240;
/** And every 2 s somebody takes a breath. */
const pauseEveryFrames = 100;
const pauseFrames = 15;

/** Runs a trace of a call through a fresh jitter buffer, asked when that call's player asked. */
export function replay(events: readonly TraceEvent[]): Replayed {
  const buffer = createJitterBuffer();
  const sums = { concealed: 0, recovered: 0, redundant: 0, stretched: 0 };
  const delaysMs: number[] = [];
  const played: number[] = [];
  let ready = 0;
  let frames = 0;
  let nextSecondMs = 1_000;

  function refill(atMs: number): boolean {
    const decision = buffer.pull(atMs, ready);
    const { kind, samples, skip, pace, redundant, offTarget } = decision;
    if (kind === 'silence') return false;
    if (kind === 'frame') played.push(timestampIn(decision.bytes, decision.start));
    ready += samples - skip;
    if (kind === 'conceal') sums.concealed += samples;
    if (kind === 'fec') sums.recovered += samples;
    if (kind === 'frame' && redundant) sums.redundant += samples;
    frames += 1;
    const isPause = frames % pauseEveryFrames < pauseFrames;
    if (kind === 'frame' && (pace === 'faster' || pace === 'slower' || (pace === 'faster-if-quiet' && isPause))) {
      const most = isPause ? Math.min(offTarget, samples / 2) : pitchPeriodUnits;
      const change = Math.round(pace === 'slower' ? most : -most);
      ready += change;
      sums.stretched += Math.abs(change);
      buffer.stretched(change);
    }
    return true;
  }

  for (const event of events) {
    if (event.type === 'arrived') pushAll(buffer, event);
    else {
      while (ready < playFrameUnits && refill(event.atMs));
      ready = Math.max(0, ready - playFrameUnits);
    }
    if (event.atMs < nextSecondMs) continue;
    nextSecondMs += 1_000;
    delaysMs.push(buffer.statistics.delayMs);
  }
  const { skippedMs, lost } = buffer.statistics;
  return {
    seconds: (events.at(-1)?.atMs ?? 0) / 1_000,
    concealedMs: sums.concealed / unitsPerMs,
    recoveredMs: sums.recovered / unitsPerMs,
    redundantMs: sums.redundant / unitsPerMs,
    stretchedMs: sums.stretched / unitsPerMs,
    skippedMs,
    delaysMs,
    played,
    lost,
  };
}

const headBytes = 2;

/**
 * RFC 6716 table 2: SILK wideband of 10, 20, 40 or 60 ms; the flag of in-band FEC follows the activity flags. For sound there is
 * the frame's own timestamp.
 */
function packetFor(timestamp: number, samples: number, hasFec: boolean): Uint8Array {
  const size = [480, 960, 1920, 2880].indexOf(samples);
  const flags = Math.max(1, size);
  const packet = new Uint8Array(headBytes + 4);
  packet[0] = (8 + Math.max(0, size)) << 3;
  packet[1] = hasFec ? 1 << (7 - flags) : 0;
  new DataView(packet.buffer).setUint32(headBytes, timestamp);
  return packet;
}

const timestampIn = (bytes: Uint8Array, start: number): number =>
  new DataView(bytes.buffer, bytes.byteOffset).getUint32(start + headBytes);

function pushAll(buffer: JitterBuffer, { sequence, timestamp, blocks, atMs }: Extract<TraceEvent, { type: 'arrived' }>): void {
  for (const { offsetUnits, samples, hasFec } of blocks) {
    const at = (timestamp - offsetUnits) >>> 0;
    const packet = packetFor(at, samples, hasFec);
    buffer.push(sequence, at, samples, offsetUnits > 0, packet, 0, packet.length, atMs);
  }
}
