import { afterEach, beforeEach, expect, it } from 'vitest';
import { noteOpenCalls } from '../../../main/engine/open-calls.ts';
import type { Storage } from '../../../main/storage/index.ts';
import { goodStats } from '../calls/descriptions.ts';
import { createWorld, talk, type Person, type World } from '../calls/two-people.ts';
import { newProfile, type Profile } from '../storage/profile.ts';

let world: World;
let ann: Person;
let ben: Person;
let profile: Profile;
let storage: Storage;
beforeEach(async () => {
  world = createWorld();
  ({ ann, ben } = world);
  profile = newProfile();
  storage = await profile.open();
  noteOpenCalls(ben.calls, storage, world.clock);
});
afterEach(() => profile.dispose());

/** What the next engine finds. */
async function left(): Promise<ReturnType<Storage['openCalls']['takeAll']>> {
  profile.closeAll();
  storage = await profile.open();
  return storage.openCalls.takeAll();
}

it('a call that is talked in when the engine falls is left as one, with the time that was talked, and taken once', async () => {
  talk(world);
  for (let second = 0; second < 60; second += 1) {
    ben.media.emit({ type: 'stats', callId: ben.view().id, stats: goodStats });
    world.clock.advance(1_000);
  }
  const [record, ...others] = await left();
  expect(others).toEqual([]);
  expect(record).toMatchObject({ id: ben.view().id, direction: 'in', reason: 'engine-crashed', missed: false });
  expect(record?.talkedMs).toBeGreaterThanOrEqual(30_000);
  expect(record?.talkedMs).toBeLessThanOrEqual(61_000);
  expect(storage.openCalls.takeAll()).toEqual([]);
});

it('a call that only rang when the engine fell was missed', async () => {
  ann.calls.start(ben.address.account);
  world.clock.advance(200);
  expect(await left()).toMatchObject([{ reason: 'engine-crashed', missed: true, talkedMs: 0 }]);
});

it('a call that is over leaves nothing', async () => {
  talk(world);
  ann.calls.hangUp(ann.view().id);
  world.clock.advance(100);
  expect(await left()).toEqual([]);
});

it('an echo call leaves nothing', async () => {
  ben.admission = 'echo';
  ann.calls.start(ben.address.account, { echo: true });
  world.clock.advance(500);
  expect(ben.view().phase).toBe('active');
  expect(await left()).toEqual([]);
});
