/** Calls that don't go as hoped, between real processes. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { systemClock } from '../../main/ports/system-clock.ts';
import type { BridgeClient } from '../../preload/contract/index.ts';
import type { CliEvent, CliProcess } from '../lab/cli-process.ts';
import { openNeighbourhood, type Neighbourhood } from './support/neighbourhood.ts';
import { callIn, friendOnline, keyOf, recordOf } from './support/watching.ts';

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
  await here.signUp('ada', 'bert', 'cleo');
  [adasNode] = await Promise.all([here.run('ada'), here.run('bert'), here.run('cleo')]);
  await Promise.all([here.befriend('ada', 'bert'), here.befriend('cleo', 'bert')]);
  [ada, bert, cleo] = await Promise.all([meet('ada'), meet('bert'), meet('cleo')]);
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

const endOf = async (person: Person, id: string): Promise<string | null> => (await callIn(person.bridge, 'ended', id)).reason;

describe('while it rings', { timeout: 60_000 }, () => {
  it('the callee declines: both know, and nobody missed anything', async () => {
    const id = await ringing(ada, bert, 'bert');
    await bert.bridge.calls.decline({ id });
    expect(await endOf(ada, id)).toBe('declined-by-other');
    expect(await recordOf(bert.bridge, id)).toMatchObject({ reason: 'declined', missed: false, talkedMs: 0 });
    expect(await recordOf(ada.bridge, id)).toMatchObject({ direction: 'out', reason: 'declined-by-other' });
  });

  it('the caller gives up: it stops ringing there and is a missed call', async () => {
    const id = await ringing(ada, bert, 'bert');
    await ada.bridge.calls.hangUp({ id });
    expect(await endOf(bert, id)).toBe('cancelled-by-other');
    expect(await recordOf(bert.bridge, id)).toMatchObject({ direction: 'in', missed: true });
    expect(await recordOf(ada.bridge, id)).toMatchObject({ reason: 'cancelled', missed: false });
  });
});

describe('while two talk', { timeout: 120_000 }, () => {
  it('a third hears busy, leaves a missed call, and disturbs nobody', async () => {
    const id = await talking(ada, bert, 'bert');
    const third = await cleo.call('bert');
    expect(await endOf(cleo, third)).toBe('busy');
    expect(await recordOf(bert.bridge, third)).toMatchObject({ reason: 'busy', missed: true });
    expect((await callIn(bert.bridge, 'active')).id).toBe(id);
    await ada.bridge.calls.hangUp({ id });
    expect(await endOf(bert, id)).toBe('hung-up-by-other');
    expect((await recordOf(bert.bridge, id))?.talkedMs).toBeGreaterThan(0);
  });

  it('one is killed: the other notices within 5 seconds, and the call ends with that reason on both sides', async () => {
    const id = await talking(ada, bert, 'bert');
    const killedMs = systemClock.monotonicMs();
    await here.crash('bert');
    const isPhase =
      (phase: string) =>
      (event: CliEvent): boolean =>
        event.event === 'phase' && event['callId'] === id && event['phase'] === phase;
    const noticed = await adasNode.waitFor(isPhase('reconnecting'), 'the silence is noticed');
    expect(Number(noticed['atMonotonicMs']) - killedMs).toBeLessThan(noticedWithinMs);
    expect(await endOf(ada, id)).toBe('peer-gone');
    expect(await recordOf(ada.bridge, id)).toMatchObject({ reason: 'peer-gone', missed: false });

    await here.run('bert');
    bert = await meet('bert');
    expect(await recordOf(bert.bridge, id)).toMatchObject({ direction: 'in', reason: 'engine-crashed', missed: false });
  });

  it('one ends the app in good order: the other sees a hang-up at once', async () => {
    await friendOnline(ada.bridge, 'bert');
    const id = await talking(ada, bert, 'bert');
    await here.leave('bert');
    expect(await endOf(ada, id)).toBe('hung-up-by-other');
    await here.run('bert');
    bert = await meet('bert');
    expect(await recordOf(bert.bridge, id)).toMatchObject({ reason: 'hung-up', missed: false });
  });
});
