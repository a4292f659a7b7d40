import { expect, test } from 'vitest';
import { createCalls, type CallsOptions } from '../../../main/calls/index.ts';
import type { MediaPath, MediaPathState } from '../../../main/overlay/index.ts';
import { createWorld, talk, type Person, type World } from './two-people.ts';

/** A path that is ready as soon as both tags are known, and notes what happens to it. */
interface TestPath extends MediaPath {
  theirTag: Uint8Array | null;
  isClosed: boolean;
  tell(state: MediaPathState | null): void;
}

const ready: MediaPathState = { port: 4_000, rttMs: 30, kind: 'direct' };
const relayed: MediaPathState = { port: 4_000, rttMs: 60, kind: 'relayed' };

function createPath(digit: number): TestPath {
  const listeners = new Set<(state: MediaPathState | null) => void>();
  const path: TestPath = {
    tag: new Uint8Array(7).fill(digit),
    theirTag: null,
    isClosed: false,
    connect(theirTag) {
      path.theirTag = theirTag;
      path.tell(ready);
    },
    onState(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    counters: () => ({ sent: 0, received: 0, strangeLocal: 0, strangePeer: 0, tooMany: 0, tooLarge: 0 }),
    close() {
      path.isClosed = true;
      path.tell(null);
    },
    tell(state) {
      for (const listener of listeners) listener(state);
    },
  };
  return path;
}

/** This person's calls anew, with paths over the overlay (or, with null, without). */
function withPaths(
  person: Person,
  digit: number,
  isOffered = true,
): { readonly paths: TestPath[]; readonly options: CallsOptions } {
  const paths: TestPath[] = [];
  person.calls.stop();
  const openMediaPath = (): MediaPath | null => {
    if (!isOffered) return null;
    const path = createPath(digit + paths.length);
    paths.push(path);
    return path;
  };
  return { paths, options: { ...person.options, openMediaPath } };
}

interface Pair {
  readonly world: World;
  readonly annPaths: readonly TestPath[];
  readonly benPaths: readonly TestPath[];
}

function createPair(isOfferedByBen = true): Pair {
  const world = createWorld();
  const ann = withPaths(world.ann, 10);
  const ben = withPaths(world.ben, 20, isOfferedByBen);
  const people = {
    ann: { ...world.ann, calls: createCalls(ann.options) },
    ben: { ...world.ben, calls: createCalls(ben.options) },
  };
  const view =
    (person: Person): Person['view'] =>
    () => {
      const newest = person.calls.views().at(-1);
      if (newest === undefined) throw new Error('no call in the view');
      return newest;
    };
  const annNow = { ...people.ann, view: view(people.ann) };
  const benNow = { ...people.ben, view: view(people.ben) };
  world.network.reconnect();
  return { world: { ...world, ann: annNow, ben: benNow }, annPaths: ann.paths, benPaths: ben.paths };
}

const overlayPath = { address: '127.0.0.1', port: 4_000, rttMs: 30, kind: 'direct' };

test('both sides of a call learn each other’s tag, and media of the path', () => {
  const { world, annPaths, benPaths } = createPair();
  talk(world);
  expect(annPaths.map(({ theirTag }) => theirTag)).toEqual([benPaths[0]?.tag]);
  expect(benPaths.map(({ theirTag }) => theirTag)).toEqual([annPaths[0]?.tag]);
  expect([world.ann.media.overlayPaths, world.ben.media.overlayPaths]).toEqual([[overlayPath], [overlayPath]]);
});

test('media hears when the overlay’s connection changes, and the path ends with the call', () => {
  const { world, annPaths } = createPair();
  talk(world);
  annPaths[0]?.tell(null);
  annPaths[0]?.tell(relayed);
  expect(world.ann.media.overlayPaths.slice(1)).toEqual([null, { ...overlayPath, rttMs: 60, kind: 'relayed' }]);
  world.ann.calls.hangUp(world.ann.view().id);
  world.clock.advance(1_000);
  expect(annPaths.map(({ isClosed }) => isClosed)).toEqual([true]);
});

test('one side without it: the call goes without it', () => {
  const { world, annPaths } = createPair(false);
  talk(world);
  expect(annPaths.map(({ theirTag }) => theirTag)).toEqual([null]);
  expect(world.ann.view().phase).toBe('active');
  expect([world.ann.media.overlayPaths, world.ben.media.overlayPaths]).toEqual([[], []]);
});
