import { afterEach, describe, expect, it } from 'vitest';
import { silentLogger } from '../../../main/ports/logger.ts';
import { systemClock } from '../../../main/ports/system-clock.ts';
import { createNodeChannel, serveBridge } from '../../../main/shell/index.ts';
import { keepConnected, type Connection, type Lifecycle } from '../../../renderer/bridge/connection.ts';
import { createWire, type Line, type LineEnd } from '../../../renderer/bridge/line.ts';
import { baseView, sliceRouter } from './fixtures/slice-router.ts';
import { eventually } from './support.ts';

/** A shell whose engine can fall: each line leads to an engine of its own, over a real port. */
function shell() {
  const state: { attempts: number; refusals: number; over: number; end: (reason: LineEnd) => void } = {
    attempts: 0,
    refusals: 0,
    over: 0,
    end() {},
  };
  const openLine = (): Promise<Line> => {
    state.attempts += 1;
    if (state.refusals > 0) {
      state.refusals -= 1;
      return Promise.reject(new Error('refused'));
    }
    const { near, far } = createNodeChannel();
    const parts = { subscriptions: { opened: 0, ended: 0 }, view: () => baseView, quit: () => undefined, endpoint: () => null };
    serveBridge(far, sliceRouter(parts), { trust: 'page' }, silentLogger);
    const { wire, ended, hear, end } = createWire((text) => near.post(text));
    near.onMessage((message) => hear(String(message)));
    near.onClose(() => end('lost'));
    state.end = (reason) => {
      end(reason);
      near.close();
    };
    return Promise.resolve({ wire, ended, close: () => near.close() });
  };
  return { state, openLine };
}

describe('the page’s connection to the engine', () => {
  let connection: Connection | null = null;
  afterEach(() => connection?.close());
  const connect = (around: ReturnType<typeof shell>): { kept: Connection; seen: Lifecycle[] } => {
    const seen: Lifecycle[] = [];
    const kept = keepConnected({
      openLine: around.openLine,
      // A hundredth of real time: the pauses are the connection's own affair here.
      setTimer: (delayMs, run) => systemClock.setTimer(delayMs / 100, run),
      onOver: () => (around.state.over += 1),
    });
    kept.onLifecycle((state) => seen.push(state));
    connection = kept;
    return { kept, seen };
  };

  it('keeps one client over all lines, and counts them', async () => {
    const around = shell();
    const { kept, seen } = connect(around);
    await kept.connected;
    expect(await kept.client.account.checkName({ name: 'wren' })).toMatchObject({ verdict: 'free' });
    expect(kept.generation()).toBe(1);
    around.state.end('engine');
    expect(await kept.client.account.checkName({ name: 'otter' })).toMatchObject({ verdict: 'free', name: 'otter' });
    expect(kept.generation()).toBe(2);
    expect(seen).toEqual(['up', 'engine-down', 'up']);
  });

  it('ends subscriptions when the line ends, so that they can be made anew', async () => {
    const around = shell();
    const { kept } = connect(around);
    const changes = await kept.client.app.watch();
    await changes.next();
    const next = changes.next().catch((thrown: unknown) => thrown);
    around.state.end('lost');
    expect(await next).toMatchObject({ code: 'CANCELLED', reason: 'bridge-closed' });
    const again = await kept.client.app.watch();
    expect((await again.next()).done).toBe(false);
  });

  it('keeps trying while it is refused', async () => {
    const around = shell();
    around.state.refusals = 3;
    const { kept, seen } = connect(around);
    await kept.connected;
    expect(around.state.attempts).toBe(4);
    expect(seen).toEqual(['up']);
  });

  it('lets requests wait for a while, then fails them', async () => {
    const around = shell();
    around.state.refusals = Number.POSITIVE_INFINITY;
    const { kept } = connect(around);
    const answer = await kept.client.account.checkName({ name: 'wren' }).catch((thrown: unknown) => thrown);
    expect(answer).toMatchObject({ code: 'CANCELLED', reason: 'bridge-closed' });
  });

  it('does not come back when the app ended or moved to another window', async () => {
    const around = shell();
    const { kept, seen } = connect(around);
    await kept.connected;
    around.state.end('over');
    await eventually(
      () => around.state.over,
      (over) => over === 1,
    );
    expect(seen).toEqual(['up', 'bridge-down']);
    expect(around.state.attempts).toBe(1);
  });
});
