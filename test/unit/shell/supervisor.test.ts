import { afterEach, describe, expect, it } from 'vitest';
import type { AppView } from '../../../preload/contract/index.ts';
import type { KeyVault } from '../../../main/ports/key-vault.ts';
import { silentLogger } from '../../../main/ports/logger.ts';
import { systemClock } from '../../../main/ports/system-clock.ts';
import { backoffMs, connectBridge, createNodeProcessHost, startSupervisor, type Supervisor } from '../../../main/shell/index.ts';
import { closed, eventually, mailbox } from './support.ts';

const entry = { engine: './fixtures/engine-fixture.ts', media: './fixtures/media-fixture.ts' };

/** Seals by turning every bit over: enough to see that both ways were gone. */
const turning: KeyVault = {
  kind: 'keychain',
  seal: (secret) => Promise.resolve(secret.map((byte) => byte ^ 0xff)),
  open: (sealed) => Promise.resolve(sealed.map((byte) => byte ^ 0xff)),
};

/** The first value of `app.watch`; null while the engine is falling. */
const viewOf = async (attached: Supervisor): Promise<AppView | null> => {
  const port = attached.attachBridge('page');
  try {
    for await (const view of await connectBridge(port).app.watch()) return view;
    return null;
  } catch {
    return null;
  } finally {
    port.close();
  }
};
const profileOf = async (attached: Supervisor): Promise<string> => (await viewOf(attached))?.profile ?? '';

describe('the supervisor', () => {
  let supervisor: Supervisor | null = null;
  const start = (keychain: KeyVault | null = null): { supervisor: Supervisor; events: string[] } => {
    const events: string[] = [];
    const started = startSupervisor({
      host: createNodeProcessHost(
        systemClock,
        (name) => new URL(name === 'engine' ? entry.engine : entry.media, import.meta.url),
      ),
      clock: systemClock,
      logger: silentLogger,
      engineBoot: (restarts) => ({ restarts }),
      mediaBoot: () => ({}),
      relayBoot: (wish) => wish,
      keychain: () => Promise.resolve(keychain),
    });
    started.onLifecycle((event) => events.push(event));
    supervisor = started;
    return { supervisor: started, events };
  };
  afterEach(async () => {
    await supervisor?.stop();
    supervisor = null;
  });
  it('joins engine and media, and a client to the engine', async () => {
    const { supervisor: running } = start();
    expect(
      await eventually(
        () => profileOf(running),
        (profile) => profile.startsWith('media met 1'),
      ),
    ).toContain('media met 1');
  });

  it('tells the engine of the system’s proxy, and the next engine, too', async () => {
    const { supervisor: running, events } = start();
    running.proxy('PROXY office.example:3128; DIRECT');
    const isTold = (profile: string): boolean => profile.endsWith(', proxy PROXY office.example:3128; DIRECT');
    expect(isTold(await eventually(() => profileOf(running), isTold))).toBe(true);
    running.processes().engine?.kill();
    await eventually(
      () => Promise.resolve(events),
      (seen) => seen.includes('engine-back'),
    );
    expect(isTold(await eventually(() => profileOf(running), isTold))).toBe(true);
  });

  it('serves the keychain to the engine, and says when there is none', async () => {
    const { supervisor: running } = start(turning);
    expect(
      await eventually(
        () => profileOf(running),
        (profile) => profile.endsWith('vault key'),
      ),
    ).toContain('vault key');
    await running.stop();
    const { supervisor: without } = start();
    expect(
      await eventually(
        () => profileOf(without),
        (profile) => profile.endsWith('vault none'),
      ),
    ).toContain('vault none');
  });

  it('tells the engine where the sound socket is, also after the engine fell', async () => {
    const { supervisor: running } = start();
    const endpoint = async () =>
      connectBridge(running.attachBridge('page'))
        .audio.endpoint({})
        .catch(() => ({ kind: 'port' }));
    expect((await eventually(endpoint, (answer) => answer.kind === 'socket')).kind).toBe('socket');
    running.processes().engine?.kill();
    expect((await eventually(endpoint, (answer) => answer.kind === 'socket')).kind).toBe('socket');
  });

  it('carries sound between a client and media', async () => {
    const { supervisor: running } = start();
    const port = running.attachPcm();
    const box = mailbox(port);
    port.post(new Uint8Array([1, 2, 3]).buffer);
    expect((await box.next()).message).toEqual(new Uint8Array([1, 2, 3]).buffer);
    port.close();
  });

  it('restarts a fallen engine, joins it anew, remembers it, and closes what was attached', async () => {
    const { supervisor: running, events } = start();
    const port = running.attachBridge('page');
    const changes = await connectBridge(port).app.watch();
    await changes.next();
    const gone = closed(port);
    running.processes().engine?.kill();
    await gone;
    const view = await eventually(
      () => viewOf(running),
      (now) => now?.profile.startsWith('media met 2') === true,
    );
    expect(view?.restarts).toMatchObject([{ process: 'engine' }]);
    expect(events).toEqual(['engine-restarting', 'engine-back']);
  });

  it('serves a client that was attached while the engine was away', async () => {
    const { supervisor: running, events } = start();
    await profileOf(running);
    running.processes().engine?.kill();
    await eventually(
      () => events,
      (seen) => seen.includes('engine-restarting'),
    );
    const held = running.attachBridge('page');
    expect(await connectBridge(held).account.checkName({ name: 'wren' })).toMatchObject({ verdict: 'free' });
    held.close();
  });

  it('restarts media after an exception in it and tells the engine', async () => {
    const { supervisor: running, events } = start();
    const port = running.attachPcm();
    const gone = closed(port);
    port.onMessage(() => undefined);
    port.post('fall');
    await gone;
    const view = await eventually(
      () => viewOf(running),
      (now) => now?.restarts.length === 1 && events.includes('media-back'),
    );
    expect(view?.restarts).toMatchObject([{ process: 'media' }]);
    expect(events).toEqual(['media-restarting', 'media-back']);
  });

  it('passes on that the computer sleeps and woke, and that somebody wants to quit', async () => {
    const { supervisor: running } = start();
    for (const [word, say] of [
      ['asleep', () => running.sleep()],
      ['awake', () => running.wake()],
    ] as const) {
      say();
      expect(
        await eventually(
          () => profileOf(running),
          (profile) => profile.includes(word),
        ),
      ).toContain(word);
    }
    const quit = new Promise<void>((resolve) => running.onQuit(resolve));
    await connectBridge(running.attachBridge('local')).app.quit({});
    await quit;
  });
});

describe('the pause before a restart', () => {
  it('grows from 200 ms to 5 s', () => {
    expect([1, 2, 3, 4, 5, 6, 20].map(backoffMs)).toEqual([200, 400, 800, 1600, 3200, 5000, 5000]);
  });
});
