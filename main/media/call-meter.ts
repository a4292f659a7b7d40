import { packingMs, type CallStats, type PcmHealth } from '../../preload/contract/index.ts';
import type { HearingReport } from './transport/index.ts';
import type { ReceiverStatistics, SenderStatistics } from './audio/index.ts';

/** What the transport counts, since the call began. */
export interface TransportFigures {
  readonly path: CallStats['path'];
  readonly sentPackets: number;
  readonly sentBytes: number;
  readonly receivedPackets: number;
  readonly receivedBytes: number;
  readonly roundTripMs: number | null;
  /** As the other side's last report has it; null: none came. */
  readonly remoteLossFraction: number | null;
  readonly lost: number;
  readonly jitterMs: number;
}

export interface CallFigures {
  readonly transport: TransportFigures;
  readonly sender: SenderStatistics;
  readonly receiver: ReceiverStatistics;
  readonly device: PcmHealth;
  readonly lateMs: number;
  /** What the other side told; null: nothing. */
  readonly theirs: HearingReport | null;
}

/** Turns what runs from the beginning of the call into rates and shares of now. */
export interface CallMeter {
  measure(figures: CallFigures, nowMs: number): CallStats;
  /** What to tell the other side of the last measurement; null: there was none. */
  readonly hearing: HearingReport | null;
}

/** Loss as the person hears it now: about the last three measurements count. */
const lossSmoothing = 0.4;
/** The last measurement of a call may come right after another; a rate needs some time to be one. */
const rateNeedsMs = 500;
/** UDP (RFC 768) and IPv4 (RFC 791): what every packet costs that the transport does not count. */
const packetOverheadBytes = 8 + 20;

export function createCallMeter(startMs: number): CallMeter {
  let beforeMs = startMs;
  let sentBefore = 0;
  let receivedBefore = 0;
  let wireBps = 0;
  let receivedBps = 0;
  let expectedBefore = 0;
  let lostBefore = 0;
  let lossFraction = 0;
  let speakingBeforeMs = 0;
  let speakingFraction = 0;
  let brokenBeforeMs = 0;
  let brokenFraction = 0;
  let hearing: HearingReport | null = null;

  function measureRates({ sentBytes, sentPackets, receivedBytes, receivedPackets }: TransportFigures, nowMs: number): void {
    const elapsedMs = nowMs - beforeMs;
    if (elapsedMs < rateNeedsMs) return;
    const sent = sentBytes + sentPackets * packetOverheadBytes;
    const received = receivedBytes + receivedPackets * packetOverheadBytes;
    wireBps = rate(sent - sentBefore, elapsedMs);
    receivedBps = rate(received - receivedBefore, elapsedMs);
    beforeMs = nowMs;
    sentBefore = sent;
    receivedBefore = received;
  }

  /** Before the rates, whose interval it shares. */
  function measureShares({ speakingMs }: SenderStatistics, { concealedMs, skippedMs }: ReceiverStatistics, nowMs: number): void {
    const elapsedMs = nowMs - beforeMs;
    if (elapsedMs < rateNeedsMs) return;
    speakingFraction = unit((speakingMs - speakingBeforeMs) / elapsedMs);
    speakingBeforeMs = speakingMs;
    brokenFraction = unit((concealedMs + skippedMs - brokenBeforeMs) / elapsedMs);
    brokenBeforeMs = concealedMs + skippedMs;
  }

  const hearingOf = (
    sender: SenderStatistics,
    { playoutDelayMs }: ReceiverStatistics,
    { captureMs, ringMs, outputMs }: PcmHealth,
    lateMs: number,
  ): HearingReport => ({
    captureMs,
    packingMs: packingMs(sender),
    smoothingMs: playoutDelayMs,
    playoutMs: ringMs === null || outputMs === null ? null : ringMs + outputMs,
    concealedFraction: brokenFraction,
    lateMs,
  });

  function measureLoss({ receivedPackets, lost }: TransportFigures): void {
    const expected = receivedPackets + lost;
    if (expected > expectedBefore) {
      const share = unit((lost - lostBefore) / (expected - expectedBefore));
      lossFraction += (share - lossFraction) * lossSmoothing;
    }
    expectedBefore = expected;
    lostBefore = lost;
  }

  return {
    get hearing() {
      return hearing;
    },
    measure({ transport, sender, receiver, device, lateMs, theirs }, nowMs) {
      measureShares(sender, receiver, nowMs);
      measureRates(transport, nowMs);
      measureLoss(transport);
      hearing = hearingOf(sender, receiver, device, lateMs);
      return {
        path: transport.path,
        roundTripMs: bounded(transport.roundTripMs),
        sentPackets: transport.sentPackets,
        speakingFraction,
        bitrateBps: sender.bitrateBps,
        codecMode: sender.codecMode,
        bandwidthHz: sender.bandwidthHz,
        wireBps,
        capacityBps: sender.capacityBps,
        queueMs: bounded(sender.queueMs),
        sentLossFraction: sender.lossShare ?? transport.remoteLossFraction,
        burstPackets: sender.burstPackets,
        frameMs: sender.frameMs,
        copies: sender.copies,
        spreadMs: sender.spreadMs,
        fecPercent: sender.fecPercent,
        dtx: sender.dtx,
        complexity: sender.complexity,
        encodeMsPerFrame: sender.encodeMsPerFrame,
        receivedPackets: transport.receivedPackets,
        lostPackets: transport.lost,
        lossFraction,
        missingFraction: unit(receiver.missingShare),
        receivedBps,
        jitterMs: bounded(transport.jitterMs) ?? 0,
        playoutDelayMs: bounded(receiver.playoutDelayMs) ?? 0,
        targetDelayMs: bounded(receiver.targetDelayMs) ?? 0,
        concealedMs: receiver.concealedMs,
        recoveredMs: receiver.recoveredMs,
        redundantMs: receiver.redundantMs,
        stretchedMs: receiver.stretchedMs,
        skippedMs: receiver.skippedMs,
        comfortMs: receiver.comfortMs,
        latePackets: receiver.late,
        duplicatePackets: receiver.duplicates,
        driftPpm: receiver.driftPpm,
        captureMs: bounded(device.captureMs),
        ringMs: bounded(device.ringMs),
        outputMs: bounded(device.outputMs),
        playerGaps: device.playerGaps,
        lateMs: bounded(lateMs) ?? 0,
        theirCaptureMs: theirs?.captureMs ?? null,
        theirPackingMs: theirs?.packingMs ?? null,
        theirSmoothingMs: theirs?.smoothingMs ?? null,
        theirPlayoutMs: theirs?.playoutMs ?? null,
        theirConcealedFraction: theirs?.concealedFraction ?? null,
        theirLateMs: theirs?.lateMs ?? null,
      };
    },
  };
}

/** Bits per second, within what the contract allows. */
const rate = (bytes: number, elapsedMs: number): number => Math.min(1e9, Math.max(0, Math.round((bytes * 8000) / elapsedMs)));

const unit = (share: number): number => Math.min(1, Math.max(0, share));

/** A minute: what the contract allows for a delay. A clock that was set can measure anything. */
const bounded = (delayMs: number | null): number | null => (delayMs === null ? null : Math.min(60_000, Math.max(0, delayMs)));
