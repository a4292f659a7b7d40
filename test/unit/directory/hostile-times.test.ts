import { describe, expect, it } from 'vitest';
import { openRecord, targetOf } from '../../../main/directory/index.ts';
import {
  accountKeyOf,
  deviceKeysOf,
  issueCertificate,
  openCertificate,
  phraseOf,
  rootKeysOf,
  withTimelyCertificate,
  type AccountSecrets,
} from '../../../main/identity/index.ts';
import { dayMs, hourMs } from '../identity/fixtures.ts';
import { createBench, never, newAccount, recordOf, type SimulatedNode } from './fixtures.ts';

const ignore = (): void => undefined;
const key = Buffer.from(targetOf('wren')).toString('hex');

/** These nodes keep what they hold now, whatever they are given: heartbeats are suppressed there. */
function freeze(nodes: readonly SimulatedNode[]): () => void {
  const kept = nodes.map(({ held }) => held.get(key));
  return () => {
    for (const [index, { held }] of nodes.entries()) {
      const old = kept[index];
      if (old !== undefined) held.set(key, old);
    }
  };
}

async function claimed() {
  const bench = createBench();
  const wren = await newAccount('wren', 'wren');
  await bench.directory.claim(wren, ignore, never);
  return { ...bench, wren };
}

async function refresh(directory: Awaited<ReturnType<typeof claimed>>['directory'], secrets: AccountSecrets): Promise<void> {
  const refresher = directory.startRefreshing(() => secrets);
  await refresher.refreshNow();
  await refresher.stop();
}

describe('a name in time', () => {
  it('is found, but not as fresh, after a silence of 31 days, and nobody else’s', async () => {
    const { another, clock, wren } = await claimed();
    const reader = another('reader').directory;
    clock.advance(72 * hourMs - 1);
    expect((await reader.lookup('wren', never)).view).toMatchObject({ result: 'found', fresh: true });
    clock.advance(1);
    expect((await reader.lookup('wren', never)).view).toMatchObject({ result: 'found', fresh: false });
    clock.advance(28 * dayMs);
    expect((await reader.lookup('wren', never)).view).toMatchObject({ result: 'found', accountKey: accountKeyOf(wren) });
    const thief = another('thief').directory.claim(await newAccount('wren', 'thief', clock.nowMs()), ignore, never);
    await expect(thief).rejects.toMatchObject({ code: 'NAME_TAKEN' });
  });

  it('is not won by a claim that says it is older than the owner’s', async () => {
    const { network, another, clock, wren } = await claimed();
    clock.advance(dayMs);
    const thief = await newAccount('wren', 'thief');
    const backdated = await recordOf(thief, clock.nowMs() - 170 * dayMs);
    const put = await network.put(targetOf('wren'), backdated, never);
    expect([put.storedBy.length, new Set(put.refusals.map(({ code }) => code))]).toEqual([0, new Set(['NAME_TAKEN'])]);
    expect((await another('reader').directory.lookup('wren', never)).view).toMatchObject({ accountKey: accountKeyOf(wren) });
  });

  it('is fresh as long as a single node shows the newest heartbeat, whoever suppresses it', async () => {
    const { network, directory, another, clock, wren } = await claimed();
    const thaw = freeze(network.nodes.slice(1));
    clock.advance(5 * dayMs);
    await refresh(directory, wren);
    thaw();
    const { view } = await another('reader').directory.lookup('wren', never);
    expect(view).toMatchObject({ result: 'found', fresh: true, lastHeartbeatMs: clock.nowMs() });
  });

  it('outlives its certificates: each is renewed a month before its 90 days end, and none is ever older', async () => {
    const { directory, another, clock, wren } = await claimed();
    let secrets = wren;
    let renewed = 0;
    for (let day = 0; day < 400; day += 4) {
      clock.advance(4 * dayMs);
      const timely = withTimelyCertificate(secrets, clock.nowMs());
      renewed += timely === secrets ? 0 : 1;
      secrets = timely;
      // oxlint-disable-next-line no-await-in-loop -- one day after the other
      await refresh(directory, secrets);
      const until = openCertificate(secrets.certificate)?.until ?? 0;
      expect(until - clock.nowMs()).toBeGreaterThan(25 * dayMs);
    }
    expect(renewed).toBeGreaterThanOrEqual(5);
    expect((await another('reader').directory.lookup('wren', never)).view).toMatchObject({ result: 'found', fresh: true });
  });
});

describe('a revoked device', () => {
  it('does not come back at a reader who knows better, even if all that are asked show it', async () => {
    const { network, directory, another, clock, wren } = await claimed();
    const reader = another('reader').directory;
    const thaw = freeze(network.nodes);
    const restored = await another('new computer').directory.restore('wren', phraseOf(wren).join(' '), ignore, never);
    expect((await reader.lookup('wren', never)).door).not.toBeNull();
    thaw();
    clock.advance(dayMs);
    await refresh(directory, wren);
    expect((await reader.lookup('wren', never)).view.result).toBe('not-found');
    expect(openCertificate(restored.secrets.certificate)?.floor).toBeGreaterThan(
      openCertificate(wren.certificate)?.sequence ?? 0,
    );
  });

  it('does not come back at a reader who never heard of either, unless all that are asked hide the new one', async () => {
    const { network, another, wren } = await claimed();
    const thaw = freeze(network.nodes.slice(1));
    const restored = await another('new computer').directory.restore('wren', phraseOf(wren).join(' '), ignore, never);
    thaw();
    const { door } = await another('reader').directory.lookup('wren', never);
    const shown = openRecord(network.nodes[0]?.held.get(key) ?? new Uint8Array(0));
    expect(door).toEqual(shown?.door);
    expect(shown?.certificate.device).toEqual(deviceKeysOf(restored.secrets).publicKey);
  });

  it('can not refresh past the end of its certificate', async () => {
    const { network, clock, wren } = await claimed();
    const certificate = issueCertificate(rootKeysOf(wren), deviceKeysOf(wren).publicKey, 1, clock.nowMs());
    clock.advance(91 * dayMs);
    const late = await recordOf(wren, clock.nowMs(), { certificate });
    expect((await network.put(targetOf('wren'), late, never)).storedBy).toEqual([]);
  });
});
