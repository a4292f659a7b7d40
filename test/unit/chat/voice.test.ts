import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { blake2b256 } from '../../../native-shims/sodium/index.ts';
import { encodePost, type PostBody } from '../../../main/chat/index.ts';
import { toHex } from '../../../main/ports/hex.ts';
import type { MessageView } from '../../../preload/contract/index.ts';
import { recorded } from '../ogg/recorded.ts';
import { alice, bob, id, Killed, sayAsBob, startPair, type Writer } from './writers.ts';

type Pair = Awaited<ReturnType<typeof startPair>>;

let pair: Pair;
let a: Writer;
let b: Writer;
beforeEach(async () => {
  pair = await startPair();
  ({ a, b } = pair);
});
afterEach(() => {
  for (const writer of [a, b]) writer.profile.dispose();
});

/** Five seconds at a rate that makes several parts of them: 32 KiB each. */
const sound = recorded(5, 3, { encoderBitRate: 256_000 });
const parts = Math.ceil(sound.byteLength / 32_768);
const waveform = [0, 128, 255];

const messagesOf = (writer: Writer, other: string): MessageView[] =>
  writer.storage.conversations.page(other, null, 200).items.flatMap((item) => (item.kind === 'message' ? [item] : []));

const only = (writer: Writer, other: string): MessageView => {
  const [message, ...more] = messagesOf(writer, other);
  if (message === undefined || more.length > 0) throw new Error(`${more.length} more than one message, or none`);
  return message;
};

/** Whether some bytes from the middle of the sound lie in any file of this profile. */
const holdsSound = (writer: Writer): boolean =>
  readdirSync(writer.profile.directory).some((file) =>
    readFileSync(join(writer.profile.directory, file)).includes(Buffer.from(sound.subarray(40_000, 40_256))),
  );

describe('A voice message', () => {
  it('arrives whole, byte for byte, and is shown growing on both sides', () => {
    const sent = a.chat.sendVoice(bob, sound, waveform, null);
    expect(sent.voice).toMatchObject({ state: 'whole', sizeBytes: sound.byteLength, partsAcross: 0, parts, waveform });
    pair.net.connect(alice, bob);
    pair.net.settle();
    const received = only(b, alice);
    expect(received.voice).toEqual({ ...sent.voice, partsAcross: parts });
    expect(Buffer.from(b.chat.voice(alice, received.id)).equals(sound)).toBe(true);
    expect(only(a, bob)).toMatchObject({ delivery: 'delivered', voice: { partsAcross: parts } });
    const seen = b.changes.flatMap((change) => ('message' in change ? [change.message.voice?.partsAcross] : []));
    expect(seen).toEqual(Array.from({ length: parts + 1 }, (_, count) => count));
    expect(b.changes.filter(({ type }) => type === 'received')).toHaveLength(1);
  });

  it('is only delivered when its last part is', () => {
    pair.net.connect(alice, bob);
    a.chat.sendVoice(bob, sound, waveform, null);
    pair.net.deliverOne(alice, bob); // the word of it
    pair.net.deliverOne(bob, alice);
    expect(only(a, bob).delivery).toBe('sent');
    pair.net.settle();
    expect(only(a, bob).delivery).toBe('delivered');
  });

  it('leaves room on the line: four parts are under way, and then what was written after it', () => {
    pair.net.connect(alice, bob);
    a.chat.sendVoice(bob, sound, waveform, null);
    a.chat.send(bob, 'and something written', null);
    expect(pair.net.inFlight(alice, bob)).toBe(1 + 4);
    pair.net.settle();
    expect(messagesOf(b, alice).map(({ text }) => text)).toEqual(['', 'and something written']);
  });

  it('goes on where it was when the line breaks, over restarts of both', async () => {
    pair.net.connect(alice, bob);
    a.chat.sendVoice(bob, sound, waveform, null);
    for (let round = 0; messagesOf(b, alice)[0]?.voice?.state !== 'whole'; round += 1) {
      expect(round).toBeLessThan(2 * parts);
      for (let step = 0; step < 3; step += 1) pair.net.deliverOne(alice, bob);
      for (let step = 0; step < 2; step += 1) pair.net.deliverOne(bob, alice);
      pair.net.close(alice, bob);
      await (round % 2 === 0 ? a : b).killAndStart([a, b]);
      pair.net.connect(alice, bob);
    }
    pair.net.settle();
    expect(Buffer.from(b.chat.voice(alice, only(b, alice).id)).equals(sound)).toBe(true);
    expect(only(a, bob).delivery).toBe('delivered');
    expect(a.storage.outbox.count(bob)).toBe(0);
  });

  it('survives a kill before or after each single step, once and whole', async () => {
    for (const victim of [a, b]) {
      for (let killAt = 0; killAt < 12; killAt += 1) {
        pair.net.connect(alice, bob);
        victim.killAt = killAt;
        try {
          a.chat.sendVoice(bob, sound, waveform, null);
          pair.net.settle();
        } catch (error) {
          if (!(error instanceof Killed)) throw error;
          await error.writer.killAndStart([a, b]);
        }
        victim.killAt = null;
        pair.net.connect(alice, bob);
        for (let round = 0; round < 3; round += 1) {
          pair.net.settle();
          pair.clock.advance(1000);
        }
        const sent = messagesOf(a, bob);
        expect(messagesOf(b, alice).map(({ id: message }) => message)).toEqual(sent.map(({ id: message }) => message));
        expect(messagesOf(b, alice).every(({ voice }) => voice?.state === 'whole')).toBe(true);
        expect(sent.every(({ delivery }) => delivery === 'delivered')).toBe(true);
        pair.net.close(alice, bob);
      }
    }
    expect(messagesOf(b, alice).length).toBeGreaterThanOrEqual(22);
    expect([...a.misbehaved, ...b.misbehaved]).toEqual([]);
  });

  it('is marked as heard here, and nobody is told', () => {
    a.chat.sendVoice(bob, sound, waveform, null);
    pair.net.connect(alice, bob);
    pair.net.settle();
    const { id: message } = only(b, alice);
    b.chat.markHeard(alice, message);
    expect(only(b, alice).voice?.heard).toBe(true);
    expect(pair.net.inFlight(bob, alice)).toBe(0);
    expect(b.storage.outbox.count(alice)).toBe(0);
  });

  it('can be answered, but not given other words', () => {
    const { id: message } = a.chat.sendVoice(bob, sound, waveform, null);
    expect(a.chat.send(bob, 'see above', message).reply).toMatchObject({ id: message, state: 'there', excerpt: '' });
    expect(() => a.chat.edit(bob, message, 'words')).toThrow('NO_SUCH_MESSAGE');
  });

  it('that is no sound, or too long, or one too many is refused, and nothing is stored', () => {
    expect(() => a.chat.sendVoice(bob, Buffer.from('<svg/>'), waveform, null)).toThrow('BAD_INPUT');
    expect(() => a.chat.sendVoice(bob, new Uint8Array(1024 * 1024 + 1), waveform, null)).toThrow('TOO_LONG');
    expect(() => a.chat.sendVoice(bob, sound, waveform, id(9))).toThrow('NO_SUCH_MESSAGE');
    a.friends = () => false;
    expect(() => a.chat.sendVoice(bob, sound, waveform, null)).toThrow('NOT_A_CONTACT');
    a.friends = () => true;
    for (let count = 0; count < 999; count += 1)
      a.storage.outbox.add(bob, { id: id(count), body: '', sentMs: 1, topic: null, holdUntilMs: null });
    expect(() => a.chat.sendVoice(bob, sound, waveform, null)).toThrow('TOO_MANY');
    expect(messagesOf(a, bob)).toEqual([]);
    expect(holdsSound(a)).toBe(false);
  });
});

describe('The bytes of a voice message', () => {
  const exchange = (): string => {
    const { id: message } = a.chat.sendVoice(bob, sound, waveform, null);
    pair.net.connect(alice, bob);
    pair.net.settle();
    expect([holdsSound(a), holdsSound(b)]).toEqual([true, true]);
    return message;
  };

  it('are in no file of either side once it was deleted for both', () => {
    a.chat.deleteForBoth(bob, exchange());
    pair.net.settle();
    expect(only(b, alice)).toMatchObject({ deleted: true, voice: null });
    expect([holdsSound(a), holdsSound(b)]).toEqual([false, false]);
  });

  it('are gone for whoever deleted it for themselves, when it can’t be undone any more', () => {
    const message = exchange();
    b.chat.hide(alice, [message]);
    b.chat.unhide(alice, [message]);
    expect(Buffer.from(b.chat.voice(alice, message)).equals(sound)).toBe(true);
    b.chat.hide(alice, [message]);
    pair.clock.advance(31_000);
    expect([holdsSound(a), holdsSound(b)]).toEqual([true, false]);
  });

  it('are gone with a message that was taken back, with a conversation, and with parts that had not gone', () => {
    a.habits = { ...a.habits, undoSend: true };
    a.chat.takeBack(bob, a.chat.sendVoice(bob, sound, waveform, null).id);
    expect(holdsSound(a)).toBe(false);
    expect(a.storage.outbox.count(bob)).toBe(0);
    a.habits = { ...a.habits, undoSend: false };
    const { id: waits } = a.chat.sendVoice(bob, sound, waveform, null);
    pair.net.connect(alice, bob);
    for (let step = 0; step < 3; step += 1) pair.net.deliverOne(alice, bob);
    a.chat.deleteForBoth(bob, waits);
    pair.net.settle();
    expect([holdsSound(a), holdsSound(b)]).toEqual([false, false]);
    a.chat.sendVoice(bob, sound, waveform, null);
    a.storage.conversations.erase(bob);
    expect(holdsSound(a)).toBe(false);
  });

  it('that still have to go stay until they are there, whatever their writer deletes from their own sight', () => {
    const { id: message } = a.chat.sendVoice(bob, sound, waveform, null);
    a.chat.hide(bob, [message]);
    pair.clock.advance(31_000);
    expect(messagesOf(a, bob)).toEqual([]);
    pair.net.connect(alice, bob);
    pair.net.settle();
    expect(Buffer.from(b.chat.voice(alice, message)).equals(sound)).toBe(true);
    expect(holdsSound(a)).toBe(false);
  });

  it('that come after it was deleted are not kept', () => {
    pair.net.connect(alice, bob);
    a.chat.sendVoice(bob, sound, waveform, null);
    for (let step = 0; step < 2; step += 1) pair.net.deliverOne(alice, bob);
    b.chat.hide(alice, [only(b, alice).id]);
    pair.clock.advance(31_000);
    pair.net.settle();
    expect(holdsSound(b)).toBe(false);
    expect(a.storage.outbox.count(bob)).toBe(0);
  });
});

describe('A contact with a program of their own', () => {
  const hash = toHex(blake2b256(sound));
  const said = (change: Partial<Extract<PostBody, { kind: 'voice' }>> = {}): PostBody => ({
    kind: 'voice',
    attachment: id(500),
    sizeBytes: sound.byteLength,
    hash,
    durationMs: 4_920,
    waveform,
    replyTo: null,
    ...change,
  });
  const part = (index: number, bytes?: Uint8Array, of = id(500)): PostBody => ({
    kind: 'part',
    of,
    index,
    bytes: bytes ?? sound.slice(index * 32_768, (index + 1) * 32_768),
  });
  const allParts = Array.from({ length: parts }, (_, index) => part(index));
  const say = (...bodies: readonly PostBody[]): void =>
    sayAsBob(
      pair.net,
      bodies.map((body, index) => encodePost({ id: id(index + 1), sequence: index + 1, sentMs: 1, body })),
    );
  const stateOf = (writer: Writer): string | undefined => messagesOf(writer, bob)[0]?.voice?.state;

  it('may send the parts first, in any order and twice', () => {
    say(...allParts.toReversed(), ...allParts, said());
    expect(stateOf(a)).toBe('whole');
    expect(a.misbehaved).toEqual([]);
  });

  it.each([
    ['another sound than was said', [said({ hash: 'ab'.repeat(32) }), ...allParts]],
    ['another length than was said', [said({ durationMs: 300_000 }), ...allParts]],
    ['a part that is too short', [said(), part(0, sound.slice(0, 1000))]],
    ['a part that there is not', [said(), part(31)]],
    ['parts that don’t fit what is said after them', [part(0, sound.slice(0, 1000)), said()]],
    [
      'a web page instead of a sound',
      [said({ sizeBytes: 6, hash: toHex(blake2b256(Buffer.from('<svg/>'))) }), part(0, new Uint8Array(Buffer.from('<svg/>')))],
    ],
  ])('is not played, and what they sent not kept: %s', (_, bodies) => {
    say(...bodies.map((body) => (body.kind === 'part' && body.bytes.byteLength === 0 ? part(31, new Uint8Array(5)) : body)));
    expect(stateOf(a)).toBe('broken');
    expect(holdsSound(a)).toBe(false);
    expect(() => a.chat.voice(bob, messagesOf(a, bob)[0]?.id ?? '')).toThrow('NO_SUCH_MESSAGE');
    expect(a.misbehaved).toEqual([]);
  });

  it.each([
    ['a size beyond the bound', said({ sizeBytes: 1024 * 1024 + 1 })],
    ['hours', said({ durationMs: 300_001 })],
    ['a waveform of thousands of peaks', said({ waveform: Array.from({ length: 101 }, () => 1) })],
    ['a part of more than 32 KiB', part(0, new Uint8Array(32_769))],
    ['a part far beyond the end', part(32, new Uint8Array(1))],
    ['an empty part', part(0, new Uint8Array(0))],
  ])('ends the session with %s', (_, body) => {
    say(body);
    expect(a.misbehaved).toHaveLength(1);
    expect(messagesOf(a, bob)).toEqual([]);
  });

  it('can’t put other sounds under a name that was used, nor parts under one of ours', () => {
    const { id: ours } = a.chat.sendVoice(bob, sound, waveform, null);
    say(said(), ...allParts, said());
    expect(a.misbehaved).toEqual(['an id used before']);
    expect(messagesOf(a, bob)).toHaveLength(2);
    expect(Buffer.from(a.chat.voice(bob, ours)).equals(sound)).toBe(true);
  });

  it('leaves at most eight unfinished; the oldest give way, what was never announced without a trace', () => {
    const announced = Array.from({ length: 12 }, (_, index) => [
      said({ attachment: id(600 + index) }),
      part(0, undefined, id(600 + index)),
    ]);
    const nameless = Array.from({ length: 12 }, (_, index) => part(0, undefined, id(700 + index)));
    for (const [index, bodies] of [...announced, ...nameless.map((body) => [body])].entries()) {
      pair.clock.advance(1);
      sayAsBob(
        pair.net,
        bodies.map((body, at) => encodePost({ id: id(1000 + index * 2 + at), sequence: 1 + index * 2 + at, sentMs: 1, body })),
      );
    }
    expect(messagesOf(a, bob).map(({ voice }) => voice?.state)).toEqual(Array.from({ length: 12 }, () => 'broken'));
    expect(a.misbehaved).toEqual([]);
  });
});
