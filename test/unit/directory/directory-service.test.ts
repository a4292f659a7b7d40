import { describe, expect, it } from 'vitest';
import { createDirectory, parseName, targetOf, type ClaimProgress } from '../../../main/directory/index.ts';
import { accountKeyOf, doorKeyOf, phraseOf } from '../../../main/identity/index.ts';
import { AppError } from '../../../main/ports/app-error.ts';
import { dayMs, hourMs } from '../identity/fixtures.ts';
import { createBench, never, newAccount, recordOf } from './fixtures.ts';

const ignore = (): void => undefined;

/** The first nodes were cut off from the rest, and each side had its own first "wren"; now all see each other. */
async function twoIslands(first: number) {
  const bench = createBench();
  const island = bench.network.nodes.slice(0, first);
  const mainland = bench.network.nodes.slice(first);
  const [ours, theirs] = [await newAccount('wren', 'ours'), await newAccount('wren', 'theirs')];
  const other = bench.another('other');
  for (const node of mainland) node.isUp = false;
  await bench.directory.claim(ours, ignore, never);
  for (const node of bench.network.nodes) node.isUp = !node.isUp;
  await other.directory.claim(theirs, ignore, never);
  for (const node of island) node.isUp = true;
  return { ...bench, other, ours, theirs };
}

describe('a new name', () => {
  it('is free, then claimed, then found by others with key, heartbeat and door', async () => {
    const { directory, another, clock } = createBench();
    expect(await directory.checkName('Wren', never)).toEqual({ verdict: 'free', name: 'wren' });
    const wren = await newAccount('wren', 'wren');
    const steps: ClaimProgress[] = [];
    expect(await directory.claim(wren, (step) => steps.push(step), never)).toBe('held');
    expect([...new Set(steps.map(({ step }) => step))]).toEqual(['checking-name', 'proof-of-work', 'storing-claim']);

    const reader = another('reader').directory;
    const { view, door } = await reader.lookup('WREN', never);
    expect(view).toEqual({
      result: 'found',
      name: 'wren',
      accountKey: accountKeyOf(wren),
      lastHeartbeatMs: clock.nowMs(),
      fresh: true,
    });
    expect(door).toEqual(doorKeyOf(wren));
  });

  it('that was stored where no reader looks is stored once more', async () => {
    const { context, network, another } = createBench();
    const astray = createBench().network;
    let puts = 0;
    const directory = createDirectory({
      ...context,
      store: {
        get: (target, signal) => network.get(target, signal),
        put: (target, record, signal) => (puts++ === 0 ? astray : network).put(target, record, signal),
      },
    });
    const wren = await newAccount('wren', 'wren');
    expect(await directory.claim(wren, ignore, never)).toBe('held');
    const { view } = await another('reader').directory.lookup('wren', never);
    expect(view).toMatchObject({ result: 'found', accountKey: accountKeyOf(wren) });
  });

  it('that is stored stays, even if nobody is heard when it is to be stored once more', async () => {
    const { context, network, another } = createBench();
    let [gets, puts] = [0, 0];
    const directory = createDirectory({
      ...context,
      store: {
        // Before it is claimed nobody has it, and the look afterwards finds nothing either.
        get: (target, signal) => (gets++ < 2 ? createBench().network.get(target, signal) : network.get(target, signal)),
        put: (target, record, signal) =>
          puts++ === 0 ? network.put(target, record, signal) : Promise.reject(new AppError('NO_NETWORK', 'too-few-answered')),
      },
    });
    const wren = await newAccount('wren', 'wren');
    expect(await directory.claim(wren, ignore, never)).toBe('held');
    expect(puts).toBe(2);
    const { view } = await another('reader').directory.lookup('wren', never);
    expect(view).toMatchObject({ result: 'found', accountKey: accountKeyOf(wren) });
  });

  it('that is taken comes with suggestions that are valid and free', async () => {
    const { directory, another } = createBench();
    await directory.claim(await newAccount('wren', 'wren'), ignore, never);
    const verdict = await another('reader').directory.checkName('wren', never);
    expect(verdict).toMatchObject({ verdict: 'taken', name: 'wren' });
    const suggestions = verdict.verdict === 'taken' ? verdict.suggestions : [];
    expect(suggestions.length).toBeGreaterThan(0);
    expect(suggestions.every((suggestion) => parseName(suggestion).ok)).toBe(true);
  });

  it('is refused to a second account, which leaves nothing behind', async () => {
    const { directory, another, network } = createBench();
    const wren = await newAccount('wren', 'wren');
    await directory.claim(wren, ignore, never);
    const second = another('second').directory.claim(await newAccount('wren', 'second'), ignore, never);
    await expect(second).rejects.toMatchObject({ code: 'NAME_TAKEN' });
    expect(network.puts).toBe(1);
    expect((await directory.lookup('wren', never)).view).toMatchObject({ result: 'found', accountKey: accountKeyOf(wren) });
  });

  it('works for the first node of all, which is alone', async () => {
    const { directory, another } = createBench(1);
    const wren = await newAccount('wren', 'wren');
    expect(await directory.claim(wren, ignore, never)).toBe('held');
    expect((await another('reader').directory.lookup('wren', never)).view.result).toBe('found');
  });

  it('cannot be judged without a network: unknown when asked, an error when claimed or looked up', async () => {
    const { directory, network } = createBench();
    for (const node of network.nodes) node.isUp = false;
    expect(await directory.checkName('wren', never)).toEqual({ verdict: 'unknown', name: 'wren' });
    await expect(directory.lookup('wren', never)).rejects.toMatchObject({ code: 'NO_NETWORK' });
    await expect(directory.claim(await newAccount('wren', 'wren'), ignore, never)).rejects.toMatchObject({ code: 'NO_NETWORK' });
  });

  it('that is no name is refused with the reason', async () => {
    const { directory } = createBench();
    expect(await directory.checkName('-wren', never)).toEqual({ verdict: 'invalid', reason: 'starts-or-ends-with-hyphen' });
    await expect(directory.lookup('a b', never)).rejects.toMatchObject({ code: 'NAME_INVALID', reason: 'bad-character' });
  });

  it('is free again at once when its sign-up is cancelled while it is stored', async () => {
    const { directory, context, another, network } = createBench();
    const cancelling = new AbortController();
    const cancelled = createDirectory({
      ...context,
      store: {
        get: (target, signal) => network.get(target, signal),
        // The network has stored it already when the person changes their mind.
        put: async (target, record, signal) => {
          const result = await network.put(target, record, signal);
          if (signal !== cancelling.signal) return result;
          cancelling.abort();
          throw new AppError('CANCELLED', 'test');
        },
      },
    });
    const claiming = cancelled.claim(await newAccount('wren', 'wren'), ignore, cancelling.signal);
    await expect(claiming).rejects.toMatchObject({ code: 'CANCELLED' });
    expect(await directory.checkName('wren', never)).toMatchObject({ verdict: 'free' });
    expect(await another('next').directory.claim(await newAccount('wren', 'next'), ignore, never)).toBe('held');
  });

  it('is free again after its owner released it, and older copies of the claim do not bring it back', async () => {
    const { directory, another, network } = createBench();
    const wren = await newAccount('wren', 'wren');
    await directory.claim(wren, ignore, never);
    const key = Buffer.from(targetOf('wren')).toString('hex');
    const copy = network.nodes[0]?.held.get(key) ?? new Uint8Array();
    await directory.release(wren, never);
    expect(await directory.checkName('wren', never)).toMatchObject({ verdict: 'free' });
    expect(await network.put(targetOf('wren'), copy, never)).toMatchObject({ storedBy: [] });
    expect(await another('next').directory.claim(await newAccount('wren', 'next'), ignore, never)).toBe('held');
  });

  it('can be cancelled while it works, before anything is stored', async () => {
    const { directory, network } = createBench();
    const cancelling = new AbortController();
    const onProgress = ({ step }: ClaimProgress): void => {
      if (step === 'proof-of-work') cancelling.abort();
    };
    const claiming = directory.claim(await newAccount('wren', 'wren'), onProgress, cancelling.signal);
    await expect(claiming).rejects.toMatchObject({ code: 'CANCELLED' });
    expect(network.nodes.every(({ held }) => held.size === 0)).toBe(true);
  });
});

describe('two islands that took the same name', () => {
  it('show it as disputed to everybody, both owners included', async () => {
    const { directory, another, ours, theirs } = await twoIslands(4);
    const { view, door } = await another('reader').directory.lookup('wren', never);
    expect(view).toMatchObject({ result: 'disputed', name: 'wren' });
    expect(view.result === 'disputed' ? view.accountKeys : []).toEqual([accountKeyOf(ours), accountKeyOf(theirs)].toSorted());
    expect(door).toBeNull();
    expect(await directory.checkName('wren', never)).toEqual({ verdict: 'disputed', name: 'wren' });
    const refresher = directory.startRefreshing(() => ours);
    await refresher.refreshNow();
    expect(refresher.state()).toBe('disputed');
    await refresher.stop();
    const third = directory.claim(await newAccount('wren', 'third'), ignore, never);
    await expect(third).rejects.toMatchObject({ code: 'NAME_DISPUTED' });
  });
});

describe('supernodes that refuse without a valid reason', () => {
  it.each(['lapsed', 'released', 'forged', 'no'] as const)('cannot make a name disputed by showing %s claim', async (kind) => {
    const { context, network, clock } = createBench();
    const other = await newAccount('wren', 'other');
    const shown = {
      lapsed: await recordOf(other, clock.nowMs() - 181 * dayMs),
      released: await recordOf(other, clock.nowMs(), { released: true }),
      forged: (await recordOf(other, clock.nowMs())).map((byte, index) => (index === 150 ? byte ^ 1 : byte)),
      no: null,
    };
    const refusals = ['a', 'b', 'c'].map((place) => ({ code: 'NAME_TAKEN', held: shown[kind], network: place }) as const);
    const directory = createDirectory({
      ...context,
      store: {
        get: (target, signal) => network.get(target, signal),
        put: async (target, record, signal) => ({ ...(await network.put(target, record, signal)), refusals }),
      },
    });
    expect(await directory.claim(await newAccount('wren', 'wren'), ignore, never)).toBe('held');
  });
});

describe('two people who take a name in the same moment', () => {
  it.each([
    [5, 'loses it, and gives back what it got'],
    [10, 'loses it when nobody has a majority'],
  ])('the one that reached only %i of 20 networks %s', async (reached) => {
    const { directory, network, another, context } = createBench();
    const [first, second] = [await newAccount('wren', 'first'), await newAccount('wren', 'second')];
    // Between our look and our put, somebody else's claim reaches the other networks.
    const racing = createDirectory({
      ...context,
      store: {
        get: (target, signal) => network.get(target, signal),
        put: async (target, record, signal) => {
          for (const node of network.nodes.slice(0, reached)) node.isUp = false;
          if (network.puts === 0) await another('second').directory.claim(second, ignore, never);
          for (const node of network.nodes) node.isUp = true;
          return network.put(target, record, signal);
        },
      },
    });
    await expect(racing.claim(first, ignore, never)).rejects.toMatchObject({ code: 'NAME_TAKEN' });
    const { view } = await directory.lookup('wren', never);
    expect(view).toMatchObject({ result: 'found', accountKey: accountKeyOf(second) });
  });
});

describe('an account whose computer is lost', () => {
  it('comes back with its phrase and name: same key, and the lost device is outranked', async () => {
    const { directory, another, clock, network } = createBench();
    const lost = await newAccount('wren', 'wren');
    await directory.claim(lost, ignore, never);
    clock.advance(3 * dayMs);
    const restored = await another('new computer').directory.restore('Wren', phraseOf(lost).join(' '), ignore, never);
    expect(restored.outcome).toBe('held');
    expect(accountKeyOf(restored.secrets)).toBe(accountKeyOf(lost));
    const reader = another('reader').directory;
    expect((await reader.lookup('wren', never)).door).toEqual(doorKeyOf(restored.secrets));

    clock.advance(dayMs);
    const before = network.puts;
    const thief = directory.startRefreshing(() => lost);
    await thief.refreshNow();
    await thief.stop();
    expect(network.puts - before).toBe(1);
    expect((await reader.lookup('wren', never)).door).toEqual(doorKeyOf(restored.secrets));
  });

  it('comes back on a computer whose clock is behind that of the lost one', async () => {
    const { directory, another, clock } = createBench();
    const lost = await newAccount('wren', 'wren');
    await directory.claim(lost, ignore, never);
    clock.setNow(clock.nowMs() - 45 * 60_000);
    const restored = await another('new computer').directory.restore('wren', phraseOf(lost).join(' '), ignore, never);
    expect((await another('reader').directory.lookup('wren', never)).door).toEqual(doorKeyOf(restored.secrets));
  });

  it('claims its name again if it has lapsed', async () => {
    const { directory, another, clock, network } = createBench();
    const lost = await newAccount('wren', 'wren');
    await directory.claim(lost, ignore, never);
    clock.advance(181 * dayMs);
    for (const node of network.nodes) node.held.clear();
    const restored = await another('new computer').directory.restore('wren', phraseOf(lost).join(' '), ignore, never);
    expect(restored.outcome).toBe('held');
    expect((await directory.lookup('wren', never)).view).toMatchObject({ accountKey: accountKeyOf(lost) });
  });

  it("does not get somebody else's name, nor anything for a wrong phrase", async () => {
    const { directory, another } = createBench();
    const wren = await newAccount('wren', 'wren');
    await directory.claim(wren, ignore, never);
    const other = await newAccount('robin', 'robin');
    const computer = another('new computer').directory;
    const foreign = computer.restore('wren', phraseOf(other).join(' '), ignore, never);
    await expect(foreign).rejects.toMatchObject({ code: 'PHRASE_NAME_MISMATCH' });
    await expect(computer.restore('wren', 'not a phrase', ignore, never)).rejects.toMatchObject({ code: 'PHRASE_INVALID' });
    await expect(computer.restore('w', phraseOf(wren).join(' '), ignore, never)).rejects.toMatchObject({ code: 'NAME_INVALID' });
  });
});

describe('refreshing', () => {
  it('happens when asked for and then about every twelve hours, so the heartbeat stays fresh for months', async () => {
    const { directory, another, clock, network } = createBench();
    const wren = await newAccount('wren', 'wren');
    await directory.claim(wren, ignore, never);
    const refresher = directory.startRefreshing(() => wren);
    await refresher.refreshNow();
    const reader = another('reader').directory;
    for (let day = 0; day < 40; day += 1) {
      const before = network.puts;
      clock.advance(15 * hourMs);
      await refresher.refreshNow();
      expect(network.puts - before).toBeGreaterThanOrEqual(2);
      const { view } = await reader.lookup('wren', never);
      expect(view).toMatchObject({ result: 'found', lastHeartbeatMs: clock.nowMs() });
    }
    expect(refresher.state()).toBe('held');
    await refresher.stop();
    expect(clock.pendingTimers).toBe(0);
  });

  it('tells each change of state, and tries again within a minute or so after it found no network', async () => {
    const { directory, network, clock } = createBench();
    for (const node of network.nodes) node.isUp = false;
    const wren = await newAccount('wren', 'wren');
    const refresher = directory.startRefreshing(() => wren);
    const states: string[] = [];
    refresher.onState((state) => states.push(state));
    await refresher.refreshNow();
    expect(states).toEqual(['pending']);
    for (const node of network.nodes) node.isUp = true;
    clock.advance(2.5 * 60_000);
    await refresher.refreshNow();
    expect(states).toEqual(['pending', 'held']);
    await refresher.stop();
  });

  it('after a clock that was set back continues from what the network holds', async () => {
    const { directory, another, clock, context } = createBench();
    const wren = await newAccount('wren', 'wren');
    await directory.claim(wren, ignore, never);
    clock.setNow(clock.nowMs() - dayMs / 2);
    context.own.save(new Uint8Array(0));
    const refresher = directory.startRefreshing(() => wren);
    await refresher.refreshNow();
    expect(refresher.state()).toBe('held');
    await refresher.stop();
    const { view } = await another('reader').directory.lookup('wren', never);
    expect(view).toMatchObject({ result: 'found', lastHeartbeatMs: clock.nowMs() });
  });

  it('carries the claim to nodes that came later, and a third of them may die', async () => {
    const { directory, another, network } = createBench();
    const wren = await newAccount('wren', 'wren');
    for (const node of network.nodes.slice(10)) node.isUp = false;
    await directory.claim(wren, ignore, never);
    for (const node of network.nodes) node.isUp = true;
    const refresher = directory.startRefreshing(() => wren);
    await refresher.refreshNow();
    await refresher.stop();
    expect(network.nodes.every(({ held }) => held.has(Buffer.from(targetOf('wren')).toString('hex')))).toBe(true);
    for (const node of network.nodes.slice(0, 7)) node.isUp = false;
    expect((await another('reader').directory.lookup('wren', never)).view.result).toBe('found');
  });
});
