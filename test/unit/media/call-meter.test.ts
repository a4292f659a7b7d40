import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createCallMeter, type CallFigures, type TransportFigures } from '../../../main/media/call-meter.ts';
import { callStatsSchema } from '../../../preload/contract/index.ts';

const noTransport: TransportFigures = {
  path: 'direct',
  sentPackets: 0,
  sentBytes: 0,
  receivedPackets: 0,
  receivedBytes: 0,
  roundTripMs: null,
  remoteLossFraction: null,
  lost: 0,
  jitterMs: 0,
};

const figures = (transport: Partial<TransportFigures>): CallFigures => ({
  transport: { ...noTransport, ...transport },
  sender: {
    speakingMs: 0,
    bitrateBps: 32_000,
    codecMode: null,
    bandwidthHz: null,
    capacityBps: null,
    queueMs: null,
    lossShare: null,
    burstPackets: null,
    frameMs: 20,
    copies: 0,
    spreadMs: 0,
    fecPercent: 5,
    dtx: false,
    complexity: 5,
    encodeMsPerFrame: null,
  },
  receiver: {
    concealedMs: 0,
    recoveredMs: 0,
    redundantMs: 0,
    stretchedMs: 0,
    comfortMs: 0,
    playoutDelayMs: 40,
    targetDelayMs: 40,
    lost: 0,
    late: 0,
    duplicates: 0,
    skippedMs: 0,
    missingShare: 0,
    driftPpm: null,
  },
  device: { captureMs: null, ringMs: null, outputMs: null, playerGaps: null },
  lateMs: 0,
  theirs: null,
});

describe('the meter of a call', () => {
  it('counts what the network carries, UDP and IP included, as a rate of the last second', () => {
    const meter = createCallMeter(0);
    meter.measure(figures({ sentPackets: 50, sentBytes: 5_000, receivedPackets: 50, receivedBytes: 6_000 }), 1_000);
    const { wireBps, receivedBps } = meter.measure(
      figures({ sentPackets: 100, sentBytes: 15_000, receivedPackets: 75, receivedBytes: 6_500 }),
      2_000,
    );
    expect(wireBps).toBe((10_000 + 50 * 28) * 8);
    expect(receivedBps).toBe((500 + 25 * 28) * 8);
  });

  it('makes no rate of the moment between two measurements that follow on each other’s heels', () => {
    const meter = createCallMeter(0);
    const before = meter.measure(figures({ sentPackets: 50, sentBytes: 5_000 }), 1_000);
    expect(meter.measure(figures({ sentPackets: 51, sentBytes: 5_100 }), 1_001).wireBps).toBe(before.wireBps);
  });

  it('comes close to the present loss within three measurements, and forgets it as quickly', () => {
    const meter = createCallMeter(0);
    for (let second = 1; second <= 3; second += 1)
      meter.measure(figures({ receivedPackets: second * 40, lost: second * 10 }), second * 1_000);
    expect(meter.measure(figures({ receivedPackets: 160, lost: 40 }), 4_000).lossFraction).toBeGreaterThan(0.15);
    let now = 0;
    for (let second = 5; second <= 10; second += 1)
      now = meter.measure(figures({ receivedPackets: 160 + (second - 4) * 50, lost: 40 }), second * 1_000).lossFraction;
    expect(now).toBeLessThan(0.01);
  });

  it('knows how much of the last second was spoken', () => {
    const meter = createCallMeter(0);
    const silent = figures({});
    const after = (speakingMs: number, nowMs: number): number =>
      meter.measure({ ...silent, sender: { ...silent.sender, speakingMs } }, nowMs).speakingFraction;
    expect([after(250, 1_000), after(1_300, 2_000), after(1_300, 2_100), after(1_300, 3_000)]).toEqual([0.25, 1, 1, 0]);
  });

  it('believes the sender’s knowledge of what is lost there before the reports, and knows nothing before either', () => {
    const meter = createCallMeter(0);
    expect(meter.measure(figures({}), 1_000).sentLossFraction).toBeNull();
    const told = figures({ remoteLossFraction: 0.2 });
    expect(meter.measure(told, 2_000).sentLossFraction).toBe(0.2);
    expect(meter.measure({ ...told, sender: { ...told.sender, lossShare: 0.1 } }, 3_000).sentLossFraction).toBe(0.1);
  });

  it('tells how the newest packet is coded', () => {
    const meter = createCallMeter(0);
    const { sender, ...others } = figures({});
    expect(meter.measure({ ...others, sender }, 1_000)).toMatchObject({ codecMode: null, bandwidthHz: null });
    const coded = { codecMode: 'celt', bandwidthHz: 20_000 } as const;
    expect(meter.measure({ ...others, sender: { ...sender, ...coded } }, 2_000)).toMatchObject(coded);
  });

  it('tells the other side of its part in the delay, and takes in what that tells', () => {
    const meter = createCallMeter(0);
    expect(meter.hearing).toBeNull();
    const first = figures({});
    meter.measure(first, 1_000);
    const second = {
      ...first,
      receiver: { ...first.receiver, concealedMs: 150, skippedMs: 50, playoutDelayMs: 61 },
      device: { captureMs: 9, ringMs: 11, outputMs: 20, playerGaps: 0 },
      lateMs: 4,
    };
    const theirs = { captureMs: 8, packingMs: 27, smoothingMs: 45, playoutMs: null, concealedFraction: 0.03, lateMs: 90 };
    const stats = meter.measure({ ...second, theirs }, 2_000);
    expect(meter.hearing).toEqual({
      captureMs: 9,
      packingMs: 26.5,
      smoothingMs: 61,
      playoutMs: 31,
      concealedFraction: 0.2,
      lateMs: 4,
    });
    expect(stats).toMatchObject({
      theirCaptureMs: 8,
      theirSmoothingMs: 45,
      theirPlayoutMs: null,
      theirConcealedFraction: 0.03,
      theirLateMs: 90,
    });
  });

  it('says nothing the bridge would refuse, whatever the network and its clocks do', () => {
    const wild = fc.record({
      sentPackets: fc.nat(),
      sentBytes: fc.nat(),
      receivedPackets: fc.nat(),
      receivedBytes: fc.nat(),
      roundTripMs: fc.oneof(fc.constant(null), fc.double({ min: -1e12, max: 1e12, noNaN: true })),
      lost: fc.nat(),
      jitterMs: fc.double({ min: 0, max: 1e12, noNaN: true }),
    });
    fc.assert(
      fc.property(fc.array(fc.tuple(wild, fc.integer({ min: 1, max: 5_000 })), { maxLength: 20 }), (seconds) => {
        const meter = createCallMeter(0);
        let nowMs = 0;
        for (const [transport, elapsedMs] of seconds) {
          nowMs += elapsedMs;
          expect(callStatsSchema.safeParse(meter.measure(figures(transport), nowMs)).success).toBe(true);
        }
      }),
    );
  });
});
