import { describe, expect, it } from 'vitest';
import { contentMaxBytes, sealFor, sealingKeysOf } from '../../../main/mailbox/index.ts';
import { sealedSizes } from '../../../main/overlay/index.ts';
import { seededRandom } from '../identity/fixtures.ts';

const random = seededRandom('sealing');
const purpose = Buffer.from('test');

describe('A sealed item', () => {
  it('opens for whom it was sealed and for that purpose only, and with no byte changed', async () => {
    const keys = await sealingKeysOf(random.bytes(32));
    const other = await sealingKeysOf(random.bytes(32));
    const content = random.bytes(300);
    const sealed = await sealFor(keys.publicKey, purpose, content);
    expect(await keys.open(sealed, purpose)).toEqual(content);
    expect(await other.open(sealed, purpose)).toBeNull();
    expect(await keys.open(sealed, Buffer.from('another'))).toBeNull();
    for (const position of [0, 31, 32, 500, sealed.byteLength - 1]) {
      const changed = sealed.slice();
      changed[position] = (changed[position] ?? 0) ^ 1;
      expect(await keys.open(changed, purpose)).toBeNull();
    }
  });

  it('has one of five sizes, whatever is in it', async () => {
    const { publicKey, open } = await sealingKeysOf(random.bytes(32));
    for (const bytes of [0, 1, 900, 972, 973, 4_000, 20_000, contentMaxBytes]) {
      const content = random.bytes(bytes);
      const sealed = await sealFor(publicKey, purpose, content);
      expect(sealedSizes).toContain(sealed.byteLength);
      expect(await open(sealed, purpose)).toEqual(content);
    }
    await expect(sealFor(publicKey, purpose, random.bytes(contentMaxBytes + 1))).rejects.toThrow('TOO_LONG');
  });

  it('looks different each time, so that the same words can’t be told by it', async () => {
    const { publicKey } = await sealingKeysOf(random.bytes(32));
    const content = random.bytes(10);
    expect(await sealFor(publicKey, purpose, content)).not.toEqual(await sealFor(publicKey, purpose, content));
  });
});
