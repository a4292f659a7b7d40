import {
  createAudioReceiver,
  createAudioSender,
  type AudioReceiver,
  type AudioSender,
  type ReceiverStatistics,
  type SenderStatistics,
} from '../../../main/media/audio/index.ts';
import { anyPacking } from '../../../main/media/packing-limits.ts';
import { createSecureRtp, type DatagramPath, type SecureRtp } from '../../../main/media/transport/secure-rtp.ts';
import { createSrtp } from '../../../main/media/transport/srtp.ts';
import { createGreedyFlow } from './greedy-flow.ts';
import { cleanLink, createLink, type Link, type LinkConditions } from './link.ts';

export interface VoiceCallOptions {
  /** What each end says, 48 kHz mono, equally long; that long the call lasts. */
  readonly speech: readonly [Int16Array, Int16Array];
  /** 0…1, seeded by the caller. */
  readonly random: () => number;
  /** What both uplinks do from these moments on, ascending; clean before the first. */
  readonly conditions: readonly { readonly fromMs: number; readonly link: LinkConditions }[];
  /** From here on a TCP flow beside each voice takes what the uplink gives; null: none does. */
  readonly greedyFromMs?: number | null;
  /** Both ends read copies (RFC 2198); otherwise neither does. */
  readonly redundancy?: boolean;
  /** Players ask up to this much late. */
  readonly playerJitterMs?: number;
}

/** What one end sent in one moment. */
export interface SentMoment {
  readonly atMs: number;
  readonly queuedMs: number;
  readonly sender: SenderStatistics;
}

/** What became of what one end said. */
export interface Heard {
  readonly spoken: Int16Array;
  /** What the other end's speaker played, from the moment on that `spoken` begins. */
  readonly heard: Int16Array;
  readonly sender: SenderStatistics;
  /** Of the other end. */
  readonly receiver: ReceiverStatistics;
  /** Every 100 ms. */
  readonly moments: readonly SentMoment[];
  /** Of voice and everything that belongs to it. */
  readonly packets: number;
  readonly bytes: number;
}

const frameSamples = 480;
const frameMs = 10;
const momentMs = 100;
const opusPayloadType = 111;
const redPayloadType = 63;
/** What the cable carries beside what the path counts: Ethernet. */
const linkHeaderBytes = 14;
/** The pace of `media-transport.ts`. */
const beatMs = 250;
const reportMs = 500;
const narrowReportMs = 1_000;
/** Two computers begin at different moments, and their clocks say different things. */
const offsets = [
  { phaseMs: 0, clockMs: 1_000.37 },
  { phaseMs: 7, clockMs: 86_400_123.81 },
] as const;

interface End {
  readonly sender: AudioSender;
  readonly receiver: AudioReceiver;
  readonly rtp: SecureRtp;
  readonly uplink: Link;
  readonly heard: Int16Array;
  readonly moments: SentMoment[];
  /** On the cable to this end, in order. */
  readonly arriving: { readonly atMs: number; readonly datagram: Buffer }[];
  readonly sent: { packets: number; bytes: number };
  lastReportMs: number;
  /** By its own clock. */
  nowMs(): number;
  receive(datagram: Buffer): void;
}

const keyOf = (end: number): { key: Buffer; salt: Buffer } => ({
  key: Buffer.alloc(16, end + 1),
  salt: Buffer.alloc(12, end + 7),
});

/**
 * A whole call in virtual time: both ends' sender, receiver, RTP and feedback as they are, everything over cables that are
 * functions. Only sockets, threads and sound cards are left out. Seconds of voice in moments, and the same each time.
 */
export function callOver(options: VoiceCallOptions): readonly [Heard, Heard] {
  const { speech, random, conditions, greedyFromMs = null, redundancy = true, playerJitterMs = 0 } = options;
  const lengthMs = ((speech[0].length / frameSamples) | 0) * frameMs;
  const clock = { nowMs: 0 };
  const ends: readonly [End, End] = [createEnd(0), createEnd(1)];
  const flows = ends.map((end, i) => createGreedyFlow(end.uplink, ends[1 - i]?.uplink ?? end.uplink));

  function createEnd(self: 0 | 1): End {
    const { clockMs } = offsets[self];
    const nowMs = (): number => clock.nowMs + clockMs;
    const uplink = createLink(cleanLink, random);
    const sent = { packets: 0, bytes: 0 };
    let listener: (data: Buffer) => void = () => undefined;
    const path: DatagramPath = {
      overheadBytes: 28,
      onData(next) {
        listener = next;
      },
      send(data, length = data.length) {
        const bytes = length + path.overheadBytes + linkHeaderBytes;
        sent.packets += 1;
        sent.bytes += bytes;
        const atMs = uplink.take(bytes, clock.nowMs);
        if (!Number.isNaN(atMs)) ends[1 - self]?.arriving.push({ atMs, datagram: Buffer.from(data.subarray(0, length)) });
      },
    };
    const types = { opus: opusPayloadType, red: redundancy ? redPayloadType : null };
    const receiver = createAudioReceiver({ opusPayloadType, trace: null });
    const rtp = createSecureRtp({
      channel: {
        srtp: createSrtp({ profile: 'AEAD_AES_128_GCM', local: keyOf(self), remote: keyOf(1 - self) }),
        exporter: Buffer.alloc(0),
        sendData: () => undefined,
      },
      ice: path,
      localSsrc: self + 1,
      remoteSsrc: 2 - self,
      localTypes: types,
      remoteTypes: types,
      congestionFeedback: true,
      firstSequence: 32_000,
      nowMs,
      wallClockMs: () => nowMs() + 1_700_000_000_000,
      onRtp: (payload, redundant, sequence, timestamp, arrivalMs) =>
        receiver.packet(payload, redundant, sequence, timestamp, arrivalMs),
      onPacketFate: (sequence, sentAtMs, wireBytes, arrivedAtMs) => sender.packetFate(sequence, sentAtMs, wireBytes, arrivedAtMs),
      onFeedback(atMs, roundTripMs) {
        sender.feedback(atMs, roundTripMs);
        rtp.setCapacity(sender.capacityBps);
      },
      onBye: () => undefined,
    });
    const sender = createAudioSender({
      firstTimestamp: 0xff_ff_00_00,
      opusPayloadType,
      redundancy: () => rtp.redundancy,
      packing: () => anyPacking,
      nowMs,
      send: (payload, timestamp, marker, redundant) => rtp.send(payload, timestamp, marker, redundant),
    });
    return {
      sender,
      receiver,
      rtp,
      uplink,
      heard: new Int16Array(speech[0].length),
      moments: [],
      arriving: [],
      sent,
      lastReportMs: 0,
      nowMs,
      receive: (datagram) => listener(datagram),
    };
  }

  function arrive(end: End, untilMs: number): void {
    for (let next = end.arriving[0]; next !== undefined && next.atMs <= untilMs; next = end.arriving[0]) {
      end.arriving.shift();
      clock.nowMs = next.atMs;
      end.receive(next.datagram);
    }
    clock.nowMs = untilMs;
  }

  function beat(end: End): void {
    const everyMs = end.rtp.isNarrow ? narrowReportMs : reportMs;
    if (clock.nowMs - end.lastReportMs >= everyMs - 5) {
      end.lastReportMs = clock.nowMs;
      end.rtp.sendReport(false);
    } else end.rtp.sendDueFeedback();
  }

  const frame = new Int16Array(frameSamples);
  const spokenAt = (self: number, at: number): Int16Array => (speech[self] ?? speech[0]).subarray(at, at + frameSamples);

  function live(self: number, end: End, sinceMs: number): void {
    if (sinceMs % frameMs === 0) {
      const at = (sinceMs / frameMs - 1) * frameSamples;
      // A frame is whole when its last sample has been spoken.
      if (at >= 0 && at + frameSamples <= speech[0].length) end.sender.capture(spokenAt(self, at));
    }
    if (sinceMs % beatMs === 0) beat(end);
  }

  function play(end: End, atMs: number): void {
    const at = (atMs / frameMs - 1) * frameSamples;
    end.receiver.pull(frame, end.nowMs() + random() * playerJitterMs);
    if (at >= 0 && at + frameSamples <= end.heard.length) end.heard.set(frame, at);
  }

  let next = 0;
  for (let ms = 1; ms <= lengthMs; ms += 1) {
    for (let change = conditions[next]; change !== undefined && change.fromMs <= ms; change = conditions[next]) {
      for (const end of ends) end.uplink.set(change.link);
      next += 1;
    }
    for (const end of ends) arrive(end, ms);
    ends.forEach((end, self) => {
      live(self, end, ms - offsets[self === 0 ? 0 : 1].phaseMs);
      if (ms % frameMs === 0) play(end, ms);
      if (ms % momentMs === 0) {
        end.moments.push({ atMs: ms, queuedMs: end.uplink.queuedMs(ms), sender: end.sender.statistics });
      }
    });
    if (greedyFromMs !== null && ms >= greedyFromMs) for (const flow of flows) flow.step(ms);
  }

  const heardOf = (self: 0 | 1): Heard => {
    const [said, other] = [ends[self], ends[1 - self] ?? ends[self]];
    return {
      spoken: speech[self],
      heard: other.heard,
      sender: said.sender.statistics,
      receiver: other.receiver.statistics,
      moments: said.moments,
      ...said.sent,
    };
  };
  const result = [heardOf(0), heardOf(1)] as const;
  for (const end of ends) {
    end.sender.stop();
    end.receiver.stop();
  }
  return result;
}
