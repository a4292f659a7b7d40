/** Calls that don't go as hoped, between real processes. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { decodeWav, encodeWav } from '../../main/media/index.ts';
import { systemClock } from '../../main/ports/system-clock.ts';
import type { BridgeClient, CallView } from '../../preload/contract/index.ts';
import { matchSpeech, percentile } from '../lab/alignment.ts';
import { isEvent, type CliEvent, type CliProcess } from '../lab/cli-process.ts';
import { speechLike } from '../lab/speech-like.ts';
import { openNeighbourhood, type Neighbourhood } from './support/neighbourhood.ts';
import { callIn, callThat, friendOnline, keyOf, recordOf } from './support/watching.ts';

/** Silence is noticed within this; the app says so while it looks for another way. */
const noticedWithinMs = 5_000;

interface Person {
  readonly bridge: BridgeClient;
  call(name: string): Promise<string>;
}

let here: Neighbourhood;
let ada: Person;
let bert: Person;
let cleo: Person;
let adasNode: CliProcess;
let bertsNode: CliProcess;

async function meet(name: string): Promise<Person> {
  const bridge = await here.bridge(name);
  return {
    bridge,
    async call(other) {
      const { id } = await bridge.calls.start({ accountKey: await keyOf(bridge, other) });
      return id;
    },
  };
}

beforeAll(async () => {
  here = await openNeighbourhood();
  await here.signUp('adelaide', 'bertrand', 'cleopatra');
  [adasNode, bertsNode] = await Promise.all([here.run('adelaide'), here.run('bertrand'), here.run('cleopatra')]);
  await Promise.all([here.befriend('adelaide', 'bertrand'), here.befriend('cleopatra', 'bertrand')]);
  [ada, bert, cleo] = await Promise.all([meet('adelaide'), meet('bertrand'), meet('cleopatra')]);
}, 180_000);
afterAll(() => here.stop());

/** The callee's side of a call has the same id. */
async function ringing(caller: Person, callee: Person, calleeName: string): Promise<string> {
  const id = await caller.call(calleeName);
  await Promise.all([callIn(caller.bridge, 'ringing', id), callIn(callee.bridge, 'ringing', id)]);
  return id;
}

async function talking(caller: Person, callee: Person, calleeName: string): Promise<string> {
  const id = await ringing(caller, callee, calleeName);
  await callee.bridge.calls.accept({ id });
  await Promise.all([callIn(caller.bridge, 'active', id), callIn(callee.bridge, 'active', id)]);
  return id;
}

const viewIn = ({ bridge }: Person, id: string, is: (call: CallView) => boolean): Promise<CallView> =>
  callThat(bridge, (call) => call.id === id && is(call));

const endOf = async (person: Person, id: string): Promise<string | null> => (await callIn(person.bridge, 'ended', id)).reason;

describe('while it rings', { timeout: 60_000 }, () => {
  it('the callee declines: both know, and nobody missed anything', async () => {
    const id = await ringing(ada, bert, 'bertrand');
    await bert.bridge.calls.decline({ id });
    expect(await endOf(ada, id)).toBe('declined-by-other');
    expect(await recordOf(bert.bridge, id)).toMatchObject({ reason: 'declined', missed: false, talkedMs: 0 });
    expect(await recordOf(ada.bridge, id)).toMatchObject({ direction: 'out', reason: 'declined-by-other' });
  });

  it('the caller gives up: it stops ringing there and is a missed call', async () => {
    const id = await ringing(ada, bert, 'bertrand');
    await ada.bridge.calls.hangUp({ id });
    expect(await endOf(bert, id)).toBe('cancelled-by-other');
    expect(await recordOf(bert.bridge, id)).toMatchObject({ direction: 'in', missed: true });
    expect(await recordOf(ada.bridge, id)).toMatchObject({ reason: 'cancelled', missed: false });
  });
});

describe('while two talk', { timeout: 120_000 }, () => {
  it('a third hears busy, leaves a missed call, and disturbs nobody', async () => {
    const id = await talking(ada, bert, 'bertrand');
    const third = await cleo.call('bertrand');
    expect(await endOf(cleo, third)).toBe('busy');
    expect(await recordOf(bert.bridge, third)).toMatchObject({ reason: 'busy', missed: true });
    expect((await callIn(bert.bridge, 'active')).id).toBe(id);
    await ada.bridge.calls.hangUp({ id });
    expect(await endOf(bert, id)).toBe('hung-up-by-other');
    expect((await recordOf(bert.bridge, id))?.talkedMs).toBeGreaterThan(0);
  });

  it('either holds and both see it; one records, and only when the other sees that', async () => {
    const id = await talking(ada, bert, 'bertrand');
    await bert.bridge.calls.setHeld({ id, held: true });
    await Promise.all([viewIn(ada, id, ({ hold }) => hold === 'remote'), viewIn(bert, id, ({ hold }) => hold === 'local')]);
    await ada.bridge.calls.setHeld({ id, held: true });
    await viewIn(bert, id, ({ hold }) => hold === 'both');
    await Promise.all([ada, bert].map(({ bridge }) => bridge.calls.setHeld({ id, held: false })));
    await Promise.all([ada, bert].map((person) => viewIn(person, id, ({ hold }) => hold === 'none')));
    await ada.bridge.calls.setRecording({ id, on: true });
    const { recording } = await viewIn(ada, id, (call) => call.recording.state === 'on');
    await viewIn(bert, id, ({ remoteRecording }) => remoteRecording !== null);
    await bertsNode.waitFor(
      isEvent('recording', { callId: id, name: 'adelaide', on: true }),
      'a person without a window is told',
    );
    await ada.bridge.calls.hangUp({ id });
    expect(await endOf(bert, id)).toBe('hung-up-by-other');
    await bertsNode.waitFor(isEvent('recording', { callId: id, on: false }), 'and when it is over');
    await vi.waitFor(
      () =>
        expect(
          readFileSync(recording.path ?? '')
            .subarray(0, 4)
            .toString(),
        ).toBe('OggS'),
      5_000,
    );
    await expect(ada.bridge.calls.showRecording({ id })).rejects.toMatchObject({ code: 'NOT_ALLOWED_HERE' });
  });

  it('one is killed: the other notices within 5 seconds, and the call ends with that reason on both sides', async () => {
    const id = await talking(ada, bert, 'bertrand');
    const killedMs = systemClock.monotonicMs();
    await here.crash('bertrand');
    const isPhase =
      (phase: string) =>
      (event: CliEvent): boolean =>
        event.event === 'phase' && event['callId'] === id && event['phase'] === phase;
    const noticed = await adasNode.waitFor(isPhase('reconnecting'), 'the silence is noticed');
    expect(Number(noticed['atMonotonicMs']) - killedMs).toBeLessThan(noticedWithinMs);
    expect(await endOf(ada, id)).toBe('peer-gone');
    expect(await recordOf(ada.bridge, id)).toMatchObject({ reason: 'peer-gone', missed: false });

    await here.run('bertrand');
    bert = await meet('bertrand');
    expect(await recordOf(bert.bridge, id)).toMatchObject({ direction: 'in', reason: 'engine-crashed', missed: false });
  });

  it('one ends the app in good order: the other sees a hang-up at once', async () => {
    await friendOnline(ada.bridge, 'bertrand');
    const id = await talking(ada, bert, 'bertrand');
    await here.leave('bertrand');
    expect(await endOf(ada, id)).toBe('hung-up-by-other');
    await here.run('bertrand');
    bert = await meet('bertrand');
    expect(await recordOf(bert.bridge, id)).toMatchObject({ reason: 'hung-up', missed: false });
  });
});

it('a sound test says so where nobody offers one', { timeout: 60_000 }, async () => {
  await expect(cleo.bridge.calls.startEcho({})).rejects.toMatchObject({ code: 'NO_ECHO_SERVICE' });
});

/** Sound in real time: a computer that is starved while it plays damages what it plays, and is given another try. */
describe('a sound test with somebody’s echo service', { timeout: 90_000, retry: 2 }, () => {
  beforeAll(async () => {
    await here.run('parrot', '--echo');
    // It runs; the network hears of its service a moment later.
    await vi.waitFor(async () => ada.bridge.calls.hangUp(await ada.bridge.calls.startEcho({})), { timeout: 60_000 });
  }, 120_000);

  it('says again what was said to it, and is no line in the history', async () => {
    const before = await ada.bridge.calls.log({ beforeMs: null, limit: 200 });
    const speech = speechLike(3, 3);
    // The service answers at once: the first second is spoken while the path is still being opened.
    const padded = new Int16Array(speech.length + 48_000);
    padded.set(speech, 48_000);
    const [spoken, heard] = [join(here.home, 'spoken.wav'), join(here.home, 'heard.wav')];
    writeFileSync(spoken, encodeWav(padded));
    await here.command('adelaide', 'echo', '--play', spoken, '--record', heard, '--seconds', '11');
    const likeness = matchSpeech(speech, decodeWav(readFileSync(heard)), 48_000, 9_000).map(({ correlation }) => correlation);
    expect(percentile(likeness, 0.5)).toBeGreaterThan(0.4);
    expect(await ada.bridge.calls.log({ beforeMs: null, limit: 200 })).toEqual(before);
  });
});
