import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ChatChange } from '../../../main/chat/index.ts';
import type { MailPerson } from '../../sim/mail/mail-person.ts';
import { MailWorld } from '../../sim/mail/mail-world.ts';
import { seededRandom } from '../identity/fixtures.ts';

const dayMs = 86_400_000;
const random = seededRandom('mail');

let world: MailWorld;
let ada: MailPerson;
let ben: MailPerson;
beforeEach(async () => {
  world = new MailWorld(random);
  [ada, ben] = [await world.person('adelaide'), await world.person('benedict')];
  await Promise.all([ada.start(), ben.start()]);
  await world.befriend(ada, ben);
});
afterEach(() => world.dispose());

const write = (from: MailPerson, to: MailPerson, ...texts: readonly string[]): string[] =>
  texts.map((text) => from.chat.send(to.key, text, null).id);
const texts = (at: MailPerson, from: MailPerson): string[] => at.messages(from.key, 'in').map(({ text }) => text);
const states = (of: MailPerson, to: MailPerson): string[] => of.messages(to.key, 'out').map(({ delivery }) => delivery);
const shownStates = (of: MailPerson): string[] =>
  of.changes.flatMap((change: ChatChange) => (change.type === 'changed' ? [change.message.delivery] : []));
/** The other is away meanwhile. */
const alone = async (person: MailPerson, other: MailPerson, seconds = 40): Promise<void> => {
  if (other.isRunning) await world.quit(other);
  if (!person.isRunning) await person.start();
  await world.pass(seconds * 1_000);
};

describe('A message to somebody who is never there together with its writer', () => {
  it('is kept for them, arrives, is read, and its writer learns each of it', async () => {
    await alone(ada, ben, 1);
    write(ada, ben, 'the boat leaves at nine');
    await world.pass(10_000);
    expect(shownStates(ada)).toEqual(['waiting', 'stored']);
    await alone(ben, ada);
    expect(texts(ben, ada)).toEqual(['the boat leaves at nine']);
    ben.chat.read(ada.key);
    await alone(ada, ben);
    expect(states(ada, ben)).toEqual(['read']);
    expect([ada.storage.outbox.count(ben.key), ada.storage.letters.letters(ben.key)]).toEqual([0, []]);
  });

  it('goes by the session, and by no letter, if one comes within seconds', async () => {
    write(ada, ben, 'hello');
    await world.pass(1_000);
    world.connect(ada, ben);
    await world.pass(20_000);
    expect([texts(ben, ada), states(ada, ben), ada.mail.carrier.left(ben.key)]).toEqual([['hello'], ['delivered'], 256]);
  });

  it('shares a letter with others that wait, and a long one has its own', async () => {
    await alone(ada, ben, 1);
    const many = Array.from({ length: 150 }, (_, number) => `line ${number}`);
    write(ada, ben, ...many);
    await world.pass(10_000);
    expect(ada.mail.carrier.left(ben.key)).toBe(255);
    write(ada, ben, '長'.repeat(16_000), '長'.repeat(15_999));
    await world.pass(10_000);
    expect(ada.mail.carrier.left(ben.key)).toBe(253);
    await alone(ben, ada);
    expect(texts(ben, ada)).toEqual([...many, '長'.repeat(16_000), '長'.repeat(15_999)]);
  });

  it('leaves when its writer quits right after, and stays when nobody can be asked', async () => {
    await world.quit(ben);
    write(ada, ben, 'goodbye');
    await world.quit(ada);
    await alone(ben, ada);
    expect(texts(ben, ada)).toEqual(['goodbye']);

    world.keepers.loss = 1;
    write(ben, ada, 'are you there');
    await world.pass(600_000);
    expect(states(ben, ada)).toEqual(['waiting']);
    world.keepers.loss = 0;
    await world.until(() => states(ben, ada)[0] === 'stored', 'kept, when there is somebody to ask', 3_600_000);
  });

  it('is one letter, however often the process is killed before it is kept', async () => {
    await alone(ada, ben, 1);
    world.keepers.loss = 1;
    write(ada, ben, 'once');
    for (let run = 0; run < 4; run += 1) {
      await world.pass(30_000);
      world.fall(ada);
      await ada.start();
    }
    world.keepers.loss = 0;
    await world.until(() => states(ada, ben)[0] === 'stored', 'kept');
    expect(ada.mail.carrier.left(ben.key)).toBe(255);
    await alone(ben, ada);
    expect(texts(ben, ada)).toEqual(['once']);
  });

  it('is left again by its writer when its keepers lost it', async () => {
    await alone(ada, ben, 1);
    write(ada, ben, 'the beans');
    await world.pass(10_000);
    world.keepers.forget();
    await world.pass(1.3 * dayMs, dayMs / 24);
    await alone(ben, ada);
    expect(texts(ben, ada)).toEqual(['the beans']);
  });

  it('is written anew when nobody picked it up in a month, and is still taken once', async () => {
    await alone(ada, ben, 1);
    write(ada, ben, 'happy new year');
    await world.pass(10_000);
    // Whenever it was left again last: while its keepers, who hold it for 30 days, still have it.
    await world.pass(29 * dayMs - 60_000, dayMs / 4);
    expect(ada.mail.carrier.left(ben.key)).toBe(255);
    await world.pass(60_000);
    expect([ada.mail.carrier.left(ben.key), states(ada, ben)]).toEqual([254, ['stored']]);
    await alone(ben, ada);
    expect(texts(ben, ada)).toEqual(['happy new year']);
  });

  it('arrives once, when letter and session both bring it, in either order', async () => {
    await alone(ada, ben, 1);
    write(ada, ben, 'one', 'two');
    await world.pass(10_000);
    await ben.start();
    world.connect(ada, ben);
    await world.pass(30_000);
    expect([texts(ben, ada), states(ada, ben)]).toEqual([
      ['one', 'two'],
      ['delivered', 'delivered'],
    ]);
  });

  it('is known to have arrived, though the session that told it broke off before it said so', async () => {
    await alone(ada, ben, 1);
    write(ada, ben, 'bring the tin');
    await world.pass(10_000);
    await world.quit(ada);
    await ben.start();
    await world.until(() => texts(ben, ada).length > 0, 'it arrived');
    await ada.start();
    world.connect(ada, ben);
    expect(ben.storage.letters.receipts(ada.key, 1)).toEqual([]);
    world.close(ada, ben);
    await alone(ben, ada);
    await alone(ada, ben);
    expect(states(ada, ben)).toEqual(['delivered']);
    await alone(ben, ada);
    expect(texts(ben, ada)).toEqual(['bring the tin']);
  });

  it('is known to have arrived a day later, though all keepers lost the word of it', async () => {
    await alone(ada, ben, 1);
    write(ada, ben, 'bring the tin');
    await world.pass(10_000);
    await alone(ben, ada);
    world.keepers.forget();
    await alone(ada, ben);
    expect(states(ada, ben)).toEqual(['stored']);
    await world.pass(1.3 * dayMs, dayMs / 24);
    await alone(ben, ada);
    await alone(ada, ben);
    expect(states(ada, ben)).toEqual(['delivered']);
    await alone(ben, ada);
    expect(texts(ben, ada)).toEqual(['bring the tin']);
  });

  it('does not come back when its reader deleted it before its writer heard of it', async () => {
    await alone(ada, ben, 1);
    const [id = ''] = write(ada, ben, 'gossip');
    await world.pass(10_000);
    await alone(ben, ada, 15);
    ben.chat.hide(ada.key, [id]);
    await world.pass(40_000);
    world.fall(ben);
    await ben.start();
    await ada.start();
    world.connect(ada, ben);
    await world.pass(5_000);
    expect([texts(ben, ada), states(ada, ben)]).toEqual([[], ['delivered']]);
  });

  it('can be changed, answered, marked and taken back for both, by letter', async () => {
    await alone(ada, ben, 1);
    const [first = '', second = ''] = write(ada, ben, 'tea at four', 'not meant for you');
    await world.pass(10_000);
    ada.chat.edit(ben.key, first, 'tea at five');
    ada.chat.deleteForBoth(ben.key, second);
    await world.pass(10_000);
    await alone(ben, ada);
    expect(ben.messages(ada.key)).toMatchObject([{ text: 'tea at five' }, { text: '', deleted: true }]);
    ben.chat.react(ada.key, first, '🫖');
    await world.pass(10_000);
    await alone(ada, ben);
    expect(ada.messages(ben.key)[0]).toMatchObject({ reactions: [{ author: ben.key, emoji: '🫖' }] });
  });
});

describe('One-time keys', () => {
  it('are saved as they grow few; without any, messages wait until both are online, and say so', async () => {
    await alone(ada, ben, 1);
    for (let number = 0; number < 252; number += 1) await ada.mail.carrier.write(ben.key, new Uint8Array(1));
    write(ada, ben, 'first');
    await world.pass(10_000);
    write(ada, ben, 'second');
    await world.pass(60_000);
    expect(states(ada, ben)).toEqual(['stored', 'waiting']);
    await world.pass(3_700_000, 10_000);
    expect(states(ada, ben)).toEqual(['stored', 'stored']);
    for (let number = 0; number < 2; number += 1) await ada.mail.carrier.write(ben.key, new Uint8Array(1));
    write(ada, ben, 'third');
    await world.pass(10_000);
    expect(states(ada, ben)).toEqual(['stored', 'stored', 'meeting']);

    await ben.start();
    world.connect(ada, ben);
    await world.pass(5_000);
    expect(texts(ben, ada)).toEqual(['first', 'second', 'third']);
    expect(states(ada, ben)).toEqual(['delivered', 'delivered', 'delivered']);
  });

  it('come with an answer, to somebody who has none left', async () => {
    await alone(ada, ben, 1);
    for (let number = 0; number < 255; number += 1) await ada.mail.carrier.write(ben.key, new Uint8Array(1));
    write(ada, ben, 'my last key');
    await world.pass(10_000);
    write(ada, ben, 'I have none');
    await world.pass(3_700_000, 10_000);
    expect(states(ada, ben)).toEqual(['stored', 'meeting']);
    await alone(ben, ada);
    write(ben, ada, 'here are more');
    await world.pass(10_000);
    await alone(ada, ben);
    expect(states(ada, ben)).toEqual(['delivered', 'stored']);
  });

  it('are not spent on somebody who is no contact any more', async () => {
    await alone(ada, ben, 1);
    write(ada, ben, 'one');
    ada.friends = () => false;
    await world.pass(60_000);
    ada.friends = () => true;
    expect([ada.mail.carrier.left(ben.key), states(ada, ben)]).toEqual([256, ['waiting']]);
  });
});

describe('When it was written', () => {
  it('is where a message stands that waited, between what was there and now', async () => {
    await alone(ada, ben, 1);
    const before = world.clock.nowMs();
    write(ada, ben, 'at noon');
    await world.pass(6 * 3_600_000, 60_000);
    await alone(ben, ada);
    const at = ben.messages(ada.key)[0]?.atMs ?? 0;
    expect(Math.abs(at - before)).toBeLessThan(2_000);
  });

  it.each([
    ['a day ahead', 0.95 * dayMs],
    ['a day behind', -0.95 * dayMs],
  ])('by a clock that is %s neither mixes up the order nor stands in the future', async (_, wrongByMs) => {
    const cem = await world.person('cemalettin', wrongByMs);
    await cem.start();
    await world.befriend(cem, ben);
    await alone(ben, cem, 1);
    write(ben, cem, 'mine');
    await world.pass(10_000);
    await alone(cem, ben);
    write(cem, ben, 'one', 'two', 'three');
    await world.pass(10_000);
    await alone(ben, cem);
    expect(ben.messages(cem.key).map(({ text }) => text)).toEqual(['mine', 'one', 'two', 'three']);
    for (const { atMs } of ben.messages(cem.key)) expect(atMs).toBeLessThanOrEqual(world.clock.nowMs());
    expect(states(ben, cem)).toEqual(['delivered']);
  });
});
