/** Two friends who are never there together: what they write waits at supernodes, and so does the word that it arrived. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Delivery } from '../../preload/contract/index.ts';
import { openNeighbourhood, type Neighbourhood } from './support/neighbourhood.ts';
import { callIn, callRecorded, delivered, keyOf, messagesWith } from './support/watching.ts';

let here: Neighbourhood;
let adasKey: string;
let bertsKey: string;

beforeAll(async () => {
  here = await openNeighbourhood();
  await here.signUp('adelaide', 'bertrand');
  await Promise.all([here.run('adelaide'), here.run('bertrand')]);
  await here.befriend('adelaide', 'bertrand');
  adasKey = await keyOf(await here.bridge('bertrand'), 'adelaide');
  const ada = await here.bridge('adelaide');
  bertsKey = await keyOf(ada, 'bertrand');
  // One exchange while both are there: by then each has the other's keys.
  await ada.conversations.send({ id: bertsKey, text: 'see you' });
  await delivered(ada, bertsKey, 'see you', ['delivered']);
}, 120_000);
afterAll(() => here.stop());

const seen = async (name: string, other: string, text: string, deliveries?: readonly Delivery[]): Promise<unknown> =>
  delivered(await here.bridge(name), other, text, deliveries);

it('reads what was written while they were away, from somebody who is away by then', { timeout: 120_000 }, async () => {
  await here.leave('bertrand');
  const ada = await here.bridge('adelaide');
  const texts = ['the boat leaves at nine', 'bring the tin', 'and the beans'];
  for (const text of texts) await ada.conversations.send({ id: bertsKey, text });
  await seen('adelaide', bertsKey, 'and the beans', ['stored']);
  // Written a moment before the end, it goes all the same.
  await ada.conversations.send({ id: bertsKey, text: 'goodbye' });
  await here.leave('adelaide');

  await here.run('bertrand');
  await seen('bertrand', adasKey, 'goodbye');
  const bert = await here.bridge('bertrand');
  expect((await messagesWith(bert, adasKey)).map(({ text }) => text)).toEqual(['see you', ...texts, 'goodbye']);
  await bert.conversations.send({ id: adasKey, text: 'I was asleep' });
  await bert.conversations.markRead({ id: adasKey });
  await seen('bertrand', adasKey, 'I was asleep', ['stored']);
  await here.leave('bertrand');

  await here.run('adelaide');
  await seen('adelaide', bertsKey, 'goodbye', ['delivered', 'read']);
  await seen('adelaide', bertsKey, 'I was asleep');
});

it('sees a call that never rang, once', { timeout: 120_000 }, async () => {
  const ada = await here.bridge('adelaide');
  const { id } = await ada.calls.start({ accountKey: bertsKey });
  await ada.calls.hangUp({ id });
  await callIn(ada, 'ended', id);
  await here.leave('adelaide');
  await here.run('bertrand');
  const record = await callRecorded(await here.bridge('bertrand'), adasKey, id);
  expect(record).toMatchObject({ direction: 'in', missed: true, talkedMs: 0 });
});
