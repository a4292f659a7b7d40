import { afterEach, describe, expect, it } from 'vitest';
import { defaultSettings } from '../../../main/engine/settings-part.ts';
import { chosenProxy, createProxyPart, judgeProxy, tryProxy } from '../../../main/engine/proxy-part.ts';
import { parseProxy } from '../../../main/ports/proxy-connect.ts';
import { startConnectProxy } from '../ports/connect-proxy.ts';

const named = (proxyAddress: string) => ({ ...defaultSettings, proxyMode: 'named' as const, proxyAddress });
const environment = { HTTPS_PROXY: 'http://environment.example:3128' };

describe('the proxy that is chosen', () => {
  it.each([
    ['the environment’s', defaultSettings, environment, 'environment.example'],
    ['the system’s, where the environment has none', defaultSettings, {}, 'system.example'],
    ['none', { ...defaultSettings, proxyMode: 'none' as const }, environment, undefined],
    ['the one that is named', named(' proxy.example:8080 '), environment, 'proxy.example'],
  ])('is %s', (_which, settings, said, host) => {
    expect(chosenProxy(settings, { environment: said, rules: 'PROXY system.example:3128; DIRECT' })?.host).toBe(host);
  });

  it('follows what the system says, and what the person chooses', () => {
    let settings: Parameters<typeof chosenProxy>[0] = defaultSettings;
    const used: (string | undefined)[] = [];
    const part = createProxyPart({ get: () => settings }, {}, (choice) => used.push(choice?.host));
    expect(part.now()).toBeNull();
    part.hearShell('PROXY office.example:3128');
    part.hearShell('DIRECT');
    part.hearShell('HTTPS hotel.example:443');
    settings = named('proxy.example:8080');
    part.settingChanged();
    part.hearShell('PROXY office.example:3128');
    expect(used).toEqual(['office.example', undefined, 'hotel.example', 'proxy.example', 'proxy.example']);
  });

  it.each(['', 'socks5://proxy.example', 'http://', 'a b'])('is refused as "%s"', (address) => {
    expect(() => judgeProxy(named(address))).toThrow('BAD_INPUT: proxy');
    expect(() => judgeProxy({ ...named(address), proxyMode: 'system' })).not.toThrow();
  });
});

describe('trying it', () => {
  const stops: (() => void)[] = [];
  afterEach(() => {
    for (const stop of stops.splice(0)) stop();
  });
  const proxy = async (...options: Parameters<typeof startConnectProxy>) => {
    const started = await startConnectProxy(...options);
    stops.push(() => started.close());
    return started;
  };
  const at = (port: number) => parseProxy(`127.0.0.1:${port}`);
  /** Stands for a helper that takes connections: the proxy of the test itself does. */
  const placeOf = (port: number) => ({ host: '127.0.0.1', port });

  it('works where it lets us through to one of them', async () => {
    const { port } = await proxy();
    const nobody = { host: '127.0.0.1', port: 1 };
    expect(await tryProxy(at(port), [nobody, placeOf(port)])).toBe('works');
  });

  it.each([
    ['password', { expected: 'Basic x' }],
    ['refused', { route: () => null }],
  ] as const)('tells that it is: %s', async (result, options) => {
    const { port } = await proxy(options);
    expect(await tryProxy(at(port), [placeOf(port)])).toBe(result);
  });

  it('tells that nobody answers there', async () => {
    const started = await proxy();
    started.close();
    expect(await tryProxy(at(started.port), [placeOf(started.port)])).toBe('silent');
  });

  it('tells that there is none, or nobody to be reached through it', async () => {
    expect(await tryProxy(null, [placeOf(1)])).toBe('no-proxy');
    expect(await tryProxy(at(1), [])).toBe('untried');
  });
});
