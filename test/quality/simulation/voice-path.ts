import {
  createAudioReceiver,
  createAudioSender,
  type ReceiverStatistics,
  type SenderStatistics,
} from '../../../main/media/audio/index.ts';
import { createLink, type LinkConditions } from './link.ts';

export interface VoicePathOptions {
  readonly speech: Int16Array;
  /** Both ways: feedback crosses it too. */
  readonly conditions: LinkConditions;
  /** 0…1, seeded by the caller. */
  readonly random: () => number;
  /** The other side reads copies (RFC 2198). */
  readonly redundancy: boolean;
  /** Players ask up to this much late. */
  readonly playerJitterMs?: number;
}

export interface SpokenAndHeard {
  readonly spoken: Int16Array;
  /** What a speaker would have played from the moment on that `spoken` begins. */
  readonly heard: Int16Array;
  readonly sender: SenderStatistics;
  readonly receiver: ReceiverStatistics;
}

const frameSamples = 480;
const frameMs = 10;
const feedbackEveryMs = 100;
/** Ethernet, IPv4, UDP, RTP and the seal of AES-GCM. */
const headerBytes = 14 + 20 + 8 + 12 + 16;
const feedbackBytes = 14 + 20 + 8 + 60;
/** A packet that others overtook by this much is lost. */
const reorderPackets = 3;
const opusPayloadType = 111;

interface Sent {
  readonly sequence: number;
  readonly sentAtMs: number;
  readonly bytes: number;
  arrivedAtMs: number;
  told: boolean;
}

interface Flying {
  readonly atMs: number;
  readonly packet: Sent;
  readonly payload: Uint8Array;
  readonly timestamp: number;
  readonly redundant: boolean;
}

/** One direction of a call, our sender and receiver as they are, over a cable that is a function: seconds of voice in moments. */
export function speakOver({ speech, conditions, random, redundancy, playerJitterMs = 0 }: VoicePathOptions): SpokenAndHeard {
  const there = createLink(conditions, random);
  const back = createLink(conditions, random);
  const flying: Flying[] = [];
  const reports: { readonly atMs: number; readonly upTo: number }[] = [];
  const sent: Sent[] = [];
  let nowMs = 0;
  let newestArrived = -1;
  let untold = 0;

  const sender = createAudioSender({
    firstTimestamp: 0xff_ff_00_00,
    opusPayloadType,
    redundancy: () => redundancy,
    nowMs: () => nowMs,
    send(payload, timestamp, _marker, redundant) {
      const bytes = payload.length + headerBytes;
      const packet: Sent = { sequence: sent.length & 0xff_ff, sentAtMs: nowMs, bytes, arrivedAtMs: Number.NaN, told: false };
      sent.push(packet);
      const atMs = there.take(bytes, nowMs);
      if (!Number.isNaN(atMs)) flying.push({ atMs, packet, payload: payload.slice(), timestamp, redundant });
      return packet.sequence;
    },
  });
  const receiver = createAudioReceiver({ opusPayloadType, trace: null });

  function arrive(): void {
    for (let next = flying[0]; next !== undefined && next.atMs <= nowMs; next = flying[0]) {
      flying.shift();
      const { packet, payload, redundant, timestamp, atMs } = next;
      packet.arrivedAtMs = atMs;
      newestArrived = Math.max(newestArrived, sent.indexOf(packet, Math.max(0, newestArrived)));
      receiver.packet(payload, redundant, packet.sequence, timestamp, atMs);
    }
  }

  function report(): void {
    if (nowMs % feedbackEveryMs === 0 && newestArrived >= 0) {
      const atMs = back.take(feedbackBytes, nowMs);
      if (!Number.isNaN(atMs)) reports.push({ atMs, upTo: newestArrived });
    }
    for (let next = reports[0]; next !== undefined && next.atMs <= nowMs; next = reports[0]) {
      reports.shift();
      tellFates(next.upTo);
      sender.feedback(nowMs);
    }
  }

  /** In order, each once; a hole waits until enough later ones have come. */
  function tellFates(upTo: number): void {
    for (; untold <= upTo; untold += 1) {
      const packet = sent[untold];
      if (packet === undefined || (Number.isNaN(packet.arrivedAtMs) && upTo - untold < reorderPackets)) return;
      sender.packetFate(packet.sequence, packet.sentAtMs, packet.bytes - 14, packet.arrivedAtMs);
    }
  }

  const heard = new Int16Array(speech.length);
  const frame = new Int16Array(frameSamples);
  for (let at = 0; at + frameSamples <= speech.length; at += frameSamples) {
    nowMs += frameMs;
    sender.capture(speech.subarray(at, at + frameSamples));
    arrive();
    report();
    receiver.pull(frame, nowMs + random() * playerJitterMs);
    heard.set(frame, at);
  }
  const spokenAndHeard = { spoken: speech, heard, sender: sender.statistics, receiver: receiver.statistics };
  sender.stop();
  receiver.stop();
  return spokenAndHeard;
}
