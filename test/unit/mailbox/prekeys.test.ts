import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createPrekeys, type Prekeys } from '../../../main/mailbox/index.ts';
import type { Storage } from '../../../main/storage/index.ts';
import { seededRandom } from '../identity/fixtures.ts';
import { newProfile, type Profile } from '../storage/profile.ts';
import { VirtualClock } from '../virtual-clock.ts';

const random = seededRandom('prekeys');
const dayMs = 86_400_000;
const [ada, ben, cem] = ['aa'.repeat(32), 'bb'.repeat(32), 'cc'.repeat(32)] as const;
const purpose = Buffer.from('a test');
const words = new Uint8Array(Buffer.from('the beans'));

let clock: VirtualClock;
let profiles: Profile[];
beforeEach(() => {
  clock = new VirtualClock();
  profiles = [];
});
afterEach(() => {
  for (const profile of profiles) profile.dispose();
});

async function side(): Promise<{ readonly keys: Prekeys; readonly storage: Storage }> {
  const profile = newProfile();
  profiles.push(profile);
  const storage = await profile.open();
  return { keys: createPrekeys(storage.prekeys, clock, random), storage };
}
/** Ada's key of now is Ben's to seal to. */
async function tell(adas: Prekeys, bens: Prekeys): Promise<number> {
  const { number, publicKey } = await adas.offer(ben);
  bens.hold(ada, { number, publicKey });
  return number;
}
async function sealTo(bens: Prekeys): Promise<Uint8Array> {
  const sealed = await bens.seal(ada, purpose, () => words);
  if (sealed === null) throw new Error('nothing to seal to');
  return sealed;
}

describe('A key that one contact seals to', () => {
  it('opens what was sealed to it, for that purpose, and is no other contact’s', async () => {
    const [{ keys: adas }, { keys: bens }] = [await side(), await side()];
    expect(await bens.seal(ada, purpose, () => words)).toBeNull();
    const number = await tell(adas, bens);
    await adas.offer(cem);
    const sealed = await sealTo(bens);
    expect(await adas.open(ben, purpose, sealed)).toEqual({ number, content: words });
    expect(await adas.open(cem, purpose, sealed)).toBeNull();
    expect(await adas.open(ben, Buffer.from('another'), sealed)).toBeNull();
  });

  it('is the same for a week, over restarts, and then another one', async () => {
    const { keys, storage } = await side();
    const first = await keys.offer(ben);
    clock.advance(6.9 * dayMs);
    expect((await createPrekeys(storage.prekeys, clock, random).offer(ben)).publicKey).toEqual(first.publicKey);
    clock.advance(0.2 * dayMs);
    const second = await keys.offer(ben);
    expect(second.number).toBeGreaterThan(first.number);
    expect(second.publicKey).not.toEqual(first.publicKey);
  });

  it('can be made by two at once, and is one', async () => {
    const { keys } = await side();
    const [one, other] = await Promise.all([keys.offer(ben), keys.offer(ben)]);
    expect(one.number).toBe(other.number);
  });

  it('is erased 32 days after the contact is known to have the next one', async () => {
    const [{ keys: adas, storage }, { keys: bens }] = [await side(), await side()];
    const first = await tell(adas, bens);
    const sealed = await sealTo(bens);
    clock.advance(8 * dayMs);
    const second = await tell(adas, bens);
    adas.noteHeld(ben, second);
    clock.advance(31 * dayMs);
    adas.prune();
    expect(await adas.open(ben, purpose, sealed)).toMatchObject({ number: first });
    clock.advance(2 * dayMs);
    adas.prune();
    expect(await adas.open(ben, purpose, sealed)).toBeNull();
    expect(storage.prekeys.own(ben).map(({ number }) => number)).toEqual([second]);
  });

  it('opens for as long as anything may still be sealed to it, if the contact never heard of the next one', async () => {
    const [{ keys: adas }, { keys: bens }] = [await side(), await side()];
    await tell(adas, bens);
    clock.advance(8 * dayMs);
    await adas.offer(ben);
    clock.advance(82 * dayMs);
    const late = await sealTo(bens);
    clock.advance(30 * dayMs);
    adas.prune();
    expect(await adas.open(ben, purpose, late)).not.toBeNull();
    expect(bens.canSeal(ada)).toBe(false);
    clock.advance(5 * dayMs);
    adas.prune();
    expect(await adas.open(ben, purpose, late)).toBeNull();
  });

  it('is not replaced by an older one that comes late', async () => {
    const [{ keys: adas }, { keys: bens, storage }] = [await side(), await side()];
    const old = await adas.offer(ben);
    clock.advance(8 * dayMs);
    const number = await tell(adas, bens);
    bens.hold(ada, old);
    expect(storage.prekeys.held(ada)?.number).toBe(number);
  });

  it('can be renewed after a clock that was years ahead', async () => {
    const { keys } = await side();
    const wrong = await keys.offer(ben);
    clock.setNow(clock.nowMs() - 800 * dayMs);
    expect((await keys.offer(ben)).number).toBeGreaterThan(wrong.number);
  });
});
