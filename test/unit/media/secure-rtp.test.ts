import { ProtectionProfileAeadAes128Gcm, SrtcpSession, SrtpSession } from 'werift';
import { describe, expect, test } from 'vitest';
import type { SecureChannel } from '../../../main/media/transport/dtls-channel.ts';
import type { IceAgent } from '../../../main/media/transport/ice-agent.ts';
import { createSecureRtp, type SecureRtp } from '../../../main/media/transport/secure-rtp.ts';

interface Side {
  readonly rtp: SecureRtp;
  /** Datagrams this side sent. */
  readonly sent: Buffer[];
  readonly heard: number[];
  readonly byes: number;
  receive(datagram: Buffer): void;
}

interface World {
  nowMs: number;
  readonly firstSequence?: number;
}

const key = (seed: number, length: number): Buffer => Buffer.alloc(length, seed);

/** Two ends with real SRTP keys and no network: datagrams are handed over by the test. */
function createSides(world: World): readonly [Side, Side] {
  const side = (local: number, remote: number): Side => {
    const config = {
      profile: ProtectionProfileAeadAes128Gcm,
      keys: {
        localMasterKey: key(local, 16),
        localMasterSalt: key(local + 1, 12),
        remoteMasterKey: key(remote, 16),
        remoteMasterSalt: key(remote + 1, 12),
      },
    };
    const sent: Buffer[] = [];
    const heard: number[] = [];
    const listeners: ((data: Buffer) => void)[] = [];
    let byes = 0;
    const ice = {
      send: (data: Buffer) => void sent.push(Buffer.from(data)),
      onData: (listener: (data: Buffer) => void) => void listeners.push(listener),
    };
    const channel: SecureChannel = {
      srtp: new SrtpSession(config),
      srtcp: new SrtcpSession(config),
      exporter: Buffer.alloc(32),
      sendData: () => undefined,
    };
    const rtp = createSecureRtp({
      channel,
      // Only these two are used above the network.
      ice: ice as unknown as IceAgent,
      localSsrc: local,
      remoteSsrc: remote,
      localPayloadType: 111,
      remotePayloadType: 111,
      firstSequence: world.firstSequence ?? 1000,
      nowMs: () => world.nowMs,
      wallClockMs: () => world.nowMs + 1_700_000_000_000,
      onRtp: (_payload, sequence) => void heard.push(sequence),
      onBye: () => {
        byes += 1;
      },
    });
    return {
      rtp,
      sent,
      heard,
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
  for (let i = 0; i < count; i += 1) side.rtp.send(payload, i * 960, false);
};

describe('RTP over a secure channel', () => {
  test('takes each packet once, in any order', () => {
    const [a, b] = createSides({ nowMs: 0 });
    say(a, 30);
    for (const datagram of [...a.sent.toReversed(), ...a.sent]) b.receive(datagram);
    expect(b.heard).toEqual(Array.from({ length: 30 }, (_, i) => 1029 - i));
    expect(b.rtp.counters).toMatchObject({ receivedPackets: 30, refusedPackets: 30 });
  });

  test('hears again after an outage over the wrap of sequence numbers (werift alone would be deaf from then on)', () => {
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
