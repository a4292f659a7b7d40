/** The processes behind a window fall: what is lost, what is told, and what goes on. */
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { perform } from '../../main/cli/commands/index.ts';
import { createOutput } from '../../main/cli/output.ts';
import { systemClock } from '../../main/ports/system-clock.ts';
import type { AppView, BridgeClient } from '../../preload/contract/index.ts';
import { openNeighbourhood, type Neighbourhood } from './support/neighbourhood.ts';
import { startSupervised, type Supervised } from './support/supervised.ts';
import { callIn, delivered, friendOnline, keyOf, messagesWith, recordOf } from './support/watching.ts';

let here: Neighbourhood;
let shell: Supervised;
let ada: BridgeClient;
let bert: BridgeClient;
let bertKey: string;

beforeAll(async () => {
  here = await openNeighbourhood();
  await here.signUp('adelaide', 'bertrand');
  await Promise.all([here.run('adelaide'), here.run('bertrand', '--auto-answer')]);
  await here.befriend('adelaide', 'bertrand');
  await here.leave('adelaide');
  bert = await here.bridge('bertrand');
  shell = startSupervised(here.home, 'adelaide', [here.bootstrap]);
  ada = shell.bridge;
  bertKey = await keyOf(ada, 'bertrand');
  await friendOnline(ada, 'bertrand');
}, 180_000);
afterAll(async () => {
  await shell.stop();
  await here.stop();
});

async function talk(): Promise<string> {
  const { id } = await ada.calls.start({ accountKey: bertKey });
  await Promise.all([callIn(ada, 'active', id), callIn(bert, 'active', id)]);
  return id;
}

async function restartsShown(bridge: BridgeClient): Promise<AppView['restarts'][number]['process'][]> {
  for await (const { restarts } of await bridge.app.watch()) return restarts.map(({ process }) => process);
  return [];
}

it('media falls in a call: the call ends and says why on both sides, and the next one works', { timeout: 120_000 }, async () => {
  const id = await talk();
  await shell.letFall('media');
  expect((await callIn(ada, 'ended', id)).reason).toBe('media-crashed');
  expect((await callIn(bert, 'ended', id)).reason).toBe('peer-gone');
  expect(await recordOf(ada, id)).toMatchObject({ reason: 'media-crashed', missed: false });
  expect(await restartsShown(ada)).toEqual(['media']);

  const next = await talk();
  await ada.calls.hangUp({ id: next });
  expect((await callIn(bert, 'ended', next)).reason).toBe('hung-up-by-other');
});

it('the engine falls in a call: account, contacts and messages are there, and the call is in the history', async () => {
  await ada.conversations.send({ id: bertKey, text: 'before the fall' });
  await delivered(ada, bertKey, 'before the fall');
  const id = await talk();
  await shell.letFall('engine');

  for await (const state of await ada.account.watch()) {
    expect(state).toMatchObject({ kind: 'ready', account: { name: 'adelaide' } });
    break;
  }
  expect(await restartsShown(ada)).toEqual(['media', 'engine']);
  expect(await keyOf(ada, 'bertrand')).toBe(bertKey);
  expect((await messagesWith(ada, bertKey)).map(({ text }) => text)).toEqual(['before the fall']);
  expect(await recordOf(ada, id)).toMatchObject({ direction: 'out', reason: 'engine-crashed' });
  expect((await callIn(bert, 'ended', id)).reason).toBe('peer-gone');

  await friendOnline(ada, 'bertrand');
  await ada.conversations.send({ id: bertKey, text: 'after the fall' });
  await delivered(ada, bertKey, 'after the fall');
  const next = await talk();
  await ada.calls.hangUp({ id: next });
}, 120_000);

it('a command that runs goes on with the next engine', { timeout: 60_000 }, async () => {
  const interrupted = new AbortController();
  const said: string[] = [];
  const heard = (event: string): Promise<void> =>
    vi.waitFor(() => expect(said.join('')).toContain(`"event":"${event}"`), { timeout: 30_000 });
  const running = perform(
    {
      engine: { client: ada, attached: false, stop: () => Promise.resolve() },
      clock: systemClock,
      output: createOutput(true, (text) => void said.push(text)),
      input: process.stdin,
      common: {
        profile: 'adelaide',
        bootstrap: [],
        gateway: [],
        json: true,
        verbose: false,
        mdns: false,
        bittorrent: false,
        wait: 1,
        skewPpm: 0,
      },
      signal: interrupted.signal,
    },
    { kind: 'run', files: { play: null, record: null, trace: null }, echo: false, autoAnswer: false, autoAccept: false },
  );
  await heard('presence');
  await shell.letFall('engine');
  await heard('engine-restarted');
  said.length = 0;
  await heard('presence');
  interrupted.abort();
  expect(await running).toBe(0);
});
