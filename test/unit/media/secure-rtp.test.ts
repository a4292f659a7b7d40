import { describe, expect, test } from 'vitest';
import type { SecureChannel } from '../../../main/media/transport/dtls-channel.ts';
import { createSecureRtp, type SecureRtp } from '../../../main/media/transport/secure-rtp.ts';
import { createSrtp } from '../../../main/media/transport/srtp.ts';

interface Side {
  readonly rtp: SecureRtp;
  /** Datagrams this side sent. */
  readonly sent: Buffer[];
  readonly heard: number[];
  readonly redundant: number[];
  /** Sequence and arrival by the other side's clock, as told to this side. */
  readonly fates: [number, number][];
  readonly trips: (number | null)[];
  readonly byes: number;
  receive(datagram: Buffer): void;
}

interface World {
  nowMs: number;
  readonly firstSequence?: number;
  readonly congestionFeedback?: boolean;
}

const key = (seed: number, length: number): Buffer => Buffer.alloc(length, seed);

/** Two ends with real SRTP keys and no network: datagrams are handed over by the test. */
function createSides(world: World): readonly [Side, Side] {
  const side = (local: number, remote: number): Side => {
    const sent: Buffer[] = [];
    const heard: number[] = [];
    const redundant: number[] = [];
    const fates: Side['fates'] = [];
    const trips: Side['trips'] = [];
    const listeners: ((data: Buffer) => void)[] = [];
    let byes = 0;
    const ice = {
      send: (data: Buffer, length = data.length) => void sent.push(Buffer.from(data.subarray(0, length))),
      overheadBytes: 28,
      onData: (listener: (data: Buffer) => void) => void listeners.push(listener),
    };
    const channel: SecureChannel = {
      srtp: createSrtp({
        profile: 'AEAD_AES_128_GCM',
        local: { key: key(local, 16), salt: key(local + 1, 12) },
        remote: { key: key(remote, 16), salt: key(remote + 1, 12) },
      }),
      exporter: Buffer.alloc(32),
      sendData: () => undefined,
    };
    const rtp = createSecureRtp({
      channel,
      ice,
      localSsrc: local,
      remoteSsrc: remote,
      localTypes: { opus: 111, red: 63 },
      remoteTypes: { opus: 111, red: 63 },
      congestionFeedback: world.congestionFeedback ?? true,
      firstSequence: world.firstSequence ?? 1000,
      nowMs: () => world.nowMs,
      wallClockMs: () => world.nowMs + 1_700_000_000_000,
      onRtp: (_payload, isRedundant, sequence) => {
        heard.push(sequence);
        if (isRedundant) redundant.push(sequence);
      },
      onPacketFate: (sequence, _sentAtMs, _wireBytes, arrivedAtMs) => void fates.push([sequence, arrivedAtMs]),
      onFeedback: (_nowMs, roundTripMs) => void trips.push(roundTripMs),
      onBye: () => {
        byes += 1;
      },
    });
    return {
      rtp,
      sent,
      heard,
      redundant,
      fates,
      trips,
      get byes() {
        return byes;
      },
      receive: (datagram) => {
        for (const listener of listeners) listener(datagram);
      },
    };
  };
  return [side(10, 20), side(20, 10)];
}

const payload = Buffer.from('twenty milliseconds');
const say = (side: Side, count: number): void => {
  for (let i = 0; i < count; i += 1) side.rtp.send(payload, i * 960, false, false);
};

describe('RTP over a secure channel', () => {
  test('takes each packet once, in any order', () => {
    const [a, b] = createSides({ nowMs: 0 });
    say(a, 30);
    for (const datagram of [...a.sent.toReversed(), ...a.sent]) b.receive(datagram);
    expect(b.heard).toEqual(Array.from({ length: 30 }, (_, i) => 1029 - i));
    expect(b.rtp.counters).toMatchObject({ receivedPackets: 30, refusedPackets: 30 });
  });

  test('hears again after an outage over the wrap of sequence numbers', () => {
    const [a, b] = createSides({ nowMs: 0, firstSequence: 0xff_ff - 200 });
    say(a, 500);
    const arriving = a.sent.filter((_, index) => index < 20 || index > 350);
    for (const datagram of arriving) b.receive(datagram);
    expect(b.heard.length).toBe(arriving.length);
    expect(b.rtp.counters.refusedPackets).toBe(0);
  });

  test('survives several wraps', () => {
    const [a, b] = createSides({ nowMs: 0, firstSequence: 0xff_00 });
    for (let round = 0; round < 67_000; round += 1000) {
      say(a, 1000);
      for (const datagram of a.sent.splice(0).slice(0, 3)) b.receive(datagram);
    }
    expect(b.heard.length).toBe(67 * 3);
    expect(b.rtp.counters.refusedPackets).toBe(0);
  });

  test('drops what was changed on the way, and what another source or type sent', () => {
    const [a, b] = createSides({ nowMs: 0 });
    say(a, 3);
    for (const datagram of a.sent) {
      for (const at of [1, 3, 9, 14, datagram.length - 1]) {
        const forged = Buffer.from(datagram);
        forged.writeUInt8(forged.readUInt8(at) ^ 1, at);
        b.receive(forged);
      }
      b.receive(datagram.subarray(0, 10));
    }
    expect(b.heard).toEqual([]);
    for (const datagram of a.sent) b.receive(datagram);
    expect(b.heard).toEqual([1000, 1001, 1002]);
  });

  test('tells the other side what is missing, and both how long the way is', () => {
    const world = { nowMs: 100_000 };
    const [a, b] = createSides(world);
    say(a, 100);
    world.nowMs += 30;
    for (const [index, datagram] of a.sent.splice(0).entries()) if (index % 4 !== 1) b.receive(datagram);
    expect(b.rtp.reception.lost).toBe(25);
    a.rtp.sendReport(false);
    world.nowMs += 30;
    for (const datagram of a.sent.splice(0)) b.receive(datagram);
    world.nowMs += 200;
    b.rtp.sendReport(false);
    world.nowMs += 30;
    for (const datagram of b.sent) a.receive(datagram);
    expect(a.rtp.counters.remoteLossFraction).toBeCloseTo(0.25, 1);
    expect(a.rtp.counters.roundTripMs).toBeGreaterThan(58);
    expect(a.rtp.counters.roundTripMs).toBeLessThan(62);
  });

  test('reports are signs of life, and the last one says goodbye', () => {
    const world = { nowMs: 5 };
    const [a, b] = createSides(world);
    world.nowMs = 900;
    a.rtp.sendReport(false);
    b.receive(a.sent.splice(0)[0] ?? Buffer.alloc(0));
    expect(b.rtp.lastHeardMs).toBe(900);
    expect(b.byes).toBe(0);
    a.rtp.sendReport(true);
    b.receive(a.sent[0] ?? Buffer.alloc(0));
    expect(b.byes).toBe(1);
  });
});

/** A voice call from a to b, a packet each 20 ms, 15 ms of way; returns when b sent something by itself. */
function talk(world: World, [a, b]: readonly [Side, Side], packets: number, isLost: (index: number) => boolean): number[] {
  const reportedAt: number[] = [];
  const startMs = world.nowMs;
  for (let index = 0; index < packets; index += 1) {
    world.nowMs = startMs + index * 20;
    a.rtp.send(payload, index * 960, false, false);
    world.nowMs += 15;
    for (const datagram of a.sent.splice(0)) if (!isLost(index)) b.receive(datagram);
    if (b.sent.length > 0) reportedAt.push(world.nowMs - startMs);
    for (const datagram of b.sent.splice(0)) a.receive(datagram);
  }
  return reportedAt;
}
/** b's first report lets it speak; a is not to answer its own. */
function pair(world: World): readonly [Side, Side] {
  const sides = createSides(world);
  sides[1].rtp.sendReport(false);
  sides[1].sent.length = 0;
  return sides;
}
const gaps = (times: readonly number[]): number[] => times.slice(1).map((time, index) => time - (times[index] ?? 0));

describe('congestion feedback', () => {
  test('goes out every 100 ms while packets get lost, alone and small, and tells what became of each', () => {
    const world = { nowMs: 1000 };
    const sides = pair(world);
    const reportedAt = talk(world, sides, 101, (index) => index % 10 === 3);
    expect(new Set(gaps(reportedAt.slice(1)))).toEqual(new Set([100]));
    const { fates, trips } = sides[0];
    expect(fates.length).toBeGreaterThan(90);
    expect(fates.map(([sequence]) => sequence)).toEqual(fates.map((_, index) => 1000 + index));
    expect(fates.filter(([, atMs]) => Number.isNaN(atMs)).map(([sequence]) => sequence % 10)).toEqual(
      Array.from({ length: 10 }, () => 3),
    );
    // The report goes out the moment the last packet comes, and is heard in the same moment.
    for (const trip of trips) expect(trip).toBeCloseTo(15, 0);
  });

  test('costs half while all comes evenly, where the line is narrow, or where packets are few', () => {
    const world = { nowMs: 1000 };
    const sides = pair(world);
    expect(new Set(gaps(talk(world, sides, 100, () => false).slice(1)))).toEqual(new Set([200]));
    sides[1].rtp.setCapacity(32_000);
    expect(new Set(gaps(talk(world, sides, 100, (index) => index % 10 === 3).slice(1)))).toEqual(new Set([200]));
    sides[1].rtp.setCapacity(null);
    const few = gaps(talk(world, sides, 100, (index) => index % 3 !== 0).slice(2));
    expect(Math.min(...few)).toBeGreaterThan(150);
  });

  test('waits on a narrow line for a packet of ours, and goes behind it', () => {
    const world = { nowMs: 1000 };
    const [a, b] = pair(world);
    b.rtp.setCapacity(32_000);
    b.rtp.send(payload, 0, false, false);
    b.sent.length = 0;
    world.nowMs += 60;
    a.rtp.send(payload, 0, false, false);
    for (const datagram of a.sent.splice(0)) b.receive(datagram);
    b.rtp.sendReport(false);
    expect(b.sent).toEqual([]);
    b.rtp.send(payload, 960, false, false);
    expect(b.sent.map((datagram) => datagram.readUInt8(1) & 0x7f)).toEqual([111, 200 - 128]);
    // A voice that has stopped takes nothing in tow.
    world.nowMs += 300;
    a.rtp.send(payload, 960, false, false);
    for (const datagram of a.sent.splice(0)) b.receive(datagram);
    expect(b.sent.length).toBe(3);
  });

  test('rides in a report that goes out anyway', () => {
    const world = { nowMs: 1000 };
    const [a, b] = pair(world);
    talk(world, [a, b], 6, () => false);
    a.rtp.send(payload, 6 * 960, false, false);
    for (const datagram of a.sent.splice(0)) b.receive(datagram);
    world.nowMs += 60;
    expect(b.sent).toEqual([]);
    b.rtp.sendReport(false);
    expect(b.sent.length).toBe(1);
    a.receive(b.sent[0] ?? Buffer.alloc(0));
    expect(a.fates.length).toBe(7);
  });

  test('is neither sent to nor waited for from one who did not say that he reads it', () => {
    const world = { nowMs: 1000, congestionFeedback: false };
    const sides = pair(world);
    expect(talk(world, sides, 50, () => false)).toEqual([]);
    sides[1].rtp.sendReport(false);
    expect(sides[0].fates).toEqual([]);
  });

  test('says nothing before the other side is known to be the right one', () => {
    const world = { nowMs: 1000 };
    const sides = createSides(world);
    expect(talk(world, sides, 50, () => false)).toEqual([]);
  });
});

test('redundant packets carry their own payload type, and are told apart', () => {
  const [a, b] = createSides({ nowMs: 0 });
  expect([a.rtp.send(payload, 0, false, false), a.rtp.send(payload, 960, false, true)]).toEqual([1000, 1001]);
  expect(a.sent.map((datagram) => datagram.readUInt8(1) & 0x7f)).toEqual([111, 63]);
  for (const datagram of a.sent) b.receive(datagram);
  expect(b.redundant).toEqual([1001]);
});
