import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { afterEach, describe, expect, it } from 'vitest';
import { silentLogger } from '../../../main/ports/logger.ts';
import { systemRandom } from '../../../main/ports/random.ts';
import { systemClock } from '../../../main/ports/system-clock.ts';
import { defaultLimits, startRelay, type Relay, type RelayOptions } from '../../../main/relay/index.ts';
import {
  addressesOf,
  attribute,
  channelHeaderBytes,
  method,
  readStun,
  valueOf,
  type TransportAddress,
} from '../../../main/stun/index.ts';
import { TurnCaller } from './turn-caller.ts';

/** The same server on real sockets, over each way to speak UDP. The relay is at 127.0.0.1 and ::1; 127.0.0.2 is elsewhere. */
const here = '127.0.0.1';
const elsewhere = '127.0.0.2';
const ada = { username: 'ada', password: 'analytical' };

const plenty = { perSecond: 10_000, burst: 10_000 };
const opened: { close(): unknown }[] = [];
const relays: Relay[] = [];

afterEach(async () => {
  await Promise.all(opened.splice(0).map((entry) => entry.close()));
  await Promise.all(relays.splice(0).map((relay) => relay.stop()));
});

async function openRelay(udp: 'batched' | 'portable', changes: Partial<RelayOptions> = {}): Promise<Relay> {
  const relay = await startRelay({
    listen: [
      { transport: 'udp', host: here, port: 0 },
      { transport: 'udp', host: '::1', port: 0 },
    ],
    tls: null,
    relayHosts: { 4: here, 6: '::1' },
    udp,
    verifier: { check: (username) => ({ device: username, password: ada.password }) },
    limits: { ...defaultLimits, bytesPerSecond: 10_000_000, strangers: { perNetwork: plenty, total: plenty }, requests: plenty },
    allowLoopback: true,
    clock: systemClock,
    random: systemRandom,
    logger: silentLogger,
    ...changes,
  });
  relays.push(relay);
  return relay;
}

async function openCaller(relay: Relay, point = 0, from = point === 0 ? here : '::1'): Promise<TurnCaller> {
  const at = relay.points[point];
  if (at === undefined) throw new Error('no such point');
  const caller = await TurnCaller.open(at, ada, { host: from, port: 0 });
  opened.push(caller);
  return caller;
}

interface Peer {
  readonly socket: Socket;
  readonly at: TransportAddress;
  readonly got: string[];
}

async function openPeer(host = elsewhere): Promise<Peer> {
  const socket = createSocket(host.includes(':') ? 'udp6' : 'udp4');
  socket.bind(0, host);
  await once(socket, 'listening');
  const got: string[] = [];
  socket.on('message', (bytes) => got.push(bytes.toString('latin1')));
  const close = (): Promise<void> => new Promise((resolve) => socket.close(() => resolve()));
  let isClosed = false;
  socket.once('close', () => (isClosed = true));
  opened.push({ close: () => (isClosed ? undefined : close()) });
  return { socket, at: { family: host.includes(':') ? 6 : 4, host, port: socket.address().port }, got };
}

const firstOf = (addresses: readonly TransportAddress[]): TransportAddress => {
  const [first] = addresses;
  if (first === undefined) throw new Error('no relayed address');
  return first;
};

const channelData = (caller: TurnCaller): readonly string[] =>
  caller.got.map((bytes) => bytes.toString('latin1', channelHeaderBytes));

const text = (value: string): Buffer => Buffer.from(value, 'latin1');
const families = { 4: 1 << 24, 6: 2 << 24 } as const;

describe.each(['batched', 'portable'] as const)('UDP %s', (udp) => {
  // The other systems have no batches: there the portable way is the only one.
  const isHere = udp === 'portable' || process.platform === 'linux';

  describe.runIf(isHere)('carries', () => {
    it('channel data between two of its clients, whole and in order, and all that come at once', async () => {
      const relay = await openRelay(udp);
      const [a, b] = [await openCaller(relay), await openCaller(relay)];
      const [aAt, bAt] = [firstOf((await a.allocate()).relayed), firstOf((await b.allocate()).relayed)];
      await a.bind(0x4000, bAt);
      await b.bind(0x4001, aAt);
      const sent = Array.from({ length: 150 }, (_, index) => `${index} ${'x'.repeat(index % 100)}`);
      for (const line of sent) a.sendChannel(0x4000, text(line));
      await expect.poll(() => channelData(b), { timeout: 10_000 }).toEqual(sent);
      expect(relay.udp).toBe(udp);
      expect(relay.counts()).toMatchObject({ allocations: 2, packets: 300, dropped: 0 });
    });

    it('to and from somebody elsewhere, through channels and in indications', async () => {
      const relay = await openRelay(udp);
      const [caller, peer] = [await openCaller(relay), await openPeer()];
      const { port } = firstOf((await caller.allocate()).relayed);
      peer.socket.send('too early', port, here);
      await expect.poll(() => relay.counts().dropped).toBe(1);
      await caller.permit(peer.at);
      caller.sendIndication(peer.at, text('an indication'));
      await expect.poll(() => peer.got).toEqual(['an indication']);
      peer.socket.send('and one back', port, here);
      await expect.poll(() => caller.got.map((bytes) => bytes.toString('latin1').includes('and one back'))).toEqual([true]);
      await caller.bind(0x4abc, peer.at);
      caller.sendChannel(0x4abc, text('a channel'));
      await expect.poll(() => peer.got.at(-1)).toBe('a channel');
      peer.socket.send('and back', port, here);
      await expect.poll(() => channelData(caller).at(-1)).toBe('and back');
    });

    it('to where nobody listens: the client hears of it where the system tells, and other packets go on', async () => {
      const relay = await openRelay(udp);
      const [caller, gone, peer] = [await openCaller(relay), await openPeer(), await openPeer()];
      await caller.allocate();
      await caller.permit(peer.at);
      await new Promise<void>((resolve) => gone.socket.close(() => resolve()));
      const heard = (): readonly string[] =>
        caller.got.map((bytes) => {
          const message = readStun(bytes);
          const at = message === null ? [] : addressesOf(message, attribute.xorPeerAddress);
          const value = message === null ? null : valueOf(message, attribute.icmp);
          return `${String(at?.[0]?.port)} ${value?.toString('hex')}`;
        });
      const sent: string[] = [];
      for (let round = 1; round <= 5; round += 1) {
        caller.sendIndication(gone.at, text('anybody?'));
        caller.sendIndication(peer.at, text(`round ${round}`));
        sent.push(`round ${round}`);
        // oxlint-disable-next-line no-await-in-loop -- each after the word on the one before
        await expect.poll(() => peer.got).toEqual(sent);
        // Destination unreachable (3 of 7 bits), port (3 of 9).
        const words = udp === 'batched' ? sent.map(() => `${gone.at.port} 0000060300000000`) : [];
        // oxlint-disable-next-line no-await-in-loop
        await expect.poll(heard).toEqual(words);
      }
    });

    it('between the families: a client at IPv4 has an address in IPv6', async () => {
      const relay = await openRelay(udp);
      const [four, six] = [await openCaller(relay, 0), await openCaller(relay, 1)];
      const wantsIpv6 = (writer: Parameters<Parameters<TurnCaller['allocate']>[0] & object>[0]): void =>
        writer.number(attribute.requestedAddressFamily, families[6]);
      const fourAt = firstOf((await four.allocate(wantsIpv6)).relayed);
      const sixAt = firstOf((await six.allocate(wantsIpv6)).relayed);
      expect([fourAt.host, sixAt.host]).toEqual(['::1', '::1']);
      await four.bind(0x4000, sixAt);
      await six.bind(0x4000, fourAt);
      four.sendChannel(0x4000, text('from four'));
      await expect.poll(() => channelData(six)).toEqual(['from four']);
      six.sendChannel(0x4000, text('from six'));
      await expect.poll(() => channelData(four)).toEqual(['from six']);
    });

    it('to somebody elsewhere in IPv6, and both families of one allocation', async () => {
      const relay = await openRelay(udp, { publicHosts: { 6: '2606:4700::9' } });
      const [caller, peer] = [await openCaller(relay, 0), await openPeer('::1')];
      const { relayed } = await caller.allocate((writer) => writer.number(attribute.additionalAddressFamily, families[6]));
      expect(relayed.map(({ host }) => host)).toEqual([here, '2606:4700::9']);
      await caller.bind(0x4000, peer.at);
      caller.sendChannel(0x4000, text('hello'));
      await expect.poll(() => peer.got).toEqual(['hello']);
      peer.socket.send('back', relayed[1]?.port ?? 0, '::1');
      await expect.poll(() => channelData(caller)).toEqual(['back']);
    });

    it('nothing longer than a packet may be, and goes on', async () => {
      const relay = await openRelay(udp);
      const [caller, peer] = [await openCaller(relay), await openPeer()];
      const { port } = firstOf((await caller.allocate()).relayed);
      await caller.bind(0x4000, peer.at);
      peer.socket.send(Buffer.alloc(4_000), port, here);
      peer.socket.send('after it', port, here);
      await expect.poll(() => channelData(caller)).toEqual(['after it']);
    });
  });

  describe.runIf(isHere)('gives', () => {
    it('an even port, and the next one to whoever has its token', async () => {
      const relay = await openRelay(udp);
      const [first, second] = [await openCaller(relay), await openCaller(relay)];
      const answer = await first.allocate((writer) => writer.bytes(attribute.evenPort, new Uint8Array([0x80])));
      const token = valueOf(answer.message, attribute.reservationToken) ?? new Uint8Array();
      const next = await second.allocate((writer) => writer.bytes(attribute.reservationToken, token));
      const { port } = firstOf(answer.relayed);
      expect([port % 2, firstOf(next.relayed).port]).toEqual([0, port + 1]);
    });

    it('ports of a range, until there are none', async () => {
      const relay = await openRelay(udp, { relayPorts: { first: 42_000, last: 42_001 } });
      const answers = [];
      for (let client = 0; client < 3; client += 1) {
        // oxlint-disable-next-line no-await-in-loop -- the last one finds nothing
        answers.push(await (await openCaller(relay)).allocate());
      }
      expect(
        answers
          .slice(0, 2)
          .map(({ relayed }) => firstOf(relayed).port)
          .toSorted((a, b) => a - b),
      ).toEqual([42_000, 42_001]);
      expect(answers[2]?.code).toBe(508);
    });

    it('its ports at a second address too, as far as they are free there', async () => {
      const listen = [{ transport: 'udp', host: here, port: 0 }] as const;
      const relay = await openRelay(udp, { listen, listenBeside: '::1' });
      const [four, six] = relay.points;
      expect(relay.points).toEqual([four, { transport: 'udp', host: '::1', port: four?.port }]);
      expect((await (await openCaller(relay, 1)).allocate()).code).toBeNull();
      const again = await openRelay(udp, {
        listen: [{ transport: 'udp', host: elsewhere, port: six?.port ?? 0 }],
        listenBeside: '::1',
      });
      expect(again.points).toEqual([{ transport: 'udp', host: elsewhere, port: six?.port }]);
    });

    it('the port back when an allocation ends', async () => {
      const relay = await openRelay(udp, { relayPorts: { first: 42_010, last: 42_010 } });
      const [first, second] = [await openCaller(relay), await openCaller(relay)];
      await first.allocate();
      await first.ask(method.refresh, (writer) => writer.number(attribute.lifetime, 0));
      expect(firstOf((await second.allocate()).relayed).port).toBe(42_010);
    });

    it('the address of its router, where it has one', async () => {
      const relay = await openRelay(udp, { publicHosts: { 4: '198.41.0.4' } });
      const [a, b] = [await openCaller(relay), await openCaller(relay)];
      const [aAt, bAt] = [firstOf((await a.allocate()).relayed), firstOf((await b.allocate()).relayed)];
      expect([aAt.host, bAt.host]).toEqual(['198.41.0.4', '198.41.0.4']);
      await a.bind(0x4000, bAt);
      await b.bind(0x4000, aAt);
      a.sendChannel(0x4000, text('next door'));
      await expect.poll(() => channelData(b)).toEqual(['next door']);
    });

    it('packets that are never cut to pieces, if the way can', async () => {
      const relay = await openRelay(udp);
      const [caller, peer] = [await openCaller(relay), await openPeer()];
      const answer = await caller.allocate((writer) => writer.bytes(attribute.dontFragment, new Uint8Array()));
      expect(answer.code).toBe(udp === 'batched' ? null : 420);
      if (answer.code !== null) return;
      await caller.permit(peer.at);
      caller.sendIndication(peer.at, text('whole'), true);
      caller.sendIndication(peer.at, text('as it likes'));
      await expect.poll(() => peer.got).toEqual(['whole', 'as it likes']);
    });
  });

  describe.runIf(isHere)('tells how a router behaves', () => {
    const padding = new Uint8Array(40);
    const asked = (flags: number) => (writer: Parameters<Parameters<TurnCaller['ask']>[1]>[0]) => {
      writer.number(attribute.changeRequest, flags);
      writer.bytes(0x8022, padding); // SOFTWARE
    };
    const portOf = (value: Buffer | null): number | undefined => value?.readUInt16BE(2);

    it('from a second port', async () => {
      const relay = await openRelay(udp);
      const caller = await openCaller(relay);
      const plain = await caller.ask(method.binding, asked(0), false);
      const own = relay.points[0]?.port;
      const other = portOf(valueOf(plain.message, attribute.otherAddress));
      expect([portOf(valueOf(plain.message, attribute.responseOrigin)), caller.from?.port]).toEqual([own, own]);
      expect(other).not.toBe(own);
      const changed = await caller.ask(method.binding, asked(2), false);
      expect([portOf(valueOf(changed.message, attribute.responseOrigin)), caller.from?.port]).toEqual([other, other]);
      expect(changed.mapped).toEqual([caller.at]);
      expect((await caller.ask(method.binding, asked(4), false)).code).toBe(420);
    });

    it('from a second address, where it has one', async () => {
      const points = [here, elsewhere].flatMap((host) =>
        [42_020, 42_021].map((port) => ({ transport: 'udp', host, port }) as const),
      );
      const relay = await openRelay(udp, { listen: points });
      const caller = await openCaller(relay);
      const from: unknown[] = [];
      for (const flags of [0, 2, 4, 6]) {
        // oxlint-disable-next-line no-await-in-loop -- one question at a time
        await caller.ask(method.binding, asked(flags), false);
        from.push(caller.from);
      }
      expect(from).toEqual(
        [points[0], points[1], points[2], points[3]].map((point) => ({ host: point?.host, port: point?.port })),
      );
    });
  });
});
