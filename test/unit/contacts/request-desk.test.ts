import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { linkIdentityOf, contactAddressOf } from '../../../main/identity/index.ts';
import { encodeRequest, requestMaxBytes } from '../../../main/contacts/contact-request.ts';
import { maxIncoming } from '../../../main/contacts/roster-rules.ts';
import { encodeCbor } from '../../../main/ports/cbor.ts';
import { newVillage, type Village, type Villager } from './village.ts';

let village: Village;
let alice: Villager;
let bob: Villager;
beforeEach(async () => {
  village = newVillage();
  alice = await village.person('alice');
  bob = await village.person('bob');
});
afterEach(() => village.dispose());

const requestFrom = (from: Villager, to: Villager, nowMs = village.clock.nowMs(), name = from.name): Uint8Array =>
  encodeRequest(linkIdentityOf(from.secrets), {
    name,
    to: to.key,
    asks: true,
    note: 'hello',
    address: contactAddressOf(from.secrets.listening),
    nowMs,
  });

const take = (at: Villager, request: Uint8Array): Promise<string> => at.contacts.takeRequest(request);

const dayMs = 86_400_000;

describe('A request that came', () => {
  it('fits into 2 KiB, even with the longest note in the widest script', async () => {
    alice.contacts.request({ accountKey: bob.key, name: 'bob', note: '長'.repeat(300) });
    await village.settle();
    expect(bob.contacts.get(alice.key)?.note).toHaveLength(300);
    expect(village.left[0]?.byteLength).toBeLessThanOrEqual(requestMaxBytes);
  });

  it('is dropped when it was made for somebody else', async () => {
    const carol = await village.person('carol');
    expect(await take(carol, requestFrom(alice, bob))).toBe('done');
    expect(carol.contacts.list()).toEqual([]);
  });

  it('takes a name only as it is written in the directory, not in capitals or wide letters that map to it', async () => {
    for (const name of ['Alice', 'ALICE', 'ａｌｉｃｅ']) {
      expect(await take(bob, requestFrom(alice, bob, village.clock.nowMs(), name))).toBe('done');
    }
    expect(bob.contacts.list()).toEqual([]);
    expect(await take(bob, requestFrom(alice, bob))).toBe('done');
    expect(bob.contacts.get(alice.key)?.name).toBe('alice');
  });

  it('is dropped when it is more than a mailbox’s month old, or from the day after tomorrow', async () => {
    await take(bob, requestFrom(alice, bob, village.clock.nowMs() - 31 * dayMs - 1));
    await take(bob, requestFrom(alice, bob, village.clock.nowMs() + 2 * dayMs));
    expect(bob.contacts.list()).toEqual([]);
    await take(bob, requestFrom(alice, bob, village.clock.nowMs() - 31 * dayMs + 1));
    expect(bob.relationTo(alice)).toBe('incoming');
  });

  it('is dropped with any one byte changed', async () => {
    const request = requestFrom(alice, bob);
    for (let position = 0; position < request.byteLength; position += 1) {
      const forged = request.slice();
      forged[position] = (forged[position] ?? 0) ^ 1;
      // oxlint-disable-next-line no-await-in-loop -- one after the other: so many lookups at once would be put off
      await take(bob, forged);
    }
    expect(bob.contacts.list()).toEqual([]);
  });

  it("is dropped with a certificate that goes with another's signature", async () => {
    const carol = await village.person('carol');
    const mixed = encodeRequest(
      { ...linkIdentityOf(carol.secrets), certificate: alice.secrets.certificate },
      {
        name: 'alice',
        to: bob.key,
        asks: true,
        note: '',
        address: contactAddressOf(carol.secrets.listening),
        nowMs: village.clock.nowMs(),
      },
    );
    expect(await take(bob, mixed)).toBe('done');
    expect(bob.contacts.list()).toEqual([]);
  });

  it('is dropped when it is empty, too large, or no request', async () => {
    for (const bytes of [new Uint8Array(0), new Uint8Array(4096), encodeCbor([1, 2]), encodeCbor({ hello: 'door' })]) {
      expect(await take(bob, bytes)).toBe('done');
    }
  });

  it('waits a day for a name that nobody holds yet, and no longer', async () => {
    village.directory.delete('alice');
    const request = requestFrom(alice, bob);
    expect(await take(bob, request)).toBe('later');
    village.clock.advance(dayMs - 1);
    expect(await take(bob, request)).toBe('later');
    village.clock.advance(2);
    expect(await take(bob, request)).toBe('done');
    expect(bob.contacts.list()).toEqual([]);
  });

  it('waits where it is while a hundred people wait for an answer', async () => {
    const { createAccount, accountKeyOf } = await import('../../../main/identity/index.ts');
    const { systemRandom } = await import('../../../main/ports/random.ts');
    for (let number = 0; number <= maxIncoming; number += 1) {
      const name = `stranger-${number}`;
      const secrets = await createAccount(name, { random: systemRandom, nowMs: village.clock.nowMs() });
      village.directory.set(name, accountKeyOf(secrets));
      const address = contactAddressOf(secrets.listening);
      const content = { name, to: bob.key, asks: true, note: '', address, nowMs: village.clock.nowMs() };
      const answer = await take(bob, encodeRequest(linkIdentityOf(secrets), content));
      expect(answer).toBe(number < maxIncoming ? 'done' : 'later');
    }
    expect(bob.contacts.list()).toHaveLength(maxIncoming);
  });
});
