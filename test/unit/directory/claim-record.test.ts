import * as fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { openRecord, recordMaxBytes, targetOf } from '../../../main/directory/index.ts';
import { decodeCbor, encodeCbor } from '../../../main/ports/cbor.ts';
import {
  accountKeyOf,
  deviceKeysOf,
  doorKeyOf,
  issueCertificate,
  rootKeysOf,
  type AccountSecrets,
} from '../../../main/identity/index.ts';
import { directoryRecordMaxBytes } from '../../../main/overlay/directory-store.ts';
import { z } from 'zod';
import { dayMs, someDayMs } from '../identity/fixtures.ts';
import { newAccount, recordOf } from './fixtures.ts';

const partsSchema = z.object({
  claim: z.instanceof(Uint8Array),
  device: z.instanceof(Uint8Array),
  refresh: z.instanceof(Uint8Array),
});
function partsOf(record: Uint8Array): z.output<typeof partsSchema> {
  const parts = decodeCbor(record, partsSchema, directoryRecordMaxBytes);
  if (parts === null) throw new Error('not a record');
  return parts;
}

let wren: AccountSecrets;
let robin: AccountSecrets;
beforeAll(async () => {
  wren = await newAccount('wren', 'wren');
  robin = await newAccount('wren', 'robin');
});

describe('a claim record', () => {
  it('says whose the name is, since when, and where the door is', async () => {
    const record = openRecord(await recordOf(wren, someDayMs));
    expect(record).toMatchObject({ name: 'wren', account: accountKeyOf(wren), heartbeatMs: someDayMs, released: false });
    expect(record?.door).toEqual(doorKeyOf(wren));
    expect(record?.certificate.device).toEqual(deviceKeysOf(wren).publicKey);
  });

  it('of the longest name there can be stays under the limit of the overlay', async () => {
    const long = await newAccount('𠀀'.repeat(32), 'long');
    const bytes = await recordOf(long, someDayMs, {
      refreshSequence: Number.MAX_SAFE_INTEGER,
      sequence: Number.MAX_SAFE_INTEGER,
    });
    expect(openRecord(bytes)?.name).toBe(long.name);
    expect(bytes.byteLength).toBeLessThan(directoryRecordMaxBytes);
    expect(recordMaxBytes).toBe(directoryRecordMaxBytes);
  });

  it('is worthless after any single bit was flipped', async () => {
    const bytes = await recordOf(wren, someDayMs);
    for (let bit = 0; bit < bytes.byteLength * 8; bit += 1) {
      expect(openRecord(bytes.map((byte, index) => (index === bit >> 3 ? byte ^ (1 << (bit & 7)) : byte)))).toBeNull();
    }
  });

  it('cannot be put together from pieces of other records', async () => {
    const own = partsOf(await recordOf(wren, someDayMs));
    const foreign = partsOf(await recordOf(robin, someDayMs));
    const renamed = partsOf(await recordOf(wren, someDayMs, { name: 'wren-2' }));
    expect(openRecord(encodeCbor(own))).not.toBeNull();
    for (const key of ['claim', 'device', 'refresh'] as const) {
      expect(openRecord(encodeCbor({ ...own, [key]: foreign[key] }))).toBeNull();
    }
    expect(openRecord(encodeCbor({ ...own, claim: renamed.claim }))).toBeNull();
    expect(openRecord(encodeCbor({ ...own, refresh: renamed.refresh }))).toBeNull();
  });

  it('cannot be refreshed by a device that another account certified', async () => {
    const certificate = issueCertificate(rootKeysOf(robin), deviceKeysOf(robin).publicKey, 1, someDayMs);
    expect(openRecord(await recordOf(wren, someDayMs, { certificate, device: deviceKeysOf(robin) }))).toBeNull();
    expect(openRecord(await recordOf(robin, someDayMs, { certificate, device: deviceKeysOf(robin) }))).not.toBeNull();
  });

  it('needs a device certificate that was valid when it was signed', async () => {
    const early = issueCertificate(rootKeysOf(wren), deviceKeysOf(wren).publicKey, 1, someDayMs - 91 * dayMs);
    expect(openRecord(await recordOf(wren, someDayMs, { certificate: early }))).toBeNull();
    const later = issueCertificate(rootKeysOf(wren), deviceKeysOf(wren).publicKey, 1, someDayMs + 2 * dayMs);
    expect(openRecord(await recordOf(wren, someDayMs, { certificate: later }))).toBeNull();
    const otherDevice = issueCertificate(rootKeysOf(wren), deviceKeysOf(robin).publicKey, 1, someDayMs);
    expect(openRecord(await recordOf(wren, someDayMs, { certificate: otherDevice }))).toBeNull();
  });

  it.each(['Wren', 'wr en', 'w', 'pаypal', 'ＷＲＥＮ'])('for %s, which is no name in normal form, is refused', async (name) => {
    expect(openRecord(await recordOf(wren, someDayMs, { name }))).toBeNull();
  });

  it('is never read out of arbitrary bytes, and those never throw', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 1000 }), (bytes) => {
        expect(openRecord(bytes)).toBeNull();
      }),
    );
  });
});

describe('the target of a name', () => {
  it('is 32 bytes that depend on the name, the same for ever', () => {
    expect(Buffer.from(targetOf('wren')).toString('hex')).toBe(
      'a567f04de3a20493cbf2245268112b1bec4280f1a01b34c7e9ca5e9d124f9c8b',
    );
    expect(targetOf('wren')).not.toEqual(targetOf('wren-2'));
  });
});
