import { describe, expect, it } from 'vitest';
import { AppError } from '../../../main/ports/app-error.ts';
import { silentLogger } from '../../../main/ports/logger.ts';
import { connectBridge, createNodeChannel, maxFrameBytes, serveBridge, type Trust } from '../../../main/shell/index.ts';
import { baseView, sliceRouter, type Subscriptions } from './fixtures/slice-router.ts';
import { closed, eventually } from './support.ts';

function bridge(trust: Trust = 'page') {
  const { near, far } = createNodeChannel();
  const subscriptions: Subscriptions = { opened: 0, ended: 0 };
  const state = { quits: 0 };
  serveBridge(
    far,
    sliceRouter({ subscriptions, view: () => baseView, quit: () => (state.quits += 1), endpoint: () => null }),
    { trust },
    silentLogger,
  );
  return { near, subscriptions, state, client: connectBridge(near) };
}

describe('the bridge over a port', () => {
  it('answers a command', async () => {
    const { client, near } = bridge();
    expect(await client.account.checkName({ name: 'wren' })).toEqual({ verdict: 'free', name: 'wren' });
    near.close();
  });

  it('carries an error of the closed list with its reason and context', async () => {
    const { client, near } = bridge();
    const error: unknown = await client.account.checkName({ name: 'taken' }).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(AppError);
    expect(error).toMatchObject({ code: 'NAME_TAKEN', reason: 'claimed', context: { name: 'taken' } });
    near.close();
  });

  it('turns an unknown exception into INTERNAL and keeps its text to itself', async () => {
    const { near, client } = bridge();
    const error: unknown = await client.account.checkName({ name: 'secret' }).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'INTERNAL', reason: 'unexpected' });
    expect(JSON.stringify(error)).not.toContain('swordfish');
    near.close();
  });

  it('never lets the text of an unknown exception onto the wire', async () => {
    const { near } = bridge();
    const answers: unknown[] = [];
    near.onMessage((message) => answers.push(message));
    near.post('{"i":"9","p":{"u":"/account/checkName","b":{"json":{"name":"secret"}}}}');
    await eventually(
      () => answers,
      (all) => all.length > 0,
    );
    expect(String(answers[0])).toContain('INTERNAL');
    expect(String(answers[0])).not.toContain('swordfish');
    near.close();
  });

  it('refuses input that does not fit, naming the field', async () => {
    const { client, near } = bridge();
    const error: unknown = await client.account.checkName({ name: 'x'.repeat(129) }).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'BAD_INPUT', reason: 'schema', context: { field: 'name' } });
    near.close();
  });

  it('tells the engine who asks', async () => {
    const page = bridge('page');
    const local = bridge('local');
    expect(await page.client.app.quit({}).catch((thrown: unknown) => thrown)).toMatchObject({ code: 'NOT_ALLOWED_HERE' });
    await local.client.app.quit({});
    expect([page.state.quits, local.state.quits]).toEqual([0, 1]);
    page.near.close();
    local.near.close();
  });

  it('fails an unknown procedure as INTERNAL', async () => {
    const { client, near } = bridge();
    const error: unknown = await client.settings.update({}).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'INTERNAL' });
    near.close();
  });

  it('ends the subscription on the server when the client leaves its loop', async () => {
    const { client, subscriptions, near } = bridge();
    for await (const view of await client.app.watch()) {
      expect(view.profile).toBe('fixture');
      break;
    }
    await eventually(
      () => subscriptions.ended,
      (ended) => ended === 1,
    );
    near.close();
  });

  it('ends the subscription on the server when the client aborts its signal', async () => {
    const { client, subscriptions, near } = bridge();
    const controller = new AbortController();
    const changes = await client.app.watch(undefined, { signal: controller.signal });
    await changes.next();
    controller.abort();
    await expect(changes.next()).rejects.toBe(controller.signal.reason);
    await eventually(
      () => subscriptions.ended,
      (ended) => ended === 1,
    );
    near.close();
  });

  it('ends all subscriptions on the server when the port closes, and tells the client', async () => {
    const { client, subscriptions, near } = bridge();
    const changes = await client.app.watch();
    await changes.next();
    const next = changes.next().catch((thrown: unknown) => thrown);
    near.close();
    expect(await next).toMatchObject({ code: 'CANCELLED', reason: 'bridge-closed' });
    await eventually(
      () => subscriptions.ended,
      (ended) => ended === 1,
    );
    expect(await client.account.checkName({ name: 'wren' }).catch((thrown: unknown) => thrown)).toMatchObject({
      code: 'CANCELLED',
    });
  });

  it('carries an error in the middle of a subscription', async () => {
    const { client, near } = bridge();
    const changes = await client.network.watch();
    expect((await changes.next()).value).toMatchObject({ status: 'alone' });
    expect(await changes.next().catch((thrown: unknown) => thrown)).toMatchObject({
      code: 'NO_NETWORK',
      reason: 'cable',
      context: { metres: 3 },
    });
    near.close();
  });

  it.each([
    ['no JSON', 'hello'],
    ['a number', '7'],
    ['an object instead of text', { i: '1', p: { u: '/app/watch' } }],
    ['no id', '{"p":{"u":"/app/watch"}}'],
    ['another origin', '{"i":"1","p":{"u":"http://elsewhere/app/watch"}}'],
    ['headers that steer the decoder', '{"i":"1","p":{"u":"/app/watch","h":{"content-type":"text/event-stream"}}}'],
    ['a streamed input', '{"i":"1","t":3,"p":{"e":"message","d":1}}'],
    ['more than the bound', `{"i":"1","p":{"u":"/app/watch","b":"${'x'.repeat(maxFrameBytes)}"}}`],
  ])('disconnects a client that sends %s', async (_, message) => {
    const { near } = bridge();
    const gone = closed(near);
    near.onMessage(() => undefined);
    near.post(message);
    await expect(gone).resolves.toBeUndefined();
  });

  it('disconnects a client that opens too much', async () => {
    const { near } = bridge();
    const gone = closed(near);
    near.onMessage(() => undefined);
    for (let index = 0; index < 300; index += 1) near.post(`{"i":"${index}","p":{"u":"/app/watch"}}`);
    await expect(gone).resolves.toBeUndefined();
  });
});
