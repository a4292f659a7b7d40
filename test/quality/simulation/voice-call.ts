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
import { mulberry32 } from '../../unit/media/synth-speech.ts';
import { createAgenda } from './agenda.ts';
import { createBesideFlow } from './beside-flow.ts';
import { createGreedyFlow } from './greedy-flow.ts';
import { cleanLink, createLink, type Link, type LinkConditions } from './link.ts';
import { playFrom, punctuality, speakInto, type Loudspeaker, type MediaEnd, type PageOptions } from './page.ts';

export interface VoiceCallOptions {
  /** What each end says, 48 kHz mono, equally long; that long the call lasts. */
  readonly speech: readonly [Int16Array, Int16Array];
  /** Of all that happens by chance: the same seed loses the same packets, whatever the two ends do about it. */
  readonly seed: number;
  /** What both uplinks do from these moments on, ascending; clean before the first. */
  readonly conditions: readonly { readonly fromMs: number; readonly link: LinkConditions }[];
  /** From here on a TCP flow beside each voice takes what the uplink gives; null: none does. */
  readonly greedyFromMs?: number | null;
  /** Beside each voice, its application sends what it has to say to others. */
  readonly beside?: boolean;
  /** Both ends read copies (RFC 2198); otherwise neither does. */
  readonly redundancy?: boolean;
  /** How busy both computers are (see `punctuality`); 0: not at all. */
  readonly load?: number;
  /** From then on `receiver` counts. */
  readonly countFromMs?: number;
}

/** How one way was in one moment. */
export interface Moment {
  readonly atMs: number;
  readonly queuedMs: number;
  readonly sender: SenderStatistics;
  /** Of the other end. */
  readonly receiver: ReceiverStatistics;
}

/** What became of what one end said. */
export interface Heard {
  readonly spoken: Int16Array;
  /** What the other end's speaker played, from the moment on that `spoken` begins. */
  readonly heard: Int16Array;
  readonly sender: SenderStatistics;
  /** Of the other end, sums since `countFromMs`. */
  readonly receiver: ReceiverStatistics;
  /** How often the other end's page ran dry. */
  readonly pageGaps: number;
  /** Every 100 ms. */
  readonly moments: readonly Moment[];
  /** Of voice and everything that belongs to it. */
  readonly packets: number;
  readonly bytes: number;
}

const momentMs = 100;
const samplesPerMs = 48;
const opusPayloadType = 111;
const redPayloadType = 63;
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
  readonly loudspeaker: Loudspeaker;
  readonly moments: Moment[];
  readonly sent: { packets: number; bytes: number };
  /** The receiver's sums at `countFromMs`. */
  before: ReceiverStatistics;
  receive(datagram: Buffer): void;
}

const keyOf = (end: number): { key: Buffer; salt: Buffer } => ({
  key: Buffer.alloc(16, end + 1),
  salt: Buffer.alloc(12, end + 7),
});

/** Chances of their own for each, so that a change of one draws nothing from another. */
const chancesOf = (seed: number, self: number): { cable: () => number; computer: () => number; beside: () => number } => ({
  cable: mulberry32(seed + self * 1_000_000),
  computer: mulberry32(seed + 500_000 + self * 1_000_000),
  beside: mulberry32(seed + 250_000 + self * 1_000_000),
});

/**
 * A whole call in virtual time: both ends' sender, receiver, RTP and feedback as they are, and the page's ring and credit,
 * everything over cables that are functions. Only sockets, threads and sound cards are left out: what those do to punctuality
 * is `page.ts`. Seconds of voice in moments, and the same each time.
 */
export function callOver(options: VoiceCallOptions): readonly [Heard, Heard] {
  const { speech, seed, conditions, greedyFromMs = null, beside = false, redundancy = true, load = 0, countFromMs = 0 } = options;
  const agenda = createAgenda();
  const samples = speech[0].length;
  const ends: readonly [End, End] = [createEnd(0), createEnd(1)];

  function createEnd(self: 0 | 1): End {
    const { phaseMs, clockMs } = offsets[self];
    const chances = chancesOf(seed, self);
    const nowMs = (): number => agenda.nowMs + clockMs;
    const uplink = createLink(cleanLink, chances.cable);
    const sent = { packets: 0, bytes: 0 };
    let listener: (data: Buffer) => void = () => undefined;
    const path: DatagramPath = {
      overheadBytes: 28,
      onData(next) {
        listener = next;
      },
      send(data, length = data.length) {
        const bytes = length + path.overheadBytes;
        sent.packets += 1;
        sent.bytes += bytes;
        const atMs = uplink.take(bytes, agenda.nowMs);
        if (Number.isNaN(atMs)) return;
        const datagram = Buffer.from(data.subarray(0, length));
        agenda.at(atMs, () => ends[1 - self]?.receive(datagram));
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
      onRtp(payload, redundant, sequence, timestamp, arrivalMs) {
        sender.heard(arrivalMs);
        receiver.packet(payload, redundant, sequence, timestamp, arrivalMs);
      },
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
    const media: MediaEnd = {
      capture: (frame) => sender.capture(frame),
      pull: (into) => void receiver.pull(into, nowMs()),
    };
    const page: PageOptions = { agenda, punctuality: punctuality(chances.computer, load), phaseMs };
    speakInto(speech[self], media, page);
    return {
      sender,
      receiver,
      rtp,
      uplink,
      loudspeaker: playFrom(media, samples, page),
      moments: [],
      sent,
      before: receiver.statistics,
      receive: (datagram) => listener(datagram),
    };
  }

  function every(intervalMs: number, fromMs: number, happen: () => void): void {
    agenda.at(fromMs, () => {
      happen();
      every(intervalMs, fromMs + intervalMs, happen);
    });
  }

  ends.forEach((end, self) => {
    const other = ends[1 - self] ?? end;
    let lastReportMs = 0;
    every(beatMs, beatMs + offsets[self === 0 ? 0 : 1].phaseMs, () => {
      const everyMs = end.rtp.isNarrow ? narrowReportMs : reportMs;
      if (agenda.nowMs - lastReportMs >= everyMs - 5) {
        lastReportMs = agenda.nowMs;
        end.rtp.sendReport(false);
      } else end.rtp.sendDueFeedback();
    });
    every(momentMs, momentMs, () =>
      end.moments.push({
        atMs: agenda.nowMs,
        queuedMs: end.uplink.queuedMs(agenda.nowMs),
        sender: end.sender.statistics,
        receiver: other.receiver.statistics,
      }),
    );
    agenda.at(countFromMs, () => {
      end.before = end.receiver.statistics;
    });
    if (beside) {
      const flow = createBesideFlow(end.uplink, chancesOf(seed, self).beside);
      every(1, 0, () => flow.step(agenda.nowMs));
    }
    if (greedyFromMs === null) return;
    const flow = createGreedyFlow(end.uplink, other.uplink);
    every(1, greedyFromMs, () => flow.step(agenda.nowMs));
  });
  for (const { fromMs, link } of conditions) {
    agenda.at(fromMs, () => {
      for (const end of ends) end.uplink.set(link);
    });
  }
  agenda.runUntil(samples / samplesPerMs);

  const heardOf = (self: 0 | 1): Heard => {
    const [said, other] = [ends[self], ends[1 - self] ?? ends[self]];
    return {
      spoken: speech[self],
      heard: other.loudspeaker.heard,
      sender: said.sender.statistics,
      receiver: since(other.before, other.receiver.statistics),
      pageGaps: other.loudspeaker.gaps,
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

function since(before: ReceiverStatistics, now: ReceiverStatistics): ReceiverStatistics {
  return {
    ...now,
    concealedMs: now.concealedMs - before.concealedMs,
    recoveredMs: now.recoveredMs - before.recoveredMs,
    redundantMs: now.redundantMs - before.redundantMs,
    stretchedMs: now.stretchedMs - before.stretchedMs,
    comfortMs: now.comfortMs - before.comfortMs,
    skippedMs: now.skippedMs - before.skippedMs,
  };
}
