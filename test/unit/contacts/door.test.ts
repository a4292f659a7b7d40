import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { linkIdentityOf, contactAddressOf } from '../../../main/identity/index.ts';
import { doorAnswerSchema, encodeRequest } from '../../../main/contacts/contact-request.ts';
import { maxIncoming } from '../../../main/contacts/roster-rules.ts';
import { decodeCbor, encodeCbor } from '../../../main/ports/cbor.ts';
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

const knock = async (at: Villager, request: Uint8Array, network = 'somewhere'): Promise<string | undefined> =>
  decodeCbor(await at.contacts.answerDoor(request, { network }), doorAnswerSchema, 64)?.result;

const dayMs = 86_400_000;

describe('The door', () => {
  it('takes a request of at most 2 KiB, even with the longest note in the widest script', async () => {
    alice.contacts.request({ accountKey: bob.key, name: 'bob', note: '長'.repeat(300) });
    await village.settle();
    expect(bob.contacts.get(alice.key)?.note).toHaveLength(300);
    expect(village.knocks[0]?.byteLength).toBeLessThanOrEqual(2048);
  });

  it("refuses a request that was made for somebody else's door", async () => {
    const carol = await village.person('carol');
    expect(await knock(carol, requestFrom(alice, bob))).toBe('later');
    expect(carol.contacts.list()).toEqual([]);
  });

  it('takes a name only as it is written in the directory, not in capitals or wide letters that map to it', async () => {
    for (const name of ['Alice', 'ALICE', 'ａｌｉｃｅ']) {
      expect(await knock(bob, requestFrom(alice, bob, village.clock.nowMs(), name), name)).toBe('later');
    }
    expect(bob.contacts.list()).toEqual([]);
    expect(await knock(bob, requestFrom(alice, bob))).toBe('received');
    expect(bob.contacts.get(alice.key)?.name).toBe('alice');
  });

  it('refuses a request from yesterday or from tomorrow', async () => {
    expect(await knock(bob, requestFrom(alice, bob, village.clock.nowMs() - dayMs - 1))).toBe('later');
    expect(await knock(bob, requestFrom(alice, bob, village.clock.nowMs() + dayMs + 1))).toBe('later');
    expect(bob.contacts.list()).toEqual([]);
    expect(await knock(bob, requestFrom(alice, bob, village.clock.nowMs() - dayMs + 1))).toBe('received');
  });

  it('refuses a request with any one byte changed', async () => {
    const request = requestFrom(alice, bob);
    for (let position = 0; position < request.byteLength; position += 1) {
      const forged = request.slice();
      forged[position] = (forged[position] ?? 0) ^ 1;
      // A network of its own each time, so that it is not the rate limit that refuses.
      expect(await knock(bob, forged, `network ${position}`)).toBe('later');
    }
    expect(bob.contacts.list()).toEqual([]);
  });

  it("refuses a certificate that goes with another's signature", async () => {
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
    expect(await knock(bob, mixed)).toBe('later');
  });

  it('refuses what is empty, too large, or no request', async () => {
    for (const bytes of [new Uint8Array(0), new Uint8Array(4096), encodeCbor([1, 2]), encodeCbor({ hello: 'door' })]) {
      expect(await knock(bob, bytes, `network ${bytes.byteLength}`)).toBe('later');
    }
  });

  it('listens to six knocks an hour from one network', async () => {
    const answers: (string | undefined)[] = [];
    for (let number = 0; number < 7; number += 1) answers.push(await knock(bob, requestFrom(alice, bob)));
    expect(answers).toEqual([...Array.from({ length: 6 }, () => 'received'), 'later']);
    expect(await knock(bob, requestFrom(alice, bob), 'another network')).toBe('received');
    village.clock.advance(3_600_000);
    expect(await knock(bob, requestFrom(alice, bob))).toBe('received');
  });

  it('keeps a hundred people waiting, and asks the next to come later', async () => {
    const { createAccount, accountKeyOf } = await import('../../../main/identity/index.ts');
    const { systemRandom } = await import('../../../main/ports/random.ts');
    for (let number = 0; number <= maxIncoming; number += 1) {
      const name = `stranger-${number}`;
      const secrets = await createAccount(name, { random: systemRandom, nowMs: village.clock.nowMs() });
      village.directory.set(name, accountKeyOf(secrets));
      const address = contactAddressOf(secrets.listening);
      const content = { name, to: bob.key, asks: true, note: '', address, nowMs: village.clock.nowMs() };
      const answer = await knock(bob, encodeRequest(linkIdentityOf(secrets), content), `home ${number}`);
      expect(answer).toBe(number < maxIncoming ? 'received' : 'later');
    }
    expect(bob.contacts.list()).toHaveLength(maxIncoming);
  });
});
