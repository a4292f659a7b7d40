import { networkInterfaces } from 'node:os';
import { chromium, type Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { silentLogger } from '../../main/ports/logger.ts';
import { systemRandom } from '../../main/ports/random.ts';
import { systemClock } from '../../main/ports/system-clock.ts';
import { defaultLimits, startRelay, type Relay } from '../../main/relay/index.ts';

const program = process.env['LILLIPUT_CHROMIUM'];
const messages = 50;

/** Chromium has no candidates at a loopback; its first address in the network is the relay's as well. */
const host = Object.values(networkInterfaces())
  .flatMap((entries) => entries ?? [])
  .find(({ family, internal }) => family === 'IPv4' && !internal)?.address;

/** Both ends of a call in one page, that may use relays only. Says what arrived, and over which kinds of candidates. */
async function talkOverRelay([server, count]: readonly [RTCIceServer, number]) {
  const open = (): RTCPeerConnection => new RTCPeerConnection({ iceServers: [server], iceTransportPolicy: 'relay' });
  const [a, b] = [open(), open()];
  a.addEventListener('icecandidate', ({ candidate }) => void b.addIceCandidate(candidate ?? undefined));
  b.addEventListener('icecandidate', ({ candidate }) => void a.addIceCandidate(candidate ?? undefined));
  const got: string[] = [];
  const channel = a.createDataChannel('words');
  b.addEventListener('datachannel', (event) => {
    event.channel.addEventListener('message', ({ data }) => event.channel.send(`${data} back`));
  });
  const done = new Promise<void>((resolve, reject) => {
    channel.addEventListener('message', ({ data }) => {
      got.push(String(data));
      if (got.length === count) resolve();
    });
    a.addEventListener('iceconnectionstatechange', () => {
      if (a.iceConnectionState === 'failed') reject(new Error('no way was found'));
    });
  });
  channel.addEventListener('open', () => {
    for (let index = 0; index < count; index += 1) channel.send(`${index}`);
  });
  await a.setLocalDescription(await a.createOffer());
  await b.setRemoteDescription(a.localDescription ?? { type: 'offer' });
  await b.setLocalDescription(await b.createAnswer());
  await a.setRemoteDescription(b.localDescription ?? { type: 'answer' });
  await done;
  const kinds: string[] = [];
  for (const report of (await a.getStats()).values()) {
    if (report.type === 'local-candidate' || report.type === 'remote-candidate') kinds.push(report.candidateType);
  }
  a.close();
  b.close();
  return { got, kinds: [...new Set(kinds)] };
}

describe.skipIf(program === undefined || host === undefined)('a browser that may use relays only', () => {
  let relay: Relay;
  let browser: Browser;

  beforeAll(async () => {
    browser = await chromium.launch({ executablePath: program ?? '', args: ['--no-sandbox', '--disable-gpu'] });
    relay = await startRelay({
      listen: (['udp', 'tcp'] as const).map((transport) => ({ transport, host: host ?? '', port: 0 })),
      tls: null,
      relayHosts: { 4: host ?? '' },
      verifier: { check: (username) => (username === 'ada' ? { device: 'ada', password: 'analytical' } : null) },
      // Chromium asks over each of its interfaces at once.
      limits: { ...defaultLimits, allocationsPerDevice: 32, allocationsPerNetwork: 32 },
      allowLoopback: false,
      clock: systemClock,
      random: systemRandom,
      logger: silentLogger,
    });
  });

  afterAll(async () => {
    await browser.close();
    await relay.stop();
  });

  it.each(['udp', 'tcp'] as const)('talks to another over %s through ours', async (transport) => {
    const port = relay.points.find((point) => point.transport === transport)?.port;
    const page = await browser.newPage();
    const server = { urls: `turn:${host}:${port}?transport=${transport}`, username: 'ada', credential: 'analytical' };
    const before = relay.counts().packets;
    const { got, kinds } = await page.evaluate(talkOverRelay, [server, messages] as const);
    expect(got).toEqual(Array.from({ length: messages }, (_, index) => `${index} back`));
    expect(kinds).toEqual(['relay']);
    expect(relay.counts().packets).toBeGreaterThan(before + messages);
    await page.close();
  });
});
