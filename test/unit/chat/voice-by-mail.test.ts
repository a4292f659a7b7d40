import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { MailWorld } from '../../sim/mail/mail-world.ts';
import type { MailPerson } from '../../sim/mail/mail-person.ts';
import { seededRandom } from '../identity/fixtures.ts';
import { recorded } from '../ogg/recorded.ts';

let world: MailWorld;
let ada: MailPerson;
let ben: MailPerson;
beforeEach(async () => {
  world = new MailWorld(seededRandom('voice by mail'));
  [ada, ben] = [await world.person('adelaide'), await world.person('benedict')];
  await Promise.all([ada.start(), ben.start()]);
  await world.befriend(ada, ben);
});
afterEach(() => world.dispose());

/** Several parts: a letter each, or a little more. */
const sound = recorded(4, 3, { encoderBitRate: 256_000 });
const parts = Math.ceil(sound.byteLength / 32_768);

describe('A voice message to somebody who is never there together with its writer', () => {
  it('waits for them part by part, is stored when the last part is, and arrives whole', async () => {
    await world.quit(ben);
    const { id } = ada.chat.sendVoice(ben.key, sound, [1, 2, 3], null);
    const shown = (): string | undefined => ada.messages(ben.key, 'out')[0]?.delivery;
    await world.until(() => shown() === 'stored', 'stored', 3_600_000);
    const letters = 256 - ada.mail.carrier.left(ben.key);
    expect([letters > 1, letters <= parts]).toEqual([true, true]);
    const states = ada.changes.flatMap((change) => (change.type === 'changed' ? [change.message.delivery] : []));
    expect(states.indexOf('stored')).toBe(states.length - 1);
    await world.quit(ada);
    await ben.start();
    await world.until(() => ben.messages(ada.key, 'in')[0]?.voice?.state === 'whole', 'whole', 600_000);
    expect(Buffer.from(ben.chat.voice(ada.key, id)).equals(sound)).toBe(true);
    await world.quit(ben);
    await ada.start();
    await world.until(() => shown() === 'delivered', 'delivered', 600_000);
    expect(ada.storage.outbox.count(ben.key)).toBe(0);
  });
});
