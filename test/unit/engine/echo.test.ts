import { beforeEach, expect, it } from 'vitest';
import { limitEchoCalls } from '../../../main/engine/echo.ts';
import { createWorld, talk, type Person, type World } from '../calls/two-people.ts';

const twoMinutesMs = 120_000;
let world: World;
let ann: Person;
let ben: Person;
beforeEach(() => {
  world = createWorld();
  ({ ann, ben } = world);
  ben.admission = 'echo';
});

/** Ann is answered by Ben's echo service. */
function visit(): void {
  ann.calls.start(ben.address.account, { echo: true });
  world.clock.advance(500);
  expect(ben.view().phase).toBe('active');
}

it('a visitor of the echo service is heard for two minutes, and the next one as long', () => {
  limitEchoCalls(ben.calls, world.clock);
  for (let visits = 0; visits < 2; visits += 1) {
    visit();
    world.clock.advance(twoMinutesMs - 2_000);
    expect(ann.view().phase).toBe('active');
    world.clock.advance(3_000);
    expect([ann.view().phase, ben.view().phase]).toEqual(['ended', 'ended']);
  }
});

it('a visitor who leaves early takes the limit along: it never ends somebody else’s call', () => {
  limitEchoCalls(ben.calls, world.clock);
  visit();
  world.clock.advance(60_000);
  ann.calls.hangUp(ann.view().id);
  world.clock.advance(1_000);
  visit();
  world.clock.advance(90_000);
  expect(ann.view().phase).toBe('active');
});

it('a call that the host of the service makes itself has no limit, nor has any after the limit was lifted', () => {
  const lift = limitEchoCalls(ann.calls, world.clock);
  visit();
  world.clock.advance(2 * twoMinutesMs);
  expect(ann.view().phase).toBe('active');
  ann.calls.hangUp(ann.view().id);
  world.clock.advance(1_000);

  lift();
  ben.admission = 'ring';
  talk({ ...world, ann: ben, ben: ann });
  world.clock.advance(2 * twoMinutesMs);
  expect(ann.view().phase).toBe('active');
});
