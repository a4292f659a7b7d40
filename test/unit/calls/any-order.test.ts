import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { AppError } from '../../../main/ports/app-error.ts';
import { createWorld, type Person, type World } from './two-people.ts';

const actions = [
  'start',
  'accept',
  'decline',
  'hang-up',
  'mute',
  'hold',
  'no-air',
  'air',
  'crash',
  'interrupt',
  'resume',
  'close',
] as const;
type Action = (typeof actions)[number];

interface Move {
  readonly who: 'ann' | 'ben';
  readonly action: Action;
  readonly thenMs: number;
}

const move = (who: Move['who'], action: Action, thenMs: number): Move => ({ who, action, thenMs });
/** Chance alone seldom gets two people to talk. */
const beginnings: readonly (readonly Move[])[] = [
  [],
  [move('ann', 'start', 300)],
  [move('ben', 'start', 2), move('ann', 'start', 300)],
  [move('ann', 'start', 300), move('ben', 'accept', 20)],
  [move('ben', 'start', 300), move('ann', 'accept', 5_000)],
];

const moves: fc.Arbitrary<readonly Move[]> = fc.array(
  fc.record({
    who: fc.constantFrom('ann', 'ben'),
    action: fc.constantFrom(...actions),
    thenMs: fc.oneof(fc.nat(60), fc.nat(500), fc.nat(5_000), fc.nat(50_000)),
  }),
  { maxLength: 12 },
);

/** The link's own state, because a closed one can't be interrupted. */
class Play {
  readonly world: World = createWorld();
  /** Calls that each person said yes to, or made. */
  readonly agreed = { ann: new Set<string>(), ben: new Set<string>() };
  #link: 'connected' | 'interrupted' | 'closed' = 'connected';

  make({ who, action, thenMs }: Move): void {
    try {
      this.#act(who, action);
    } catch (error) {
      // Busy, or no such call: what the bridge would tell the person.
      if (!(error instanceof AppError)) throw error;
    }
    this.pass(thenMs);
  }

  /** Time passes; twice a second both media processes look for each other's packets. */
  pass(durationMs: number): void {
    const { clock, ann, ben } = this.world;
    for (let left = durationMs; left > 0; left -= 500) {
      clock.advance(Math.min(left, 500));
      ann.media.beat(ben.media);
      ben.media.beat(ann.media);
      this.check();
    }
  }

  heal(): void {
    for (const { media } of [this.world.ann, this.world.ben]) media.air = true;
    this.#restoreLink();
    this.pass(120_000);
  }

  /** What must be true at every moment. */
  check(): void {
    for (const who of ['ann', 'ben'] as const) {
      const { calls, media, records } = this.world[who];
      const open = calls.views().filter(({ phase }) => phase !== 'ended');
      if (open.length > 1) throw new Error(`${who} is in ${open.length} calls`);
      if (media.sessions.size !== open.length)
        throw new Error(`${who} has ${media.sessions.size} sessions in ${open.length} calls`);
      const [call] = open;
      if (media.hearsAudio && (call === undefined || !this.agreed[who].has(call.id)))
        throw new Error(`${who} is heard without a yes`);
      if (new Set(records.map(({ id }) => id)).size !== records.length) throw new Error(`${who} has two records of one call`);
    }
  }

  #act(who: Move['who'], action: Action): void {
    const { network, [who]: self } = this.world;
    const other = who === 'ann' ? this.world.ben : this.world.ann;
    switch (action) {
      case 'start':
        this.agreed[who].add(self.calls.start(other.address.account));
        return;
      case 'accept':
        this.#onOpen(self, (id) => {
          this.agreed[who].add(id);
          self.calls.accept(id);
        });
        return;
      case 'decline':
        return this.#onOpen(self, (id) => self.calls.decline(id));
      case 'hang-up':
        return this.#onOpen(self, (id) => self.calls.hangUp(id));
      case 'mute':
        return this.#onOpen(self, (id) => self.calls.setMuted(id, !self.view().muted));
      case 'hold':
        return this.#onOpen(self, (id) => self.calls.setHeld(id, !['local', 'both'].includes(self.view().hold)));
      case 'no-air':
        self.media.air = false;
        return;
      case 'air':
        self.media.air = true;
        return;
      case 'crash':
        self.media.emit({ type: 'media-crashed' });
        return;
      case 'interrupt':
        if (this.#link === 'connected') network.interrupt();
        if (this.#link === 'connected') this.#link = 'interrupted';
        return;
      case 'resume':
        return this.#restoreLink();
      case 'close':
        if (this.#link !== 'closed') network.close();
        this.#link = 'closed';
    }
  }

  #restoreLink(): void {
    if (this.#link === 'closed') this.world.network.reconnect();
    else if (this.#link === 'interrupted') this.world.network.resume();
    this.#link = 'connected';
  }

  #onOpen(person: Person, run: (id: string) => void): void {
    const call = person.calls.views().find(({ phase }) => phase !== 'ended');
    if (call !== undefined) run(call.id);
  }
}

/** What one side sees of a hold, when the other sees this. */
const mirrored = { none: 'none', local: 'remote', remote: 'local', both: 'both' } as const;

it('whatever two people and their computers do, they never are in doubt for long whether they are in a call', () => {
  const property = fc.property(fc.constantFrom(...beginnings), moves, (beginning, rest) => {
    const play = new Play();
    for (const each of [...beginning, ...rest]) play.make(each);
    play.heal();
    const { ann, ben } = play.world;
    const phases = [ann, ben].map(({ calls }) =>
      calls
        .views()
        .filter(({ phase }) => phase !== 'ended')
        .map(({ phase }) => phase),
    );
    const sessions = [ann, ben].map(({ media }) => [...media.sessions.keys()]);
    expect(phases[0]).toEqual(phases[1]);
    expect(phases.flat().every((phase) => phase === 'active')).toBe(true);
    expect(sessions[0]).toEqual(sessions[1]);
    for (const [here, there] of [
      [ann, ben],
      [ben, ann],
    ] as const) {
      if (phases[0]?.length === 0) continue;
      const { hold } = here.view();
      expect(hold).toBe(mirrored[there.view().hold]);
      expect([...here.media.sessions.values()].map(({ held }) => held)).toEqual([hold !== 'none']);
    }
  });
  expect(() => fc.assert(property, { numRuns: 1_000 })).not.toThrow();
});
