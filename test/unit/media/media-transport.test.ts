import dgram from 'node:dgram';
import dns from 'node:dns';
import { networkInterfaces } from 'node:os';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { classes, Message, methods } from 'werift';
import { createDtlsIdentity } from '../../../main/media/transport/index.ts';
import { createTransportPair, type End } from './transport-pair.ts';

const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  await Promise.all(closers.splice(0).map((close) => close()));
  vi.restoreAllMocks();
});

async function openPair(options?: Parameters<typeof createTransportPair>[0]) {
  const pair = await createTransportPair(options);
  closers.push(pair.close);
  pair.open();
  return pair;
}

const realSend = Reflect.get(dgram.Socket.prototype, 'send') as (...args: unknown[]) => void;
const isRtp = (data: unknown): boolean => Buffer.isBuffer(data) && data.length > 40 && (data.readUInt8(1) & 0x7f) === 111;

const waitFor = (check: () => void, timeout = 10_000): Promise<void> => vi.waitFor(check, { timeout, interval: 5 });
const up = (...ends: End[]): Promise<void> =>
  waitFor(() => {
    for (const end of ends) expect(end.log).toContain('up');
  });
const say = (end: End, text: string, timestamp: number, redundant = false): number =>
  end.transport.send(Buffer.from(text), timestamp, false, redundant);

describe('a media path between two processes of one computer', () => {
  test('comes up on loopback, carries packets both ways, and says how', async () => {
    const { offerer, answerer } = await openPair();
    await up(offerer, answerer);
    say(offerer, 'there', 960);
    say(answerer, 'back', 1920);
    await waitFor(() => {
      expect(answerer.received).toMatchObject([{ payload: 'there', timestamp: 960 }]);
      expect(offerer.received).toMatchObject([{ payload: 'back', timestamp: 1920 }]);
    });
    expect(offerer.transport.path).toBe('host');
    expect([offerer.paths, answerer.paths]).toEqual([['host'], ['host']]);
    expect(offerer.transport.setupMs).toBeGreaterThan(0);
  });

  const hasIpv6 = Object.values(networkInterfaces()).some((addresses) => addresses?.some(({ address }) => address === '::1'));
  test.skipIf(!hasIpv6)('comes up over IPv6', async () => {
    const { offerer, answerer } = await openPair({ address: '::1' });
    await up(offerer, answerer);
    expect(offerer.descriptions[0]?.sdp).toMatch(/ ::1 \d+ typ host/u);
    say(offerer, 'six', 6);
    await waitFor(() => expect(answerer.received).toMatchObject([{ payload: 'six' }]));
  });

  test('asks no server on the Internet when it was given none (werift would)', async () => {
    const lookups = vi.spyOn(dns.promises, 'lookup');
    const sends = vi.spyOn(dgram.Socket.prototype, 'send');
    const { offerer, answerer } = await openPair();
    await up(offerer, answerer);
    expect(lookups).not.toHaveBeenCalled();
    const places = new Set(sends.mock.calls.map((call) => (call as unknown[]).find((part) => typeof part === 'string')));
    expect([...places]).toEqual(['127.0.0.1']);
  });

  test('delivers a packet once, however often somebody on the path repeats it', async () => {
    const { offerer, answerer } = await openPair();
    await up(offerer, answerer);
    vi.spyOn(dgram.Socket.prototype, 'send').mockImplementation(function repeat(this: unknown, ...args: unknown[]) {
      for (let i = 0; i < (isRtp(args[0]) ? 3 : 1); i += 1) Reflect.apply(realSend, this, args);
    });
    for (let i = 0; i < 20; i += 1) say(offerer, `packet ${i} with some bytes more`, i * 960);
    await waitFor(() => expect(answerer.transport.rtp?.counters.refusedPackets).toBe(40));
    expect(answerer.received.map(({ sequence }) => sequence)).toHaveLength(20);
    expect(new Set(answerer.received.map(({ sequence }) => sequence)).size).toBe(20);
  });

  test(
    'notices the silence of the other side, forgives it, gives up after a quarter of a minute, and can be restarted',
    { timeout: 60_000 },
    async () => {
      const pair = await openPair();
      const { offerer, answerer } = pair;
      await up(offerer, answerer);
      let cut = true;
      vi.spyOn(dgram.Socket.prototype, 'send').mockImplementation(function drop(this: unknown, ...args: unknown[]) {
        if (!cut) Reflect.apply(realSend, this, args);
      });
      await waitFor(() => expect(offerer.log).toEqual(['up', 'interrupted']));
      cut = false;
      await waitFor(() => expect(offerer.log).toEqual(['up', 'interrupted', 'up']));
      cut = true;
      await waitFor(() => expect(offerer.log.at(-1)).toBe('failed: nothing was heard for 15 s'), 20_000);
      await waitFor(() => expect(answerer.log.at(-1)).toBe('failed: nothing was heard for 15 s'), 20_000);
      cut = false;
      pair.restart('offerer');
      await waitFor(() => {
        expect(offerer.log.at(-1)).toBe('up');
        expect(answerer.log.at(-1)).toBe('up');
      });
      say(offerer, 'again', 1);
      await waitFor(() => expect(answerer.received.map(({ payload }) => payload)).toContain('again'));
    },
  );

  test('a close on one side is known on the other at once', async () => {
    const { offerer, answerer } = await openPair();
    await up(offerer, answerer);
    await offerer.transport.close();
    await waitFor(() => expect(answerer.log.at(-1)).toBe('closed'), 1000);
  });

  test('a close at any moment of the opening leaves nothing behind that fails', async () => {
    const sends = vi.spyOn(dgram.Socket.prototype, 'send');
    for (let datagrams = 0; datagrams < 20; datagrams += 1) {
      sends.mockClear();
      const { offerer, answerer, close } = await openPair();
      await vi.waitFor(() => expect(sends.mock.calls.length).toBeGreaterThanOrEqual(datagrams), { timeout: 10_000, interval: 1 });
      await close();
      expect([...offerer.log, ...answerer.log].filter((line) => !line.startsWith('up'))).toEqual([]);
    }
  });

  test('connectivity checks of strangers are not answered', async () => {
    const { offerer, answerer } = await openPair();
    await up(offerer, answerer);
    const ports = [...(offerer.descriptions[0]?.sdp ?? '').matchAll(/127\.0\.0\.1 (\d+) typ host/gu)].map(([, port]) =>
      Number(port),
    );
    const stranger = dgram.createSocket('udp4');
    const answers = vi.fn<() => void>();
    stranger.on('message', answers);
    const check = new Message(methods.BINDING, classes.REQUEST)
      .setAttribute('USERNAME', 'abcd:efgh')
      .addMessageIntegrity(Buffer.from('guess'))
      .addFingerprint();
    for (const port of ports) stranger.send(check.bytes, port, '127.0.0.1');
    // What is sent afterwards on the call's own path arrives after it: no waiting is needed to know that none came.
    for (let i = 0; i < 5; i += 1) say(answerer, `after ${i}`, i);
    await waitFor(() => expect(offerer.received.length).toBe(5));
    expect(ports.length).toBe(1);
    expect(answers).not.toHaveBeenCalled();
    stranger.close();
  });

  test.each(['offerer', 'answerer'] as const)('media flows again after an ICE restart by the %s', async (by) => {
    const pair = await openPair();
    const { offerer, answerer } = pair;
    await up(offerer, answerer);
    pair.restart(by);
    await waitFor(() => {
      say(offerer, 'after', 1);
      say(answerer, 'after', 1);
      expect(answerer.received.length).toBeGreaterThan(0);
      expect(offerer.received.length).toBeGreaterThan(0);
    });
    expect(offerer.descriptions.length + answerer.descriptions.length).toBe(4);
    expect([...offerer.log, ...answerer.log].filter((line) => line.startsWith('failed'))).toEqual([]);
  });
});

describe('what both sides can', () => {
  test('is agreed on in their descriptions: redundancy and feedback', async () => {
    const { offerer, answerer } = await openPair();
    await up(offerer, answerer);
    for (const { sdp } of [...offerer.descriptions, ...answerer.descriptions]) {
      expect(sdp).toContain('m=audio 9 UDP/TLS/RTP/SAVPF 111 63\r\n');
      expect(sdp).toContain('a=rtpmap:63 red/48000/2\r\na=fmtp:63 111/111\r\na=rtcp-rsize\r\na=rtcp-fb:* ack ccfb\r\n');
    }
    expect([offerer.transport.redundancy, answerer.transport.redundancy]).toEqual([true, true]);
    const first = say(offerer, 'plain', 0);
    expect(say(offerer, 'twice', 960, true)).toBe(first + 1);
    await waitFor(() =>
      expect(answerer.received).toMatchObject([
        { payload: 'plain', redundant: false },
        { payload: 'twice', redundant: true },
      ]),
    );
  });

  test('is left out where one side can neither', async () => {
    const { offerer, answerer } = await openPair({
      tamper: ({ sdp, fingerprint }, from) => ({
        sdp: from === 'offerer' ? sdp : sdp.replace(' 111 63', ' 111').replace(/a=(?:rtpmap:63|fmtp:63|rtcp-).*\r\n/gu, ''),
        fingerprint,
      }),
    });
    await up(offerer, answerer);
    expect(offerer.transport.redundancy).toBe(false);
    expect(offerer.transport.packing).toEqual({ shortestMs: 10, longestMs: 120, mostBps: 510_000 });
    expect(say(offerer, 'twice', 0, true)).toBe(-1);
    for (let i = 0; i < 12; i += 1) say(offerer, `plain ${i}`, i * 960);
    await waitFor(() => expect(answerer.received.length).toBe(12));
    await waitFor(() => expect(offerer.transport.rtp?.counters.roundTripMs).not.toBeNull());
    expect(offerer.fates).toEqual([]);
  });

  test('what became of each packet is told over a path that loses, repeats and reorders', async () => {
    const { offerer, answerer } = await openPair();
    await up(offerer, answerer);
    let held: (() => void) | null = null;
    let count = 0;
    const lost: number[] = [];
    vi.spyOn(dgram.Socket.prototype, 'send').mockImplementation(function impair(this: unknown, ...args: unknown[]) {
      const send = (): void => Reflect.apply(realSend, this, args);
      if (!isRtp(args[0])) return send();
      count += 1;
      if (count % 7 === 0) return void lost.push((args[0] as Buffer).readUInt16BE(2));
      if (count % 5 === 0) send();
      if (count % 11 === 0) return void (held = send);
      send();
      if (held !== null) held();
      held = null;
    });
    const sent: number[] = [];
    const speak = setInterval(() => sent.push(say(offerer, `packet ${sent.length} with some bytes more`, sent.length * 960)), 5);
    await waitFor(() => expect(offerer.fates.length).toBeGreaterThan(150));
    clearInterval(speak);
    const came = new Set(answerer.received.map(({ sequence }) => sequence));
    for (const { sequence, sentAtMs, wireBytes, arrivedAtMs } of offerer.fates) {
      expect(Number.isNaN(arrivedAtMs) || came.has(sequence)).toBe(true);
      expect(sentAtMs).toBeGreaterThan(0);
      // RTP 12, payload about 31, tag 16, UDP and IP 28.
      expect(wireBytes).toBeGreaterThan(80);
      expect(wireBytes).toBeLessThan(95);
    }
    const told = new Set(offerer.fates.filter(({ arrivedAtMs }) => Number.isNaN(arrivedAtMs)).map(({ sequence }) => sequence));
    const last = Math.max(...offerer.fates.map(({ sequence }) => sequence));
    for (const sequence of lost.filter((number) => number < last)) expect(told).toContain(sequence);
    expect(offerer.feedback.every((roundTripMs) => roundTripMs !== null && roundTripMs < 5000)).toBe(true);
  });
});

describe('a media path that somebody else put himself into', () => {
  test('fails when the certificate is not the one that was announced', async () => {
    const stranger = await createDtlsIdentity();
    const { offerer, answerer } = await openPair({
      tamper: ({ sdp, fingerprint }) => ({
        sdp: sdp.replace(fingerprint, stranger.fingerprint),
        fingerprint: stranger.fingerprint,
      }),
    });
    await waitFor(() => expect(answerer.log).toEqual(['failed: DTLS: the certificate is not the one that was announced']));
    expect(offerer.received).toEqual([]);
  });

  test('fails when the description and the authenticated fingerprint differ', async () => {
    const stranger = await createDtlsIdentity();
    const { answerer } = await openPair({ tamper: ({ sdp }) => ({ sdp, fingerprint: stranger.fingerprint }) });
    expect(answerer.log).toEqual([]);
    await waitFor(() => expect(answerer.log).toEqual(['failed: the description has another fingerprint than was announced']));
  });

  test('fails when the handshake is not the one that the signalling arranged', async () => {
    const { offerer, answerer } = await openPair({
      tamper: ({ sdp, fingerprint }, from) => ({
        sdp: from === 'offerer' ? sdp.replace(/x-lilliput-binding:.{43}/u, `x-lilliput-binding:${'A'.repeat(43)}`) : sdp,
        fingerprint,
      }),
    });
    const reason = 'failed: the media path does not belong to this call’s signalling';
    await waitFor(() => expect([offerer.log, answerer.log]).toContainEqual([reason]));
    expect([...offerer.log, ...answerer.log]).not.toContain('up');
  });

  test('fails on a description that is not one', async () => {
    const { answerer } = await openPair({ tamper: ({ fingerprint }) => ({ sdp: 'v=0\r\nhello', fingerprint }) });
    await waitFor(() => expect(answerer.log).toEqual(['failed: the other side’s description is malformed']));
  });
});
