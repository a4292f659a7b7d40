import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { encodeMail, encodePost, type Mail, type Post } from '../../../main/chat/index.ts';
import { mailboxTarget } from '../../../main/mailbox/index.ts';
import { encodeCbor } from '../../../main/ports/cbor.ts';
import type { MailPerson } from '../../sim/mail/mail-person.ts';
import { MailWorld } from '../../sim/mail/mail-world.ts';
import { seededRandom } from '../identity/fixtures.ts';
import { id } from '../storage/profile.ts';

const random = seededRandom('hostile mail');
const never = new AbortController().signal;

let world: MailWorld;
let mallory: MailPerson;
let ben: MailPerson;
beforeEach(async () => {
  world = new MailWorld(random, 3);
  [mallory, ben] = [await world.person('mallory'), await world.person('benedict')];
  await Promise.all([mallory.start(), ben.start()]);
  await world.befriend(mallory, ben);
  await world.quit(ben);
});
afterEach(() => world.dispose());

const says = (sequence: number, text = `${sequence}`, change: Partial<Post> = {}): Post => ({
  id: id(sequence),
  sequence,
  sentMs: world.clock.nowMs(),
  body: { kind: 'text', text, replyTo: null },
  ...change,
});
const mail = (...posts: readonly Post[]): Uint8Array =>
  encodeMail({ posts: posts.map((post) => ({ after: post.sequence - 1, post })), receipts: [] });
/** Whatever they want, as a contact who has keys can. */
async function leave(from: MailPerson, to: MailPerson, content: Uint8Array): Promise<void> {
  const item = await from.mail.carrier.write(to.key, content);
  if (item === null) throw new Error('no key is left');
  await world.keepers.storeFor('somewhere', () => true).deposit(mailboxTarget(item.mailbox), item, never);
}
const read = (from: MailPerson = mallory): string[] => ben.messages(from.key, 'in').map(({ text }) => text);
const come = async (seconds = 30): Promise<void> => {
  await ben.start();
  await world.pass(seconds * 1_000);
};

describe('Letters of a hostile contact', () => {
  it.each([
    ['noise', random.bytes(300)],
    ['nothing', new Uint8Array(0)],
    ['something else', encodeCbor({ songs: [] })],
    ['posts without end', encodeCbor({ posts: Array.from({ length: 201 }, () => [0, new Uint8Array(1)]), receipts: [] })],
    ['receipts without end', encodeCbor({ posts: [], receipts: Array.from({ length: 1_001 }, () => new Uint8Array(16)) })],
    ['a post longer than any', encodeCbor({ posts: [[0, new Uint8Array(60_000)]], receipts: [] })],
  ])('that hold %s are dropped, and nobody else’s is', async (_, content) => {
    const cem = await world.person('cemalettin');
    await Promise.all([cem.start(), ben.start()]);
    await world.befriend(cem, ben);
    await world.quit(ben);
    await leave(mallory, ben, content);
    await leave(cem, ben, mail(says(1, 'mine')));
    await leave(mallory, ben, mail(says(1, 'and this')));
    await come();
    expect([read(), read(cem), ben.chat.refused(mallory.key)]).toEqual([['and this'], ['mine'], 1]);
  });

  it('lose what is malformed in them, and nothing beside it', async () => {
    const long = encodeCbor({ type: 'post', id: new Uint8Array(16), sequence: 2, sentMs: 0, body: { kind: 'text', text: '' } });
    const posts = [encodePost(says(1)), long, random.bytes(40), encodePost(says(3))].map((post) => [0, post]);
    await leave(mallory, ben, encodeCbor({ posts, receipts: [] }));
    await come();
    expect([read(), ben.chat.refused(mallory.key)]).toEqual([['1', '3'], 1]);
  });

  it('of a newer version show that there was something', async () => {
    const song = encodeCbor({ type: 'post', id: new Uint8Array(16), sequence: 1, sentMs: 0, body: { kind: 'song' } });
    await leave(mallory, ben, encodeCbor({ posts: [[0, song]], receipts: [], poems: 3 }));
    await come();
    expect(ben.messages(mallory.key)).toMatchObject([{ unknown: true, direction: 'in' }]);
  });

  it('can’t speak with an id of ours, nor say that something arrived which was for somebody else', async () => {
    await ben.start();
    const { id: ours } = ben.chat.send(mallory.key, 'mine', null);
    const cem = await world.person('cemalettin');
    const { id: toCem } = ben.chat.send(cem.key, 'for cem', null);
    await leave(mallory, ben, mail(says(1, 'forged', { id: ours }), says(2, 'honest')));
    await leave(mallory, ben, encodeMail({ posts: [], receipts: [toCem, id(77)] }));
    await world.pass(30_000);
    expect(ben.messages(mallory.key).map(({ text }) => text)).toEqual(['mine', 'honest']);
    expect(ben.messages(cem.key)[0]?.delivery).not.toBe('delivered');
    expect(ben.storage.outbox.count(cem.key)).toBe(1);
  });

  it('say the same again and again, left with one key after the other, and are taken once', async () => {
    const content = mail(says(1, 'again'), says(2, 'and again'));
    for (let time = 0; time < 20; time += 1) await leave(mallory, ben, content);
    await come();
    expect(read()).toEqual(['again', 'and again']);
  });

  it('are taken by hundreds, each as large as a letter can be, while others write', async () => {
    const cem = await world.person('cemalettin');
    await Promise.all([cem.start(), ben.start()]);
    await world.befriend(cem, ben);
    await world.quit(ben);
    const many: Mail<Post> = {
      posts: Array.from({ length: 200 }, (_, index) => ({ after: 0, post: says(index + 1) })),
      receipts: [],
    };
    for (let letter = 0; letter < 100; letter += 1)
      await leave(mallory, ben, letter % 2 === 0 ? encodeMail(many) : random.bytes(60_000));
    await leave(cem, ben, mail(says(1, 'hello')));
    await come(60);
    expect([read().length, read(cem)]).toEqual([200, ['hello']]);
  });
});

describe('Letters that come in another order than they were written in', () => {
  it('are read in the one in which they were written', async () => {
    await leave(mallory, ben, mail(says(4)));
    await leave(mallory, ben, mail(says(2), says(3)));
    await leave(mallory, ben, mail(says(1)));
    await come();
    expect(read()).toEqual(['1', '2', '3', '4']);
  });

  it('wait for what came before, which one keeper alone has', async () => {
    await ben.start();
    await world.pass(5_000);
    await leave(mallory, ben, mail(says(2)));
    await world.pass(5_000);
    expect(read()).toEqual([]);
    await leave(mallory, ben, mail(says(1)));
    await world.pass(30_000);
    expect(read()).toEqual(['1', '2']);
  });

  it('wait a minute for what never comes, and no longer', async () => {
    await leave(mallory, ben, mail(says(9)));
    await come(40);
    expect(read()).toEqual([]);
    await world.pass(60_000);
    expect(read()).toEqual(['9']);
  });
});
