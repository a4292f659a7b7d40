import { createServer as createTcpServer, type AddressInfo, type Socket } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import {
  connectThroughProxy,
  isExcepted,
  parseProxy,
  proxyFromEnvironment,
  proxyFromRules,
} from '../../../main/ports/proxy-connect.ts';
import { startConnectProxy, type ConnectProxy } from './connect-proxy.ts';

const never = new AbortController().signal;
const limitMs = 5_000;
const stops: (() => void)[] = [];
afterEach(() => {
  for (const stop of stops.splice(0)) stop();
});

const portOf = (server: { address(): unknown }): number => (server.address() as AddressInfo).port;

async function proxy(expected: string | null): Promise<ConnectProxy> {
  const started = await startConnectProxy({ expected });
  stops.push(() => started.close());
  return started;
}

async function greeter(): Promise<number> {
  const server = createTcpServer((socket) => socket.end('good day'));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  stops.push(() => server.close());
  return portOf(server);
}

const textOf = async (socket: Socket): Promise<string> => {
  let text = '';
  for await (const chunk of socket) text += String(chunk);
  return text;
};

describe('a connection through an HTTP proxy', () => {
  test('reaches the other side, and says who asks where the proxy wants to know', async () => {
    const { port, asked } = await proxy(`Basic ${Buffer.from('ada:lovelace').toString('base64')}`);
    const target = await greeter();
    const choice = parseProxy(`http://ada:lovelace@127.0.0.1:${port}`);
    if (choice === null) throw new Error('not parsed');
    const socket = await connectThroughProxy(choice, { host: '127.0.0.1', port: target }, limitMs, never);
    expect(await textOf(socket)).toBe('good day');
    expect(asked).toEqual([`127.0.0.1:${target}`]);
  });

  test('fails by name where the proxy refuses, is not there, or is called off', async () => {
    const { port } = await proxy('Basic none');
    const refusing = parseProxy(`127.0.0.1:${port}`);
    if (refusing === null) throw new Error('not parsed');
    const to = { host: '127.0.0.1', port: 9 };
    await expect(connectThroughProxy(refusing, to, limitMs, never)).rejects.toMatchObject({
      code: 'NOT_REACHABLE',
      reason: 'proxy-refused',
    });
    const gone = { ...refusing, port: 1 };
    await expect(connectThroughProxy(gone, to, limitMs, never)).rejects.toMatchObject({ reason: 'proxy-silent' });
    await expect(connectThroughProxy(refusing, to, limitMs, AbortSignal.abort())).rejects.toMatchObject({ code: 'CANCELLED' });
  });
});

describe('the choice of a proxy', () => {
  test.each([
    ['proxy.example:3128', { host: 'proxy.example', port: 3128, isTls: false, credentials: null }],
    ['http://proxy.example', { host: 'proxy.example', port: 80, isTls: false, credentials: null }],
    ['https://a%40b:c@proxy.example', { host: 'proxy.example', port: 443, isTls: true, credentials: 'a@b:c' }],
    ['http://[2001:db8::1]:8080', { host: '2001:db8::1', port: 8080, isTls: false, credentials: null }],
  ])('%s is understood', (written, expected) => {
    expect(parseProxy(written)).toMatchObject(expected);
  });

  test.each(['socks5://proxy.example:1080', 'http://', 'http://:80', 'http://a%zz:b@proxy.example'])('%s is none', (written) => {
    expect(parseProxy(written)).toBeNull();
  });

  test.each([
    ['PROXY proxy.example:3128; DIRECT', 'proxy.example:3128 plain'],
    ['SOCKS5 socks.example:1080; https secure.example; PROXY next.example:1', 'secure.example:443 tls'],
    [' PROXY  [2001:db8::1]:8080 ', '2001:db8::1:8080 plain'],
    ['PROXY ; PROXY next.example:1', 'next.example:1 plain'],
    ['DIRECT; PROXY proxy.example:3128', null],
    ['SOCKS5 socks.example:1080', null],
    ['', null],
  ])('of the rules "%s" is %s', (rules, expected) => {
    const choice = proxyFromRules(rules);
    expect(choice === null ? null : `${choice.host}:${choice.port} ${choice.isTls ? 'tls' : 'plain'}`).toBe(expected);
  });

  test('comes from the environment, with the hosts that are reached without it', () => {
    expect(proxyFromEnvironment({})).toBeNull();
    const choice = proxyFromEnvironment({ https_proxy: 'http://proxy.example:3128', NO_PROXY: 'localhost, .example.org' });
    expect(choice?.port).toBe(3128);
    if (choice === null) throw new Error('not found');
    expect(isExcepted(choice, 'www.EXAMPLE.org')).toBe(true);
    expect(isExcepted(choice, 'localhost')).toBe(true);
    expect(isExcepted(choice, 'example.com')).toBe(false);
  });
});
