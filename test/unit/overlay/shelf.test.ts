import { describe, expect, test } from 'vitest';
import { defaultShelfLimits, Shelf, type ShelfLimits } from '../../../main/overlay/directory/shelf.ts';
import type { RecordShelf, ShelvedRecord } from '../../../main/overlay/directory-store.ts';
import { systemRandom } from '../../../main/ports/random.ts';
import { claimValidator, createClaim } from '../../sim/world.ts';
import { VirtualClock } from '../virtual-clock.ts';

const key = (target: Uint8Array): string => Buffer.from(target).toString('hex');
const ownId = new Uint8Array(32);

function createShelf(limits: Partial<ShelfLimits> = {}) {
  const clock = new VirtualClock();
  const saved = new Map<string, ShelvedRecord>();
  const store: RecordShelf = {
    load: () => [...saved.values()],
    save: (record) => void saved.set(`${record.place} ${key(record.target)}`, record),
    remove: (target, place) => void saved.delete(`${place} ${key(target)}`),
  };
  const open = (): Shelf => {
    const shelf = new Shelf(clock, store, claimValidator, { ...defaultShelfLimits, ...limits });
    shelf.start();
    return shelf;
  };
  return { clock, saved, open, shelf: open() };
}

/** A target that shares its first `bits` bits with `ownId`. */
function targetNear(bits: number): Uint8Array {
  const target = systemRandom.bytes(32);
  target.fill(0, 0, bits >> 3);
  target[bits >> 3] = 0x80 >> (bits & 7);
  return target;
}

const claimOn = (target: Uint8Array, seed = systemRandom.bytes(32), sequence = 1): Uint8Array =>
  createClaim(seed, target, sequence);

describe('the shelf of a supernode', () => {
  test('keeps the first owner’s record, and shows it to whoever comes second', async () => {
    const { shelf } = createShelf();
    const target = systemRandom.bytes(32);
    const first = claimOn(target);
    await expect(shelf.offer(target, first, 'n', ownId)).resolves.toEqual({ stored: true });
    const second = await shelf.offer(target, claimOn(target), 'n', ownId);
    expect(second).toEqual({ stored: false, code: 'NAME_TAKEN', held: first });
    expect(shelf.get(target)).toEqual(first);
  });

  test('two offers at the same moment are judged one after the other', async () => {
    const { shelf } = createShelf();
    const target = systemRandom.bytes(32);
    const answers = await Promise.all([1, 2, 3].map(() => shelf.offer(target, claimOn(target), 'n', ownId)));
    expect(answers.map(({ stored }) => stored)).toEqual([true, false, false]);
  });

  test('forgets what has expired, on disk too', async () => {
    const { shelf, clock, saved } = createShelf();
    const target = systemRandom.bytes(32);
    await shelf.offer(target, claimOn(target), 'n', ownId);
    clock.advance(3_600_001);
    expect(shelf.get(target)).toBeNull();
    clock.advance(60_000);
    expect(shelf.count).toBe(0);
    expect(saved.size).toBe(0);
  });

  test('keeps on disk no more than in memory, and drops what expires soonest', () => {
    const { saved, open } = createShelf({ maxRecords: 3 });
    for (const expiresAtMs of [50_000, 20_000, 40_000, 10_000, 30_000]) {
      const target = systemRandom.bytes(32);
      saved.set(`held ${key(target)}`, {
        target,
        place: 'held',
        record: claimOn(target),
        expiresAtMs: 10_000_000_000_000 + expiresAtMs,
      });
    }
    expect(open().count).toBe(3);
    expect([...saved.values()].map(({ expiresAtMs }) => expiresAtMs - 10_000_000_000_000)).toEqual([50_000, 40_000, 30_000]);
  });

  test('has its records back after a restart', async () => {
    const { shelf, open } = createShelf();
    const target = systemRandom.bytes(32);
    const claim = claimOn(target);
    await shelf.offer(target, claim, 'n', ownId);
    shelf.stop();
    expect(open().get(target)).toEqual(claim);
  });

  test('is too busy for a network that offers too much, not for another, nor for its owner', async () => {
    const { shelf } = createShelf({ perNetwork: { perSecond: 1, burst: 2 } });
    const offer = async (network: string | null): Promise<boolean> => {
      const target = systemRandom.bytes(32);
      return (await shelf.offer(target, claimOn(target), network, ownId)).stored;
    };
    expect([await offer('a'), await offer('a'), await offer('a')]).toEqual([true, true, false]);
    expect(await offer('b')).toBe(true);
    expect(await offer(null)).toBe(true);
  });

  test('lets only so many wait', async () => {
    const { shelf } = createShelf({ maxWaiting: 4 });
    const offers = Array.from({ length: 6 }, (_, index) => {
      const target = systemRandom.bytes(32);
      return shelf.offer(target, claimOn(target), `n${index}`, ownId);
    });
    const answers = await Promise.all(offers);
    expect(answers.filter(({ stored }) => stored).length).toBe(4);
    expect(answers.at(-1)).toEqual({ stored: false, code: 'TOO_BUSY', held: null });
  });

  test('when full, gives up the farthest for a nearer one, and takes no farther one', async () => {
    const { shelf, saved } = createShelf({ maxRecords: 2 });
    const [far, middle, near] = [targetNear(1), targetNear(10), targetNear(20)];
    for (const target of [far, middle]) {
      // oxlint-disable-next-line no-await-in-loop -- the order matters
      await shelf.offer(target, claimOn(target), null, ownId);
    }
    expect((await shelf.offer(near, claimOn(near), null, ownId)).stored).toBe(true);
    expect([shelf.get(far), shelf.count, saved.size]).toEqual([null, 2, 2]);
    const farther = targetNear(0);
    expect(await shelf.offer(farther, claimOn(farther), null, ownId)).toMatchObject({ stored: false, code: 'TOO_BUSY' });
  });

  test('takes nothing empty or over 900 bytes', async () => {
    const { shelf } = createShelf();
    for (const size of [0, 901]) {
      // oxlint-disable-next-line no-await-in-loop -- one after the other
      const answer = await shelf.offer(systemRandom.bytes(32), new Uint8Array(size), 'n', ownId);
      expect(answer).toMatchObject({ stored: false, code: 'BAD_RECORD' });
    }
  });
});
