import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { fileKeyVault } from '../../../main/identity/index.ts';
import { systemRandom } from '../../../main/ports/random.ts';
import { beginBroughtBack } from '../../../main/storage/index.ts';
import { schemaVersion } from '../../../main/storage/schema.ts';
import { alice, bob, newProfile, startMs, stillClock, writeTo, type Profile } from './profile.ts';

let profile: Profile;
beforeEach(() => (profile = newProfile()));
afterEach(() => profile.dispose());

const carol = 'c3'.repeat(32);

describe('A database that was brought back', () => {
  it('counts our posts on beyond what may have been said meanwhile, and no further than one that begins anew', async () => {
    const clock = stillClock();
    const nowMs = startMs + 10 * 86_400_000;
    const [was, now] = [startMs / 1000, nowMs / 1000];
    clock.set(nowMs);
    const path = profile.path;
    const options = { path, version: schemaVersion, boxKey: systemRandom.bytes(32), vault: fileKeyVault, clock };
    const database = await beginBroughtBack(options);
    const rows = [
      [alice, 7],
      [bob, was],
      [carol, now - 100],
    ];
    database.insert({ table: 'conversations', columns: ['id', 'last_out_sequence'], rows });
    await database.finish();
    const storage = await profile.open();
    const next = [alice, bob, carol].map((account, index) => writeTo(storage, account, index + 1, 'x', nowMs).sequence);
    expect(next).toEqual([now + 1, now + 1, now - 100 + 10_000 + 1]);
    storage.conversations.erase(bob);
    expect(writeTo(storage, bob, 9, 'anew', nowMs + 60_000).sequence).toBe(now + 60);
  });
});
