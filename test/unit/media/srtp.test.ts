import { createSecretKey } from 'node:crypto';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  ProtectionProfileAeadAes128Gcm,
  ProtectionProfileAes128CmHmacSha1_80,
  RtpHeader,
  SrtcpSession,
  SrtpSession,
} from 'werift';
import { createPacketCipher } from '../../../main/media/transport/packet-cipher.ts';
import { writeRtpHeader } from '../../../main/media/transport/rtp-packet.ts';
import { createSrtp, sealedBytes, type Srtp } from '../../../main/media/transport/srtp.ts';
import { deriveSessionKeys, masterSaltBytes, type SrtpProfile } from '../../../main/media/transport/srtp-keys.ts';

const hex = (text: string): Buffer => Buffer.from(text.replaceAll(/\s/gu, ''), 'hex');
const profiles = ['AEAD_AES_128_GCM', 'AES128_CM_HMAC_SHA1_80'] as const;
const ssrc = 0x12_34_56_78;

/** Two ends of one call, the second one's keys the other way round. */
function ends(profile: SrtpProfile): readonly [Srtp, Srtp] {
  const side = (seed: number) => ({ key: Buffer.alloc(16, seed), salt: Buffer.alloc(masterSaltBytes(profile), seed + 1) });
  const [a, b] = [side(1), side(5)];
  return [createSrtp({ profile, local: a, remote: b }), createSrtp({ profile, local: b, remote: a })];
}

function seal(srtp: Srtp, payload: Uint8Array, index: number): Buffer {
  const packet = Buffer.alloc(sealedBytes(12 + payload.length));
  writeRtpHeader(packet, 111, false, index % 0x1_00_00, 960, ssrc);
  return packet.subarray(0, srtp.sealRtp(packet, payload, ssrc, index));
}

function sealReport(srtp: Srtp, words: number): Buffer {
  const packet = Buffer.alloc(sealedBytes(8 + words * 4), 7);
  packet.writeUInt8(0x80, 0);
  packet.writeUInt8(201, 1);
  packet.writeUInt16BE(1 + words, 2);
  packet.writeUInt32BE(ssrc, 4);
  return packet.subarray(0, srtp.sealRtcp(packet, 8 + words * 4));
}

describe('the examples of the standards', () => {
  test('RFC 3711 B.3: session keys from a master key', () => {
    const keys = deriveSessionKeys(
      'AES128_CM_HMAC_SHA1_80',
      hex('E1F97A0D3E018BE0D64FA32C06DE4139'),
      hex('0EC675AD498AFEEBB6960B3AABE6'),
      'rtp',
    );
    expect(keys.key.export().toString('hex')).toBe('c61e7a93744f39ee10734afe3ff7a087');
    expect(keys.salt.toString('hex')).toBe('30cbbc08863d8c85d49db34a9ae1');
    expect(keys.authKey?.export().toString('hex')).toBe('cebe321f6ff7716b6fd4ab49af256a156d38baa4');
  });

  test('RFC 7714 16.1.1: a packet under AES-128-GCM', () => {
    const cipher = createPacketCipher(
      'AEAD_AES_128_GCM',
      { key: createSecretKey(hex('000102030405060708090a0b0c0d0e0f')), authKey: null, salt: hex('517569642070726f2071756f') },
      'rtp',
    );
    const header = hex('8040f17b 8041f8d3 5501a0b2');
    const plain = hex(`47616c6c 69612065 7374206f 6d6e6973 20646976 69736120 696e2070 61727465 73207472 6573`);
    const tag = Buffer.alloc(16);
    const sealed = cipher.seal(0x55_01_a0_b2, 0xf1_7b, header, Buffer.alloc(4), plain, tag);
    expect(sealed.toString('hex')).toBe('f24de3a3fb34de6cacba861c9d7e4bcabe633bd50d294e6f42a5f47a51c7d19b36de3adf8833');
    expect(tag.toString('hex')).toBe('899d7f27beb16a9152cf765ee4390cce');
  });
});

describe.each(profiles)('packets under %s', (profile) => {
  test('open to what was sealed, for every length and index, also over wraps', () => {
    const [a, b] = ends(profile);
    const cases = fc.tuple(fc.uint8Array({ maxLength: 1400 }), fc.integer({ min: 0, max: 2 ** 40 }));
    fc.assert(
      fc.property(cases, ([payload, index]) => {
        const opened = b.openRtp(seal(a, payload, index), 12, ssrc, index);
        expect(opened?.equals(payload)).toBe(true);
      }),
      { numRuns: 200 },
    );
  });

  test('do not open when any byte, the rollover counter or the direction is another', () => {
    const [a, b] = ends(profile);
    const packet = seal(a, Buffer.from('twenty milliseconds'), 70_000);
    const index = 70_000;
    for (let at = 0; at < packet.length; at += 1) {
      const forged = Buffer.from(packet);
      forged.writeUInt8(forged.readUInt8(at) ^ 0x10, at);
      expect(b.openRtp(forged, 12, ssrc, index)).toBeNull();
      expect(b.openRtp(packet.subarray(0, at), 12, ssrc, index)).toBeNull();
    }
    expect(b.openRtp(packet, 12, ssrc, index - 0x1_00_00)).toBeNull();
    expect(a.openRtp(packet, 12, ssrc, index)).toBeNull();
    expect(b.openRtp(packet, 12, ssrc, index)).not.toBeNull();
    expect(b.openRtp(Buffer.alloc(4000), 12, ssrc, index)).toBeNull();
  });

  test('reports open once, in any order, and not when they were changed or left readable', () => {
    const [a, b] = ends(profile);
    const reports = Array.from({ length: 60 }, (_, i) => sealReport(a, i));
    for (const [i, report] of [...reports.entries()].toReversed()) {
      const forged = Buffer.from(report);
      forged.writeUInt8(forged.readUInt8(i % report.length) ^ 1, i % report.length);
      expect(b.openRtcp(forged)).toBeNull();
      expect(b.openRtcp(report)?.length).toBe(8 + i * 4);
      expect(b.openRtcp(report)).toBeNull();
    }
    expect(b.openRtcp(Buffer.alloc(20, 0x80))).toBeNull();
    expect(b.openRtcp(Buffer.alloc(2000, 0x80))).toBeNull();
    for (let i = 0; i < 200; i += 1) sealReport(a, 1);
    expect(b.openRtcp(sealReport(a, 2))).not.toBeNull();
    expect(b.openRtcp(reports[0] ?? Buffer.alloc(0))).toBeNull();
  });

  test('are what another implementation reads and writes', () => {
    const werifts = profile === 'AEAD_AES_128_GCM' ? ProtectionProfileAeadAes128Gcm : ProtectionProfileAes128CmHmacSha1_80;
    const saltLength = masterSaltBytes(profile);
    const config = {
      profile: werifts,
      keys: {
        localMasterKey: Buffer.alloc(16, 5),
        localMasterSalt: Buffer.alloc(saltLength, 6),
        remoteMasterKey: Buffer.alloc(16, 1),
        remoteMasterSalt: Buffer.alloc(saltLength, 2),
      },
    } as const;
    const [ours] = ends(profile);
    const [rtp, rtcp] = [new SrtpSession(config), new SrtcpSession(config)];
    const payload = Buffer.from('as others do it');
    for (const index of [65_534, 65_535, 65_536, 65_537]) {
      expect(
        rtp
          .decrypt(seal(ours, payload, index))
          .subarray(12)
          .toString(),
      ).toBe('as others do it');
      const header = new RtpHeader({ payloadType: 111, ssrc, sequenceNumber: index % 0x1_00_00, timestamp: 5 });
      expect(ours.openRtp(rtp.encrypt(payload, header), 12, ssrc, index)?.toString()).toBe('as others do it');
    }
    for (let words = 0; words < 10; words += 1) {
      const plain = rtcp.decrypt(sealReport(ours, words));
      expect(plain.length).toBe(8 + words * 4);
      expect(ours.openRtcp(rtcp.encrypt(plain))?.equals(plain)).toBe(true);
    }
  });
});
