/** Whole engines whose media has no socket of its own to offer: the overlay's connection is all there is between them. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { encodeWav } from '../../main/media/index.ts';
import { speechLike } from '../lab/speech-like.ts';
import { startSupervised, type Supervised } from './support/supervised.ts';
import { callIn, callThat, friendOnline, keyOf, networkThat, signUp } from './support/watching.ts';

const home = mkdtempSync(join(tmpdir(), 'lilliput-overlay-only-'));
const running: Supervised[] = [];
const start = (name: string, ...choice: [Parameters<typeof startSupervised>[2], Parameters<typeof startSupervised>[3]]) => {
  const supervised = startSupervised(home, name, ...choice);
  running.push(supervised);
  return supervised.bridge;
};
afterAll(async () => {
  await Promise.all(running.map((supervised) => supervised.stop()));
  rmSync(home, { recursive: true, force: true });
});

it('a call without any candidate but the overlay’s path connects, and both are heard', { timeout: 120_000 }, async () => {
  const node = start('node', [], { host: '127.31.0.1', supernodeMode: 'on' });
  const { publicAddress } = await networkThat(node, 'it is there', (view) => view.publicAddress !== null);
  const { hostname, port } = new URL(`udp://${publicAddress ?? ''}`);
  const bootstrap = [{ host: hostname, port: Number(port) }];
  const [ann, ben] = [
    start('ann', bootstrap, { host: '127.32.0.1', supernodeMode: 'off', mediaAddresses: [] }),
    start('ben', bootstrap, { host: '127.33.0.1', supernodeMode: 'off', mediaAddresses: [] }),
  ];
  await Promise.all([signUp(ann, 'annabelle'), signUp(ben, 'benjamin')]);
  await ann.contacts.request({ name: 'benjamin', note: '' });
  await ben.contacts.accept({ accountKey: await keyOf(ben, 'annabelle') });
  await Promise.all([friendOnline(ann, 'benjamin'), friendOnline(ben, 'annabelle')]);
  const speech = join(home, 'speech.wav');
  writeFileSync(speech, encodeWav(speechLike(6, 5)));
  const files = { playPath: speech, recordPath: null, echo: false, tracePath: null };
  await Promise.all([ann, ben].map((person) => person.audio.useFiles(files)));

  const { id } = await ann.calls.start({ accountKey: await keyOf(ann, 'benjamin') });
  await callIn(ben, 'ringing', id);
  await ben.calls.accept({ id });
  const calls = await Promise.all(
    [ann, ben].map((person) => callThat(person, ({ stats }) => (stats?.receivedPackets ?? 0) > 100, 'packets come')),
  );
  // Straight or through the supernode's blind relay: behind so few supernodes HyperDHT punches no holes.
  for (const { stats } of calls) expect(stats?.path).toMatch(/^overlay/u);
  await ann.calls.hangUp({ id });
  await callIn(ben, 'ended', id);
});
