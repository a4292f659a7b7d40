import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { noProfile } from '../../../preload/contract/index.ts';
import { encodeCbor } from '../../../main/ports/cbor.ts';
import { silentLogger } from '../../../main/ports/logger.ts';
import type { PeerWire } from '../../../main/ports/peer-wire.ts';
import { createProfiles, type Profiles } from '../../../main/profiles/index.ts';
import {
  decodeProfileMessage,
  documentIdOf,
  encodeDocument,
  encodeProfileMessage,
  pictureIdOf,
  type ProfileMessage,
} from '../../../main/profiles/profile-wire.ts';
import type { Storage } from '../../../main/storage/index.ts';
import { memoryNet, type MemoryNet } from '../chat/memory-wire.ts';
import { newProfile, type Profile } from '../storage/profile.ts';
import { createHandGate, type HandGate } from '../hand-gate.ts';
import { VirtualClock } from '../virtual-clock.ts';
import { aPng } from './pictures.ts';

const alice = 'a1'.repeat(32);
const bob = 'b2'.repeat(32);

interface Person {
  readonly profiles: Profiles;
  readonly contacts: Set<string>;
  readonly misbehaved: string[];
  readonly changes: string[];
  readonly storage: Storage;
  readonly folder: Profile;
  readonly gate: HandGate;
  readonly wire: PeerWire;
}

let net: MemoryNet;
let clock: VirtualClock;
let a: Person;
let b: Person;

async function person(self: string, friend: string, folder = newProfile()): Promise<Person> {
  const storage = await folder.open();
  const contacts = new Set([friend]);
  const misbehaved: string[] = [];
  const changes: string[] = [];
  const gate = createHandGate(clock);
  const wire = net.wire(self);
  const profiles = createProfiles({
    self,
    wire,
    isContact: (account) => contacts.has(account),
    misbehaved: (_, reason) => misbehaved.push(reason),
    repository: storage.profiles,
    gate,
    clock,
    logger: silentLogger,
  });
  profiles.onChange((account) => changes.push(account));
  profiles.start();
  return { profiles, contacts, misbehaved, changes, storage, folder, gate, wire };
}

beforeEach(async () => {
  net = memoryNet();
  clock = new VirtualClock();
  a = await person(alice, bob);
  b = await person(bob, alice);
});
afterEach(() => {
  for (const { profiles, folder } of [a, b]) {
    profiles.stop();
    folder.dispose();
  }
});

const meet = (): void => {
  net.connect(alice, bob);
  net.settle();
};
/** A picture of several parts: noise doesn't pack. */
const large = (): Uint8Array => aPng(320, 320, [['noIs', new Uint8Array(Buffer.from('x'.repeat(50_000)))]]);

describe('What somebody says of themselves', () => {
  it('reaches a contact when they meet: name, mood and a picture of four parts', () => {
    b.profiles.update({ displayName: ' Bob  of the bees ', mood: 'Swarming' });
    b.profiles.setPicture(large());
    meet();
    const seen = a.profiles.of(bob);
    expect(seen).toMatchObject({ displayName: 'Bob of the bees', mood: 'Swarming' });
    expect(a.profiles.picture(seen.picture ?? '')).toEqual({ type: 'image/png', bytes: large() });
    expect(b.profiles.of(alice)).toEqual(noProfile);
  });

  it('comes bit by bit while the line of who tells it is the voice’s alone, at one pace for all; the rest follows at once', async () => {
    const carol = 'c3'.repeat(32);
    const c = await person(carol, bob);
    b.contacts.add(carol);
    let told = 0;
    for (const { wire } of [a, c]) wire.onMessage((_, bytes) => (told += bytes.byteLength));
    const pass = async (seconds: number): Promise<void> => {
      for (let second = 0; second < seconds; second += 1) {
        clock.advance(1_000);
        // oxlint-disable-next-line no-await-in-loop -- second after second
        await Promise.resolve();
        net.settle();
      }
    };
    b.profiles.update({ displayName: 'Bob', mood: '' });
    b.profiles.setPicture(large());
    b.gate.set(true);
    meet();
    net.connect(carol, bob);
    await pass(9);
    expect(told).toBeLessThan(500);
    await pass(150);
    expect(told).toBeGreaterThan(10 * 2_048);
    expect(told * 8).toBeLessThan(160 * 2_000);
    expect(a.profiles.of(bob).picture).toBeNull();
    // 25 parts each: patience has an end.
    await pass(500);
    expect(a.profiles.of(bob).picture).not.toBeNull();
    b.profiles.setPicture(aPng(320, 320, [['noIs', new Uint8Array(Buffer.from('y'.repeat(50_000)))]]));
    await pass(30);
    const isShown = (): boolean => a.profiles.of(bob).picture === b.profiles.of(bob).picture;
    expect(isShown()).toBe(false);
    b.gate.set(false);
    await pass(1);
    expect(isShown()).toBe(true);
    c.profiles.stop();
    c.folder.dispose();
  });

  it('is there after a restart, and is not fetched again', async () => {
    b.profiles.setPicture(large());
    meet();
    net.close(alice, bob);
    a.profiles.stop();
    a.storage.close();
    a = await person(alice, bob, a.folder);
    net.connect(alice, bob);
    net.deliverOne(bob, alice);
    expect(net.inFlight(alice, bob)).toBe(0);
    expect(a.profiles.picture(a.profiles.of(bob).picture ?? '')).not.toBeNull();
  });

  it('changes while they are together, and a picture that stays is not sent again', () => {
    b.profiles.setPicture(large());
    meet();
    b.profiles.update({ displayName: '', mood: 'Back at seven' });
    let bytes = 0;
    while (net.inFlight(alice, bob) + net.inFlight(bob, alice) > 0) {
      bytes += 1;
      net.deliverOne(bob, alice);
      net.deliverOne(alice, bob);
    }
    expect(a.profiles.of(bob).mood).toBe('Back at seven');
    expect(a.profiles.of(bob).picture).not.toBeNull();
    // What they have, one question, one answer.
    expect(bytes).toBeLessThanOrEqual(3);
  });

  it('a picture that was taken away is gone from the disk of both', () => {
    b.profiles.setPicture(large());
    meet();
    const id = a.profiles.of(bob).picture ?? '';
    b.profiles.setPicture(null);
    net.settle();
    expect(a.profiles.of(bob).picture).toBeNull();
    expect([a.profiles.picture(id), b.profiles.picture(id)]).toEqual([null, null]);
  });

  it('an older version, as from a computer that was away, does not come back', () => {
    b.profiles.update({ displayName: 'New', mood: '' });
    meet();
    const old = encodeDocument({ displayName: 'Old', mood: '', picture: null });
    net.wire(bob).send(alice, encodeProfileMessage({ type: 'have', version: 1, id: documentIdOf(old) }));
    net.settle();
    expect(a.profiles.of(bob).displayName).toBe('New');
    expect(net.inFlight(alice, bob)).toBe(0);
  });

  it('is refused where it is no plain line, too long, or no picture', () => {
    const named = (displayName: string) => (): void => b.profiles.update({ displayName, mood: '' });
    for (const odd of ['a'.repeat(41), 'over\u202Eriding', 'zalgo' + '\u0301'.repeat(9), 'nul\0'])
      expect(named(odd)).toThrow(expect.objectContaining({ code: 'BAD_INPUT' }));
    expect(() => b.profiles.setPicture(aPng(1_025, 10))).toThrow(expect.objectContaining({ code: 'BAD_PICTURE' }));
    expect(b.profiles.of(bob)).toEqual(noProfile);
    // Joined pictures and Persian half-spaces are no tricks.
    b.profiles.update({ displayName: 'می‌خواهم', mood: '👩‍🚀 on her way' });
    expect(b.profiles.of(bob)).toMatchObject({ displayName: 'می‌خواهم', mood: '👩‍🚀 on her way' });
  });
});

describe('Who is no contact', () => {
  it('hears nothing of a profile, and gets no answer to a question', () => {
    b.profiles.update({ displayName: 'Bob', mood: 'secret' });
    const document = encodeDocument({ displayName: 'Bob', mood: 'secret', picture: null });
    b.contacts.clear();
    meet();
    net.wire(alice).send(bob, encodeProfileMessage({ type: 'get', id: documentIdOf(document), from: 0 }));
    net.settle();
    expect(a.profiles.of(bob)).toEqual(noProfile);
    expect(net.inFlight(bob, alice)).toBe(0);
  });

  it('is not believed', () => {
    a.contacts.clear();
    b.profiles.update({ displayName: 'Bob', mood: '' });
    meet();
    expect(a.profiles.of(bob)).toEqual(noProfile);
  });

  it('is told in the same session when they become one', () => {
    b.profiles.update({ displayName: 'Bob', mood: '' });
    b.contacts.clear();
    meet();
    b.contacts.add(alice);
    b.profiles.greet(alice);
    b.profiles.greet(alice);
    net.settle();
    expect(a.profiles.of(bob).displayName).toBe('Bob');
    expect(a.changes).toEqual([bob]);
  });
});

/** Bob's app, taken over: it answers as the test says. */
function hostileBob(answer: (message: ProfileMessage) => ProfileMessage | null): {
  readonly asked: ProfileMessage[];
  say: (message: ProfileMessage) => void;
} {
  b.profiles.stop();
  const wire = net.wire(bob);
  const asked: ProfileMessage[] = [];
  wire.onMessage((_, bytes) => {
    const message = decodeProfileMessage(bytes);
    if (message?.type !== 'get') return;
    asked.push(message);
    const reply = answer(message);
    if (reply !== null) wire.send(alice, encodeProfileMessage(reply));
  });
  net.connect(alice, bob);
  return { asked, say: (message) => void wire.send(alice, encodeProfileMessage(message)) };
}

const holding =
  (document: Uint8Array, picture: Uint8Array) =>
  (message: ProfileMessage): ProfileMessage | null => {
    if (message.type !== 'get') return null;
    const isDocument = Buffer.compare(message.id, documentIdOf(document)) === 0;
    const bytes = (isDocument ? document : picture).slice(message.from, message.from + 16_384);
    return { type: 'part', id: message.id, from: message.from, bytes };
  };

describe('A hostile contact', () => {
  const bomb = aPng(8_192, 8_000);
  it('whose picture is a bomb is shown without it, their words stay, and it is not fetched again', () => {
    const document = encodeDocument({
      displayName: 'Bob',
      mood: 'hello',
      picture: { id: pictureIdOf(bomb), size: bomb.byteLength },
    });
    const { asked, say } = hostileBob(holding(document, bomb));
    const have: ProfileMessage = { type: 'have', version: 7, id: documentIdOf(document) };
    say(have);
    net.settle();
    expect(a.profiles.of(bob)).toEqual({ displayName: 'Bob', mood: 'hello', picture: null });
    expect(a.profiles.picture(Buffer.from(pictureIdOf(bomb)).toString('hex'))).toBeNull();
    const before = asked.length;
    say(have);
    net.settle();
    expect([asked.length, a.misbehaved]).toEqual([before, []]);
  });

  it('who sends other bytes than were named changes nothing', () => {
    const { say } = hostileBob((message) =>
      message.type === 'get'
        ? { type: 'part', id: message.id, from: 0, bytes: encodeCbor({ name: 'x', mood: '', picture: null }) }
        : null,
    );
    say({ type: 'have', version: 7, id: new Uint8Array(32).fill(5) });
    net.settle();
    expect(a.profiles.of(bob)).toEqual(noProfile);
  });

  it('whose picture grows beyond what was said is cut off there', () => {
    const picture = large();
    const document = encodeDocument({ displayName: 'Bob', mood: '', picture: { id: pictureIdOf(picture), size: 100 } });
    const { asked, say } = hostileBob(holding(document, picture));
    say({ type: 'have', version: 7, id: documentIdOf(document) });
    net.settle();
    expect(asked).toHaveLength(2);
    expect(a.profiles.of(bob).picture).toBeNull();
  });

  it('whose words turn the line around is shown without them', () => {
    const document = encodeDocument({ displayName: '\u202Ebob', mood: 'a\nb', picture: null });
    const { say } = hostileBob(holding(document, new Uint8Array(0)));
    say({ type: 'have', version: 7, id: documentIdOf(document) });
    net.settle();
    expect(a.profiles.of(bob)).toEqual(noProfile);
    expect(a.changes).toEqual([bob]);
  });

  it('who changes their profile all the time is followed at our pace', () => {
    const document = (version: number): Uint8Array => encodeDocument({ displayName: `Bob ${version}`, mood: '', picture: null });
    const all = new Map(
      Array.from({ length: 400 }, (_, version) => [
        Buffer.from(documentIdOf(document(version))).toString('hex'),
        document(version),
      ]),
    );
    const { asked, say } = hostileBob((message) => {
      const bytes = message.type === 'get' ? all.get(Buffer.from(message.id).toString('hex')) : undefined;
      return message.type === 'get' && bytes !== undefined ? { type: 'part', id: message.id, from: 0, bytes } : null;
    });
    for (let version = 1; version < 400; version += 1) {
      say({ type: 'have', version, id: documentIdOf(document(version)) });
      net.settle();
      clock.advance(1_000);
    }
    expect(asked.length).toBeLessThanOrEqual(6 + 400 / 60 + 1);
    clock.advance(120_000);
    net.settle();
    expect(a.profiles.of(bob).displayName).toBe('Bob 399');
  });

  it('who asks for everything again and again gets no more than fits a conversation', () => {
    a.profiles.setPicture(large());
    const { say } = hostileBob(() => null);
    const id = Buffer.from(a.profiles.of(alice).picture ?? '', 'hex');
    let parts = 0;
    net.wire(bob).onMessage((_, bytes) => (parts += decodeProfileMessage(bytes)?.type === 'part' ? 1 : 0));
    for (let round = 0; round < 300; round += 1) say({ type: 'get', id, from: 0 });
    net.settle();
    expect(parts).toBeLessThanOrEqual(15);
  });

  it.each([
    ['noise', new Uint8Array([255, 1])],
    ['a part without bytes', encodeCbor({ type: 'part', id: new Uint8Array(32), from: 0 })],
    ['a part that is too large', encodeCbor({ type: 'part', id: new Uint8Array(32), from: 0, bytes: new Uint8Array(16_385) })],
    ['an unknown word', encodeCbor({ type: 'take' })],
  ])('%s is reported', (_, frame) => {
    meet();
    net.wire(bob).send(alice, frame);
    net.settle();
    expect(a.misbehaved).toEqual(['malformed profile message']);
  });
});
