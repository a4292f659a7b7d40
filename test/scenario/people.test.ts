/** Two friends and a stranger in real processes: what they say of themselves, what they see of each other, who they are. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { judgeSafetyScan, noProfile, type BridgeClient } from '../../preload/contract/index.ts';
import { aPng } from '../unit/profiles/pictures.ts';
import { openNeighbourhood, type Neighbourhood } from './support/neighbourhood.ts';
import { contactThat, delivered, keyOf, messagesWith } from './support/watching.ts';

let here: Neighbourhood;
let adas: BridgeClient;
let berts: BridgeClient;
let bertKey: string;
let adaKey: string;

beforeAll(async () => {
  here = await openNeighbourhood();
  await here.signUp('adelaide', 'bertrand', 'stranger');
  await Promise.all([here.run('adelaide'), here.run('bertrand')]);
  await here.befriend('adelaide', 'bertrand');
  [adas, berts] = await Promise.all([here.bridge('adelaide'), here.bridge('bertrand')]);
  [bertKey, adaKey] = [await keyOf(adas, 'bertrand'), await keyOf(berts, 'adelaide')];
}, 120_000);
afterAll(() => here.stop());

const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64');
/** Too large for one part. */
const portrait = aPng(320, 320, [['noIs', new Uint8Array(40_000).map((_, index) => (index * index * 31) % 251)]]);

describe('What somebody says of themselves', { timeout: 120_000 }, () => {
  it('reaches a friend who is there, with the picture, byte for byte', async () => {
    await berts.profile.update({ displayName: 'Bertrand the Bold', mood: 'In the garden' });
    await berts.profile.setPicture({ base64: base64(portrait) });
    const { profile } = await contactThat(adas, 'the picture', (contact) => contact.profile.picture !== null);
    expect(profile).toMatchObject({ displayName: 'Bertrand the Bold', mood: 'In the garden' });
    const { picture } = await adas.profile.picture({ id: profile.picture ?? '' });
    expect(picture).toEqual({ type: 'image/png', base64: base64(portrait) });
  });

  it('changes for a friend who was away, when they are back', async () => {
    await here.leave('adelaide');
    await berts.profile.update({ displayName: 'Bertrand the Old', mood: '' });
    await here.run('adelaide');
    adas = await here.bridge('adelaide');
    const bert = await contactThat(adas, 'the new name', (contact) => contact.profile.displayName === 'Bertrand the Old');
    expect(bert.profile).toMatchObject({ mood: '' });
    expect(bert.profile.picture).not.toBeNull();
  });

  it('is refused with words when it is no picture, and what was there stays', async () => {
    for (const bad of [aPng(4_000, 4_000), new Uint8Array(Buffer.from('<svg/>'))])
      await expect(berts.profile.setPicture({ base64: base64(bad) })).rejects.toMatchObject({ code: 'BAD_PICTURE' });
    const [own] = await firstProfile(berts);
    expect(own?.picture).not.toBeNull();
  });

  it('is not told to a stranger who asks to be added, and is when the person says yes', async () => {
    await here.runShy('stranger');
    const strangers = await here.bridge('stranger');
    await strangers.profile.update({ displayName: 'Who is that', mood: '' });
    await strangers.profile.setPicture({ base64: base64(portrait) });
    await adas.contacts.request({ name: 'stranger', note: '' });
    const asking = await contactThat(strangers, 'a request', ({ relation }) => relation === 'incoming');
    const asked = await contactThat(adas, 'stranger', ({ name }) => name === 'stranger');
    expect([asked.relation, asked.profile, asking.profile]).toEqual(['outgoing', noProfile, noProfile]);
    await strangers.contacts.accept({ accountKey: asking.accountKey });
    await contactThat(adas, 'who it is', ({ profile }) => profile.displayName === 'Who is that' && profile.picture !== null);
  });
});

async function firstProfile(client: BridgeClient) {
  const stop = new AbortController();
  for await (const profile of await client.profile.watch(undefined, { signal: stop.signal })) {
    stop.abort();
    return [profile];
  }
  return [];
}

describe('What friends see of each other', { timeout: 120_000 }, () => {
  const bertIs = (state: string) =>
    contactThat(adas, `bertrand is ${state}`, ({ name, presence }) => name === 'bertrand' && presence.state === state);

  it('is away after nobody touched the computer for as long as was set, and online with the next key', async () => {
    await berts.account.reportIdle({ idleMs: 11 * 60_000 });
    expect((await bertIs('away')).presence.onCall).toBe(false);
    await berts.account.reportIdle({ idleMs: 0 });
    await bertIs('online');
  });

  it('is offline for the one friend one is invisible to, whose letters arrive all the same', async () => {
    await berts.contacts.setInvisibleTo({ accountKey: adaKey, invisibleTo: true });
    await bertIs('offline');
    await adas.conversations.send({ id: bertKey, text: 'are you there?' });
    await delivered(berts, adaKey, 'are you there?');
    expect((await bertIs('offline')).relation).toBe('contact');
    await berts.contacts.setInvisibleTo({ accountKey: adaKey, invisibleTo: false });
    await bertIs('online');
  });

  it('says nothing of when they were last there, if either hides it', async () => {
    await berts.settings.update({ shareLastSeen: false });
    const hidden = await contactThat(
      adas,
      'no last seen',
      ({ name, presence }) => name === 'bertrand' && presence.lastSeenMs === null,
    );
    expect(hidden.presence.state).toBe('online');
    const adelaide = await contactThat(berts, 'adelaide', ({ name }) => name === 'adelaide');
    expect(adelaide.presence).toMatchObject({ state: 'online', lastSeenMs: null });
    await berts.settings.update({ shareLastSeen: true });
    await contactThat(adas, 'last seen again', ({ name, presence }) => name === 'bertrand' && presence.lastSeenMs !== null);
  });
});

it(
  'both see one safety number, each scans the other’s code, and the mark is kept over a restart',
  { timeout: 120_000 },
  async () => {
    const [atAda, atBert] = [
      await adas.contacts.safety({ accountKey: bertKey }),
      await berts.contacts.safety({ accountKey: adaKey }),
    ];
    expect(atAda.digits).toBe(atBert.digits);
    expect([atAda.theirs + atBert.theirs, atBert.theirs + atAda.theirs]).toContain(atAda.digits);
    expect(judgeSafetyScan(atBert.scan, adaKey, bertKey)).toBe('match');
    expect(judgeSafetyScan(atAda.scan, bertKey, adaKey)).toBe('match');
    await adas.contacts.setVerified({ accountKey: bertKey, verified: true });
    await adas.contacts.setFavourite({ accountKey: bertKey, favourite: true });
    await here.leave('adelaide');
    await here.run('adelaide');
    adas = await here.bridge('adelaide');
    const bert = await contactThat(adas, 'bertrand', ({ name }) => name === 'bertrand');
    expect(bert).toMatchObject({ favourite: true });
    expect(bert.verifiedMs).toBeTypeOf('number');
    // None of all this has cost a letter.
    expect((await messagesWith(adas, bertKey)).map(({ text }) => text)).toEqual(['are you there?']);
  },
);
