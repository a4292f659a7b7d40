import { createSendControl, type SendControl } from '../../../../main/media/audio/send/send-control.ts';
import { anyPacking } from '../../../../main/media/packing-limits.ts';
import { createFeedbackPace, type FeedbackPace } from '../../../../main/media/transport/feedback-pace.ts';
import { createLink, type Link, type LinkConditions } from '../../../quality/simulation/link.ts';
import { mulberry32 } from '../synth-speech.ts';

/** What one side sent in one moment, for tests to judge. */
export interface Moment {
  readonly atMs: number;
  /** In this side's uplink. */
  readonly queuedMs: number;
  readonly wireBps: number;
  readonly bitrateBps: number;
  readonly frameMs: number;
  readonly offsets: readonly number[];
  readonly fecPercent: number;
  readonly dtx: boolean;
}

interface Side {
  readonly control: SendControl;
  readonly pace: FeedbackPace;
  readonly uplink: Link;
  readonly moments: Moment[];
  readonly sent: { atMs: number; bytes: number }[];
  sequence: number;
  nextFrameMs: number;
  /** Threads wake late. */
  lateMs: number;
  lastFeedbackMs: number;
  lastReportMs: number;
  lastSentMs: number;
  /** For the next packet of voice, to be sent behind it. */
  reportWaits: boolean;
  /** What arrived here from the other side: when, by sequence number. */
  readonly arrivals: Map<number, number>;
  highestArrived: number;
  /** Where the last three reports ended. */
  reported: number[];
  unreported: number;
}

type InFlight = { atMs: number; to: Side; from: Side } & (
  | { kind: 'audio'; sequence: number; timestamp: number }
  | { kind: 'feedback'; upTo: number; arrivals: Map<number, number> }
);

/** Ethernet, IPv4, UDP, RTP or the like, and the seal. */
const audioHeaders = 14 + 20 + 8 + 12 + 16;
const rtcpHeaders = 14 + 20 + 8 + 4 + 16;
/** SR with a block, SDES, and what each side says of itself. */
const reportBytes = 52 + 20 + 24;
const feedbackBytes = (packets: number): number => 20 + 2 * packets;
const wakeLateMs = 8;
/** The transport's own pace (secure-rtp.ts, media-transport.ts). */
const narrowBps = 64_000;
const rideMs = 50;
const towMs = 100;

export interface CallOptions {
  readonly conditions: LinkConditions;
  readonly seed: number;
  /** The other side's clock runs by this much faster. */
  readonly skewPpm?: number;
  readonly redundancy?: boolean;
}

/** Two ends of a call with everything that rides on the same cable both ways, in virtual time. */
export function createSimulatedCall({ conditions, seed, skewPpm = 0, redundancy = true }: CallOptions) {
  const random = mulberry32(seed);
  const createSide = (offsetMs: number): Side => ({
    control: createSendControl({ redundancy: () => redundancy, packing: () => anyPacking }),
    pace: createFeedbackPace(),
    uplink: createLink(conditions, random),
    moments: [],
    sent: [],
    sequence: 65_000,
    nextFrameMs: offsetMs,
    lateMs: 0,
    lastFeedbackMs: offsetMs,
    lastReportMs: offsetMs,
    lastSentMs: offsetMs,
    reportWaits: false,
    arrivals: new Map(),
    highestArrived: -1,
    reported: [-1, -1, -1],
    unreported: 0,
  });
  const near = createSide(0);
  const far = createSide(7);
  const inFlight: InFlight[] = [];
  const sentAt = new Map<Side, Map<number, { atMs: number; wireBytes: number }>>([
    [near, new Map()],
    [far, new Map()],
  ]);
  let nowMs = 0;
  /** Talk and pause: 1.2 s of one, 0.5 s of the other, as a variable-rate encoder makes of it. */
  const loudness = (): number => (nowMs % 1_700 < 1_200 ? 0.9 + random() * 0.25 : 0.28);

  function sendFrame(side: Side, peer: Side): void {
    const { frameMs, bitrateBps, offsets, fecPercent, dtx } = side.control.settings;
    const frameBytes = (bitrateBps * frameMs * loudness()) / 8000;
    const copies = redundancy ? offsets.length : 0;
    const payload = Math.round(frameBytes * (1 + copies) + (copies === 0 ? 0 : 1 + 4 * copies));
    const bytes = payload + audioHeaders;
    const timestamp = (side.nextFrameMs - frameMs) * 48;
    side.control.sent(side.sequence & 0xff_ff, payload, nowMs);
    sentAt.get(side)?.set(side.sequence, { atMs: nowMs, wireBytes: bytes - 14 });
    const atMs = side.uplink.take(bytes, nowMs);
    if (!Number.isNaN(atMs)) inFlight.push({ kind: 'audio', atMs, to: peer, from: side, sequence: side.sequence, timestamp });
    side.sent.push({ atMs: nowMs, bytes });
    side.sequence += 1;
    side.nextFrameMs += frameMs;
    while ((side.sent[0]?.atMs ?? nowMs) <= nowMs - 1000) side.sent.shift();
    const queuedMs = side.uplink.queuedMs(nowMs);
    const wireBps = side.sent.reduce((sum, packet) => sum + packet.bytes, 0) * 8;
    side.moments.push({ atMs: nowMs, queuedMs, wireBps, bitrateBps, frameMs, offsets, fecPercent, dtx });
    side.lastSentMs = nowMs;
    if (isNarrow(side)) tellWhatIsDue(side, peer);
  }

  const isNarrow = ({ control }: Side): boolean => (control.capacityBps ?? narrowBps) < narrowBps;

  /** A report if `withReport`, feedback if there is any to give. */
  function sendRtcp(side: Side, peer: Side, withReport: boolean): void {
    if (withReport) side.reportWaits = false;
    const sinceMs = nowMs - side.lastFeedbackMs;
    const hasFeedback = side.unreported > 0 && (!withReport || sinceMs >= rideMs);
    if (!withReport && !hasFeedback) return;
    const packets = side.highestArrived - (side.reported[0] ?? -1);
    const bytes = rtcpHeaders + (withReport ? reportBytes : 0) + (hasFeedback ? feedbackBytes(Math.min(256, packets)) : 0);
    const atMs = side.uplink.take(bytes, nowMs);
    if (!hasFeedback) return;
    const message = { kind: 'feedback', upTo: side.highestArrived, arrivals: new Map(side.arrivals) } as const;
    side.lastFeedbackMs = nowMs;
    side.pace.told(nowMs);
    side.unreported = 0;
    side.reported = [...side.reported.slice(1), side.highestArrived];
    if (!Number.isNaN(atMs)) inFlight.push({ ...message, atMs, to: peer, from: side });
  }

  function sendDueFeedback(side: Side, peer: Side): void {
    if (!isInTow(side)) tellWhatIsDue(side, peer);
  }

  const isInTow = (side: Side): boolean => isNarrow(side) && nowMs - side.lastSentMs < towMs;

  function tellWhatIsDue(side: Side, peer: Side): void {
    if (side.reportWaits) sendRtcp(side, peer, true);
    else if (side.pace.isDue(nowMs, side.unreported, isNarrow(side))) sendRtcp(side, peer, false);
  }

  const told = new Map<Side, number>([
    [near, 64_999],
    [far, 64_999],
  ]);

  function takeFeedback(side: Side, upTo: number, arrivals: Map<number, number>): void {
    for (let sequence = (told.get(side) ?? 0) + 1; sequence <= upTo; sequence += 1) {
      const sent = sentAt.get(side)?.get(sequence);
      if (sent === undefined) continue;
      const arrivedAtMs = arrivals.get(sequence) ?? Number.NaN;
      side.control.fate(sequence & 0xff_ff, sent.atMs, sent.wireBytes, arrivedAtMs * (1 + skewPpm / 1e6) + 12_345);
    }
    told.set(side, Math.max(told.get(side) ?? 0, upTo));
    side.control.feedback(nowMs, null, null);
  }

  function arrive(packet: InFlight): void {
    if (packet.kind === 'feedback') {
      takeFeedback(packet.to, packet.upTo, packet.arrivals);
      return;
    }
    packet.to.control.heard(nowMs);
    packet.to.pace.packet(packet.sequence & 0xff_ff, packet.timestamp >>> 0, packet.atMs);
    packet.to.arrivals.set(packet.sequence, packet.atMs);
    packet.to.arrivals.delete(packet.sequence - 600);
    packet.to.highestArrived = Math.max(packet.to.highestArrived, packet.sequence);
    packet.to.unreported += 1;
    sendDueFeedback(packet.to, packet.from);
  }

  function step(side: Side, peer: Side): void {
    if (nowMs >= side.nextFrameMs + side.lateMs) {
      side.lateMs = random() * wakeLateMs;
      sendFrame(side, peer);
    }
    if (nowMs % 250 !== 0) return;
    if (nowMs - side.lastReportMs >= (isNarrow(side) ? 995 : 495)) {
      side.lastReportMs = nowMs;
      if (isInTow(side)) side.reportWaits = true;
      else sendRtcp(side, peer, true);
    } else sendDueFeedback(side, peer);
  }

  return {
    near,
    far,
    get nowMs() {
      return nowMs;
    },
    set(next: LinkConditions): void {
      near.uplink.set(next);
      far.uplink.set(next);
    },
    /** @param each called every ms, to put other traffic into the uplink */
    run(ms: number, each: (nowMs: number) => void = () => undefined): void {
      const endMs = nowMs + ms;
      for (; nowMs < endMs; nowMs += 1) {
        each(nowMs);
        for (let i = 0; i < inFlight.length; i += 1) {
          const packet = inFlight[i];
          if (packet === undefined || packet.atMs > nowMs) continue;
          inFlight.splice(i, 1);
          i -= 1;
          arrive(packet);
        }
        step(near, far);
        step(far, near);
      }
    },
  };
}

export const percentile = (values: readonly number[], share: number): number =>
  values.toSorted((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * share))] ?? Number.NaN;
