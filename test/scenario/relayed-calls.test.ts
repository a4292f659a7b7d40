/** Whole engines: two people who hide their addresses, and a supernode whose relay carries their call. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { encodeWav } from '../../main/media/index.ts';
import type { BridgeClient, CallView } from '../../preload/contract/index.ts';
import { speechLike } from '../lab/speech-like.ts';
import { startSupervised, type Supervised } from './support/supervised.ts';
import { callIn, callThat, friendOnline, keyOf, networkThat, signUp } from './support/watching.ts';

const home = mkdtempSync(join(tmpdir(), 'lilliput-relayed-'));
const running: Supervised[] = [];
let node: BridgeClient;
let ann: BridgeClient;
let ben: BridgeClient;

function start(name: string, host: string, supernodeMode: 'on' | 'off', bootstrap: Parameters<typeof startSupervised>[2]) {
  const supervised = startSupervised(home, name, bootstrap, { host, supernodeMode, loopbackIsInternet: true });
  running.push(supervised);
  return supervised.bridge;
}

beforeAll(async () => {
  node = start('node', '127.8.0.1', 'on', []);
  const { publicAddress } = await networkThat(node, 'its relay is on', ({ carrying }) => carrying.state === 'on');
  const { hostname, port } = new URL(`udp://${publicAddress ?? ''}`);
  const bootstrap = [{ host: hostname, port: Number(port) }];
  // A gateway that knows nobody else carries nobody.
  const aside = start('aside', '127.11.0.1', 'on', bootstrap);
  await aside.settings.update({ carryOthers: false });
  ann = start('ann', '127.9.0.1', 'off', bootstrap);
  ben = start('ben', '127.10.0.1', 'off', bootstrap);
  await Promise.all([signUp(ann, 'annabelle'), signUp(ben, 'benjamin')]);
  await ann.contacts.request({ name: 'benjamin', note: '' });
  const key = await keyOf(ben, 'annabelle');
  await ben.contacts.accept({ accountKey: key });
  await Promise.all([friendOnline(ann, 'benjamin'), friendOnline(ben, 'annabelle')]);
  await Promise.all([ann, ben].map((person) => networkThat(person, 'a relay is known', ({ relaysKnown }) => relaysKnown > 0)));
}, 180_000);
afterAll(async () => {
  await Promise.all(running.map((supervised) => supervised.stop()));
  rmSync(home, { recursive: true, force: true });
});

it(
  'a call between two who hide their addresses goes over a supernode’s relay, which shows what it gives',
  { timeout: 120_000 },
  async () => {
    const speech = join(home, 'speech.wav');
    writeFileSync(speech, encodeWav(speechLike(6, 5)));
    await Promise.all([ann, ben].map((person) => person.settings.update({ hideAddress: true })));
    await networkThat(node, 'both come through its gateway', ({ carrying }) => carrying.gatewayClients === 2);
    await Promise.all([friendOnline(ann, 'benjamin'), friendOnline(ben, 'annabelle')]);
    await Promise.all(
      [ann, ben].map((person) => person.audio.useFiles({ playPath: speech, recordPath: null, echo: false, tracePath: null })),
    );
    const { id } = await ann.calls.start({ accountKey: await keyOf(ann, 'benjamin') });
    await callIn(ben, 'ringing', id);
    await ben.calls.accept({ id });
    for (const person of [ann, ben]) {
      // oxlint-disable-next-line no-await-in-loop -- one side after the other; both go on meanwhile
      const call = await callThat(person, ({ stats }) => (stats?.receivedPackets ?? 0) > 50, 'packets come');
      expect(call).toMatchObject({ addressHidden: true, stats: { path: 'relay' } });
    }
    const { carrying } = await networkThat(
      node,
      'it carries',
      (view) => view.carrying.calls === 1 && view.carrying.bytesToday > 5_000,
    );
    expect(carrying).toMatchObject({ state: 'on', limitBytes: 10_000_000_000 });
    await ann.calls.hangUp({ id });
    await callIn(ben, 'ended', id);
    await networkThat(node, 'nothing is carried any more', (view) => view.carrying.calls === 0);
  },
);

it(
  'who hides the address from one friend talks to that one through a gateway and a relay, and says so in the call',
  { timeout: 120_000 },
  async () => {
    await Promise.all([ann, ben].map((person) => person.settings.update({ hideAddress: false })));
    await networkThat(node, 'nobody needs its gateway any more', ({ carrying }) => carrying.gatewayClients === 0);
    const accountKey = await keyOf(ann, 'benjamin');
    await ann.contacts.setHideAddress({ accountKey, hideAddress: true });
    await networkThat(node, 'one comes through its gateway', ({ carrying }) => carrying.gatewayClients === 1);
    await Promise.all([friendOnline(ann, 'benjamin'), friendOnline(ben, 'annabelle')]);
    const { id } = await ann.calls.start({ accountKey });
    await callIn(ben, 'ringing', id);
    await ben.calls.accept({ id });
    const goesOn = (call: CallView): boolean => call.id === id && (call.stats?.receivedPackets ?? 0) > 50;
    expect(await callThat(ann, goesOn, 'packets come')).toMatchObject({ addressHidden: true, stats: { path: 'relay' } });
    expect(await callThat(ben, goesOn, 'packets come')).toMatchObject({ addressHidden: false });
    await ann.calls.hangUp({ id });
    await callIn(ben, 'ended', id);
    await ann.contacts.setHideAddress({ accountKey, hideAddress: false });
    await networkThat(node, 'nobody needs its gateway any more', ({ carrying }) => carrying.gatewayClients === 0);
  },
);

it('the relay ends when its person sets it off, and begins when it is set on', { timeout: 120_000 }, async () => {
  await node.settings.update({ carryOthers: false });
  const off = await networkThat(node, 'it is off', ({ carrying }) => carrying.state === 'off' && carrying.calls === 0);
  await networkThat(node, 'nor joins anything', ({ carrying }) => carrying.pairs === 0 && carrying.gatewayClients === 0);
  await node.settings.update({ carryOthers: true });
  const on = await networkThat(node, 'it is on again', ({ carrying }) => carrying.state === 'on');
  // What was given is not forgotten with the process.
  expect(on.carrying.bytesToday).toBeGreaterThanOrEqual(off.carrying.bytesToday);
});
