import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { keyPairFromSeed } from '../../../native-shims/sodium/index.ts';
import { accountKeyOf, createCertificateCheck, createSequenceMemory, linkIdentityOf } from '../../../main/identity/index.ts';
import {
  createLetters,
  createMailboxJudge,
  createPrekeys,
  letterMaxBytes,
  sealFor,
  type Letter,
  type Letters,
  type ReadyItem,
} from '../../../main/mailbox/index.ts';
import { sealedSizes, type LinkIdentity } from '../../../main/overlay/index.ts';
import { encodeCbor } from '../../../main/ports/cbor.ts';
import { fromHex } from '../../../main/ports/hex.ts';
import type { MailPerson } from '../../sim/mail/mail-person.ts';
import { MailWorld } from '../../sim/mail/mail-world.ts';
import { cheapMailboxWork } from '../../sim/world.ts';
import { seededRandom } from '../identity/fixtures.ts';

const random = seededRandom('letters');
const words = new Uint8Array(Buffer.from('bring the tin'));

let world: MailWorld;
let ada: MailPerson;
let ben: MailPerson;
beforeEach(async () => {
  world = new MailWorld(random, 1);
  [ada, ben] = [await world.person('adelaide'), await world.person('benedict')];
  await Promise.all([ada.start(), ben.start()]);
  await world.befriend(ada, ben);
});
afterEach(() => world.dispose());

/** Somebody's letters, as a person makes them who says to be somebody else. */
const lettersOf = (me: MailPerson, identity: LinkIdentity = linkIdentityOf(me.secrets)): Letters =>
  createLetters({
    identity: () => identity,
    prekeys: createPrekeys(me.storage.prekeys, world.clock, random),
    keys: me.mail.keys,
    isContact: (account) => me.friends(account),
    checkCertificate: createCertificateCheck(createSequenceMemory()),
    clock: world.clock,
  });
const written = async (letters: Letters, to: MailPerson, content: Uint8Array = words): Promise<ReadyItem> => {
  const item = await letters.write(to.key, content);
  if (item === null) throw new Error('no key is left');
  return item;
};
/** Opened, and what it says of keys is kept. */
async function read(letters: Letters, item: Parameters<Letters['open']>[0]): Promise<Pick<Letter, 'account' | 'content'> | null> {
  const letter = await letters.open(item);
  if (letter === null) return null;
  letters.heed(letter);
  return { account: letter.account, content: letter.content };
}
/** As the reader's pick-up hands it on. */
function arrived(at: MailPerson, { slip, sealed }: ReadyItem): { depositKey: Uint8Array | null; sealed: Uint8Array } {
  const mailbox = keyPairFromSeed(at.secrets.doorSeed).publicKey;
  const facts = createMailboxJudge(cheapMailboxWork).readSlip(mailbox, slip, world.clock.nowMs());
  return { depositKey: facts?.depositKey ?? null, sealed };
}

describe('A letter', () => {
  it('is read by whom it is for, who learns who wrote it; and is of one of five sizes', async () => {
    const sizes = new Set<number>();
    for (const bytes of [0, 300, 1_000, 3_000, 10_000, letterMaxBytes]) {
      const content = random.bytes(bytes);
      const item = await written(lettersOf(ada), ben, content);
      expect(await read(lettersOf(ben), arrived(ben, item))).toEqual({ account: ada.key, content });
      sizes.add(item.sealed.byteLength);
    }
    expect([...sizes].toSorted((a, b) => a - b)).toEqual(sealedSizes);
    await expect(lettersOf(ada).write(ben.key, random.bytes(letterMaxBytes + 1_000))).rejects.toThrow('TOO_LONG');
  });

  it('brings more keys before the reader runs out of them, also if the two never meet', async () => {
    const [adas, bens] = [lettersOf(ada), lettersOf(ben)];
    const unread: number[] = [];
    for (let number = 0; number < 400; number += 1) {
      const opened = [await read(bens, arrived(ben, await written(adas, ben)))];
      if (number % 4 === 3) opened.push(await read(adas, arrived(ada, await written(bens, ada))));
      if (opened.includes(null)) unread.push(number);
    }
    expect(unread).toEqual([]);
    expect(adas.left(ben.key)).toBeGreaterThan(0);
  });

  it('brings a new key to seal to, week after week', async () => {
    const before = ada.storage.prekeys.held(ben.key)?.number ?? 0;
    for (let week = 0; week < 8; week += 1) {
      world.clock.advance(7.5 * 86_400_000);
      await read(lettersOf(ben), arrived(ben, await written(lettersOf(ada), ben)));
      await read(lettersOf(ada), arrived(ada, await written(lettersOf(ben), ada)));
    }
    expect(ada.storage.prekeys.held(ben.key)?.number).toBeGreaterThan(before + 7 * 7 * 86_400);
    createPrekeys(ada.storage.prekeys, world.clock, random).prune();
    // The one of now, and those to which something may still be under way.
    expect(ada.storage.prekeys.own(ben.key).length).toBeLessThanOrEqual(7);
  });

  it('of a contact whose clock is a day ahead is read by one whose clock is right', async () => {
    const ahead = { ...linkIdentityOf(ada.secrets) };
    const item = await written(lettersOf(ada, ahead), ben);
    world.clock.setNow(world.clock.nowMs() - 1.9 * 86_400_000);
    expect(await read(lettersOf(ben), { ...arrived(ben, item), depositKey: arrivedKey(item) })).not.toBeNull();
  });
});

/** What the slip says, whatever the time is. */
function arrivedKey({ slip }: ReadyItem): Uint8Array | null {
  const mailbox = keyPairFromSeed(ben.secrets.doorSeed).publicKey;
  const later = world.clock.nowMs() + 2 * 86_400_000;
  return createMailboxJudge(cheapMailboxWork).readSlip(mailbox, slip, later)?.depositKey ?? null;
}

describe('What is no letter is not read', () => {
  const readByBen = (item: ReadyItem) => read(lettersOf(ben), arrived(ben, item));
  /** Sealed as a letter of Ada's to Ben is, whatever is in it; left with a key of hers. */
  const forged = async (content: Uint8Array): Promise<ReadyItem> => {
    const held = ada.storage.prekeys.held(ben.key);
    const [from, to] = [fromHex(ada.key, 32), fromHex(ben.key, 32)];
    if (held === null || from === null || to === null) throw new Error('they have met');
    const purpose = Buffer.concat([Buffer.from('lilliput/letter/1\0'), from, to]);
    const item = ada.mail.keys.prepare(ben.key, await sealFor(held.publicKey, purpose, content));
    if (item === null) throw new Error('no key is left');
    return item;
  };
  const fields = (change: Record<string, unknown> = {}): Record<string, unknown> => ({
    certificate: ada.secrets.certificate,
    to: fromHex(ben.key, 32),
    prekey: ada.storage.prekeys.held(ben.key)?.number,
    content: words,
    have: 256,
    ...change,
  });
  const signed = (value: Record<string, unknown>, by: MailPerson = ada): Uint8Array => {
    const payload = encodeCbor(value);
    return encodeCbor([payload, linkIdentityOf(by.secrets).sign('lilliput/letter/1', payload)]);
  };

  it('unless all of it is right', async () => {
    expect(await readByBen(await forged(signed(fields())))).toEqual({ account: ada.key, content: words });
  });

  it.each<[string, () => Uint8Array | Promise<Uint8Array>]>([
    ['noise', () => random.bytes(500)],
    ['nothing', () => new Uint8Array(0)],
    ['a signature of another device', () => signed(fields(), ben)],
    ['a certificate of another account', () => signed(fields({ certificate: ben.secrets.certificate }), ben)],
    ['a certificate that is none', () => signed(fields({ certificate: random.bytes(200) }))],
    ['what is for somebody else', () => signed(fields({ to: random.bytes(32) }))],
    ['what was sealed to another key', () => signed(fields({ prekey: 7 }))],
    ['what says nothing', () => signed(fields({ content: undefined }))],
    ['more keys than may come at once', () => signed(fields({ keys: Array.from({ length: 4 }, () => ({})) }))],
  ])('%s', async (_, content) => {
    expect(await readByBen(await forged(await content()))).toBeNull();
  });

  it('left with a key of somebody else, of nobody, or of a contact who was removed', async () => {
    const item = await written(lettersOf(ada), ben);
    const mallory = await world.person('mallory');
    await mallory.start();
    await world.befriend(mallory, ben);
    const relabelled = mallory.mail.keys.prepare(ben.key, item.sealed);
    if (relabelled === null) throw new Error('they have met');
    expect(await readByBen(relabelled)).toBeNull();
    expect(await read(lettersOf(ben), { depositKey: random.bytes(32), sealed: item.sealed })).toBeNull();
    ben.friends = (account) => account !== ada.key;
    expect(await readByBen(item)).toBeNull();
  });

  it('of a device that was replaced by another one', async () => {
    const item = await written(lettersOf(ada), ben);
    const memory = createSequenceMemory();
    memory.raise('certificate', accountKeyOf(ada.secrets), Number.MAX_SAFE_INTEGER);
    const letters = createLetters({
      identity: () => linkIdentityOf(ben.secrets),
      prekeys: createPrekeys(ben.storage.prekeys, world.clock, random),
      keys: ben.mail.keys,
      isContact: () => true,
      checkCertificate: createCertificateCheck(memory),
      clock: world.clock,
    });
    expect(await read(letters, arrived(ben, item))).toBeNull();
  });

  it('and takes no keys along that no keeper would take', async () => {
    const before = ben.mail.keys.left(ada.key);
    const batch = { mailbox: random.bytes(32), secret: random.bytes(32), week: 5_000, certificates: random.bytes(128) };
    await readByBen(await forged(signed(fields({ keys: [batch] }))));
    expect(ben.mail.keys.left(ada.key)).toBe(before);
  });
});
