import { describe, expect, it } from 'vitest';
import { addressesOf, attribute, hasIntegrity, longTermKey, method, readStun, valueOf } from '../../../main/stun/index.ts';
import { FakePath, Client, openStage, peer4, peer6, realm, relayHost4, relayHost6, udpWanted } from './stage.ts';

describe('anybody', () => {
  it('is told their address, and nothing else where there are no tickets', () => {
    const client = openStage({ verifier: null }).client('81.2.69.1', 4000);
    expect(client.say(client.request(method.binding, () => undefined, false))).toMatchObject({
      class: 'success',
      mapped: [{ family: 4, host: '81.2.69.1', port: 4000 }],
    });
    expect(client.greet()?.code).toBe(403);
  });

  it('who floods gets no more than the rate of a network, whatever the ports', () => {
    const stage = openStage();
    const answers = Array.from({ length: 200 }, (_, index) => stage.client('81.2.69.1', 4000 + index).greet());
    expect(answers.filter((answer) => answer !== null)).toHaveLength(40);
    expect(stage.client('81.2.70.1').greet()).not.toBeNull();
  });

  it('gets nothing relayed without an allocation, and no answer to what is no request', () => {
    const stage = openStage();
    const client = stage.client();
    client.sendChannel(0x4000, 'x');
    client.sendIndication(peer4, 'x');
    expect([client.path.got, stage.ports.opened]).toEqual([[], []]);
  });

  it('who claims to be at port 0 gets no answer: sockets throw when they are to send there', () => {
    const stage = openStage();
    const nobody = stage.client('81.2.69.1', 0);
    expect(nobody.greet()).toBeNull();
    expect(nobody.say(nobody.request(method.binding, () => undefined, false))).toBeNull();
  });
});

describe('credentials', () => {
  it.each([null, 'md5', 'sha256'] as const)(
    'open an allocation with password algorithm %s, and the answer is signed alike',
    (algorithm) => {
      const client = openStage().client();
      client.algorithm = algorithm;
      const answer = client.allocate();
      expect(answer).toMatchObject({ class: 'success', lifetime: 600 });
      const key = longTermKey(algorithm ?? 'md5', 'alice', realm, 'secret');
      expect(answer !== null && hasIntegrity(answer.message, key)).toBe(true);
      expect(answer?.message.integritySha256 !== null).toBe(algorithm === 'sha256');
    },
  );

  it('a wrong password and an unknown name look the same', () => {
    const stage = openStage();
    const wrong = stage.client();
    wrong.password = 'guess';
    const unknown = stage.client('81.2.69.2', 4000, 'stranger');
    expect([wrong.allocate()?.code, unknown.allocate()?.code]).toEqual([401, 401]);
    expect(stage.ports.opened).toEqual([]);
  });

  it('a nonce is stale after ten minutes, and at another address at once', () => {
    const stage = openStage();
    const client = stage.client();
    client.greet();
    stage.nowMs = 11 * 60_000;
    const late = client.ask(method.allocate, udpWanted);
    expect([late?.code, late && valueOf(late.message, attribute.nonce)?.length]).toEqual([438, 27]);
    const other = new FakePath({ family: 4, host: '81.2.69.1', port: 4001 });
    stage.nowMs = 0;
    stage.fromClient(other, client.request(method.allocate, udpWanted));
    expect(readStun(other.got[0] ?? Buffer.alloc(0))).toMatchObject({ class: 'error' });
    expect(other.allocation).toBeNull();
  });

  it('a list of algorithms that was shortened on the way is refused', () => {
    const client = openStage().client();
    client.greet();
    const answer = client.ask(method.allocate, (writer) => {
      udpWanted(writer);
      writer.bytes(attribute.passwordAlgorithms, Buffer.from([0, 1, 0, 0]));
      writer.bytes(attribute.passwordAlgorithm, Buffer.from([0, 1, 0, 0]));
    });
    expect(answer?.code).toBe(400);
  });

  it('an allocation is served only for the name that made it', () => {
    const stage = openStage();
    const client = stage.client();
    client.allocate();
    const thief = new Client(stage, client.path, 'bob');
    stage.nowMs = 1;
    thief.greet();
    expect(thief.ask(method.refresh)?.code).toBe(441);
  });
});

describe('an allocation', () => {
  it('of IPv4, of IPv6, and of both', () => {
    const stage = openStage();
    const four = stage.client('81.2.69.1').allocate();
    const six = stage.client('81.2.69.2').allocate((writer) => writer.number(attribute.requestedAddressFamily, 2 << 24));
    const both = stage
      .client('81.2.69.3', 1, 'bob')
      .allocate((writer) => writer.number(attribute.additionalAddressFamily, 2 << 24));
    expect([four, six, both].map((answer) => answer?.relayed.map(({ host }) => host))).toEqual([
      [relayHost4],
      [relayHost6],
      [relayHost4, relayHost6],
    ]);
  });

  it('without IPv6 here says so: 440 for one, a partial success for both', () => {
    const stage = openStage({ families: [4] });
    const six = stage.client('81.2.69.2').allocate((writer) => writer.number(attribute.requestedAddressFamily, 2 << 24));
    const both = stage.client('81.2.69.3').allocate((writer) => writer.number(attribute.additionalAddressFamily, 2 << 24));
    expect(six?.code).toBe(440);
    expect(both?.relayed).toHaveLength(1);
    expect(both && valueOf(both.message, attribute.addressErrorCode)).toEqual(Buffer.from([2, 0, 4, 40]));
  });

  it.each([
    ['no transport', 400, (): void => undefined],
    ['TCP', 442, (writer: Parameters<typeof udpWanted>[0]): void => writer.number(attribute.requestedTransport, 6 << 24)],
    [
      'an unknown family',
      440,
      (writer: Parameters<typeof udpWanted>[0]): void => {
        udpWanted(writer);
        writer.number(attribute.requestedAddressFamily, 9 << 24);
      },
    ],
    [
      'an unknown thing that must be understood',
      420,
      (writer: Parameters<typeof udpWanted>[0]): void => writer.number(0x7777, 1),
    ],
    [
      'a reservation that nobody made',
      508,
      (writer: Parameters<typeof udpWanted>[0]): void => {
        udpWanted(writer);
        writer.bytes(attribute.reservationToken, new Uint8Array(8));
      },
    ],
    [
      'a reservation and an even port',
      400,
      (writer: Parameters<typeof udpWanted>[0]): void => {
        udpWanted(writer);
        writer.bytes(attribute.reservationToken, new Uint8Array(8));
        writer.bytes(attribute.evenPort, new Uint8Array(1));
      },
    ],
  ])('with %s is refused with %i', (_what, code, write) => {
    const stage = openStage();
    const client = stage.client();
    client.greet();
    expect(client.ask(method.allocate, write)?.code).toBe(code);
    expect(stage.ports.opened).toEqual([]);
  });

  it('may ask for packets that are never cut to pieces, where the system can send such', () => {
    const wholeWanted = (canSendWhole: boolean) => {
      const stage = openStage({ canSendWhole });
      const client = stage.client();
      const answer = client.allocate((writer) => writer.bytes(attribute.dontFragment, new Uint8Array()));
      client.permit(peer4);
      client.sendIndication(peer4, 'whole', true);
      client.sendIndication(peer4, 'or not');
      return [answer?.code, stage.ports.opened[0]?.sent.map(({ data, isWhole }) => [data, isWhole])];
    };
    expect(wholeWanted(true)).toEqual([
      null,
      [
        ['whole', true],
        ['or not', false],
      ],
    ]);
    expect(wholeWanted(false)).toEqual([420, undefined]);
  });

  it('is made once: the same request gets the same answer, another is refused', () => {
    const stage = openStage();
    const client = stage.client();
    client.greet();
    const bytes = client.request(method.allocate, udpWanted);
    const [first, again] = [client.say(bytes), client.say(bytes)];
    expect([again?.relayed, again?.code]).toEqual([first?.relayed, null]);
    expect(client.ask(method.allocate, udpWanted)?.code).toBe(437);
    expect(stage.ports.opened).toHaveLength(1);
  });

  it('reserves the next port for its device, and for nobody else', () => {
    const stage = openStage();
    const first = stage.client('81.2.69.1').allocate((writer) => writer.bytes(attribute.evenPort, new Uint8Array([0x80])));
    const token = first && valueOf(first.message, attribute.reservationToken);
    const redeem = (name: string, port: number) =>
      stage
        .client('81.2.69.1', port, name)
        .allocate((writer) => writer.bytes(attribute.reservationToken, token ?? new Uint8Array(8)));
    expect(redeem('bob', 1)?.code).toBe(508);
    expect(redeem('alice', 2)?.relayed[0]?.port).toBe((first?.relayed[0]?.port ?? 0) + 1);
    expect(redeem('alice', 3)?.code).toBe(508);
  });

  it('a reservation that nobody came for is closed after 30 s', () => {
    const stage = openStage();
    stage.client().allocate((writer) => writer.bytes(attribute.evenPort, new Uint8Array([0x80])));
    stage.nowMs = 30_001;
    stage.server.sweep(stage.nowMs);
    expect(stage.ports.opened.map(({ isClosed }) => isClosed)).toEqual([false, true]);
  });

  it('quotas count devices, networks and all; what ends makes room', () => {
    const stage = openStage({
      limits: {
        allocations: 10,
        strangers: { perNetwork: { perSecond: 1, burst: 1_000 }, total: { perSecond: 1, burst: 1_000 } },
      },
    });
    const codes = (host: string, count: number, name: (index: number) => string): (number | null | undefined)[] =>
      Array.from({ length: count }, (_, index) => stage.client(host, 5000 + index, name(index)).allocate()?.code);
    expect(codes('81.2.1.1', 5, () => 'alice')).toEqual([null, null, null, null, 486]);
    expect(codes('81.2.2.1', 7, (index) => `device${index}`).slice(-1)).toEqual([486]); // 10 in all
    stage.nowMs = 601_000;
    stage.server.sweep(stage.nowMs);
    expect(stage.server.counts.allocations).toBe(0);
    expect(codes('81.2.3.1', 9, (index) => `device${index}`)).toEqual([null, null, null, null, null, null, null, null, 486]);
  });

  it('lives as long as it is refreshed, within bounds, and ends when told', () => {
    const stage = openStage();
    const client = stage.client();
    client.allocate((writer) => writer.number(attribute.lifetime, 999_999));
    const refresh = (lifetime: number) => client.ask(method.refresh, (writer) => writer.number(attribute.lifetime, lifetime));
    expect([refresh(1)?.lifetime, refresh(100_000)?.lifetime, refresh(0)?.lifetime]).toEqual([600, 3_600, 0]);
    expect([client.path.allocation, stage.ports.opened[0]?.isClosed, refresh(600)?.code]).toEqual([null, true, 437]);
  });

  it('of two families can give up one', () => {
    const stage = openStage();
    const client = stage.client();
    client.allocate((writer) => writer.number(attribute.additionalAddressFamily, 2 << 24));
    client.ask(method.refresh, (writer) => {
      writer.number(attribute.requestedAddressFamily, 2 << 24);
      writer.number(attribute.lifetime, 0);
    });
    expect(stage.ports.opened.map(({ isClosed }) => isClosed)).toEqual([false, true]);
    expect([client.permit(peer4)?.class, client.permit(peer6)?.code]).toEqual(['success', 443]);
  });

  it('that waits for its port is asked for once; a client that left meanwhile leaves nothing behind', () => {
    const stage = openStage();
    stage.ports.isSlow = true;
    const client = stage.client();
    client.greet();
    const bytes = client.request(method.allocate, udpWanted);
    expect([client.say(bytes), client.say(bytes)]).toEqual([null, null]);
    stage.server.clientGone(client.path);
    for (const open of stage.ports.waiting) open();
    expect(stage.ports.opened.map(({ isClosed }) => isClosed)).toEqual([true]);
    expect(stage.server.counts.allocations).toBe(0);
  });
});

describe('data', () => {
  const talk = () => {
    const stage = openStage();
    const client = stage.client();
    client.allocate();
    const [port] = stage.ports.opened;
    if (port === undefined) throw new Error('no allocation');
    const hear = (data: string, from = peer4): void => stage.fromPeer(port, Buffer.from(data), from);
    return { stage, client, port, hear };
  };

  it('goes nowhere without a permission, and both ways with one', () => {
    const { client, port, hear } = talk();
    client.sendIndication(peer4, 'early');
    hear('early');
    const before = client.path.got.length;
    client.permit(peer4);
    client.sendIndication(peer4, 'hello');
    hear('and back');
    expect(port.sent).toEqual([{ data: 'hello', to: peer4, isWhole: false }]);
    const message = readStun(client.path.got.at(-1) ?? Buffer.alloc(0));
    expect(client.path.got).toHaveLength(before + 2);
    expect(message).toMatchObject({ method: method.data, class: 'indication' });
    expect(message && addressesOf(message, attribute.xorPeerAddress)).toEqual([peer4]);
    expect(message && valueOf(message, attribute.data)?.toString()).toBe('and back');
  });

  it('goes to no port 0, permission or not', () => {
    const { client, port } = talk();
    client.permit(peer4);
    client.sendIndication({ ...peer4, port: 0 }, 'hello');
    expect(port.sent).toEqual([]);
  });

  it('goes through a channel as it is', () => {
    const { client, port, hear } = talk();
    expect(client.bind(0x4001, peer4)?.class).toBe('success');
    client.sendChannel(0x4001, 'hello');
    hear('back');
    expect(port.sent).toEqual([{ data: 'hello', to: peer4, isWhole: false }]);
    expect(client.path.got.at(-1)?.toString('latin1')).toBe('@\u0001\0\u0004back');
  });

  it('a permission ends after 5 minutes, a channel after 10, unless renewed', () => {
    const { stage, client, port, hear } = talk();
    client.bind(0x4001, peer4);
    stage.nowMs = 299_000;
    hear('in time');
    expect(client.path.got.at(-1)?.toString('latin1')).toContain('in time');
    stage.nowMs = 301_000;
    const before = client.path.got.length;
    hear('late');
    expect(client.path.got).toHaveLength(before);
    client.sendChannel(0x4001, 'still bound');
    stage.nowMs = 601_000;
    client.sendChannel(0x4001, 'not any more');
    expect(port.sent.map(({ data }) => data)).toEqual(['still bound']);
  });

  it.each([
    ['a number below 0x4000', 0x3fff, peer4, 400],
    ['a number above 0x7FFF', 0x8000, peer4, 400],
    ['a private peer', 0x4001, { family: 4, host: '192.168.0.1', port: 1 } as const, 403],
    ['a peer of another family', 0x4001, peer6, 443],
    ['port 0', 0x4001, { ...peer4, port: 0 }, 400],
  ])('a channel with %s is refused', (_what, number, peer, code) => {
    expect(talk().client.bind(number, peer)?.code).toBe(code);
  });

  it('a channel keeps its peer, and a peer its channel', () => {
    const { client } = talk();
    client.bind(0x4001, peer4);
    expect([
      client.bind(0x4001, { ...peer4, port: 9 })?.code,
      client.bind(0x4002, peer4)?.code,
      client.bind(0x4001, peer4)?.code,
    ]).toEqual([400, 400, null]);
  });

  it('permissions are all granted or none, and bounded', () => {
    const stage = openStage({ limits: { permissionsPerAllocation: 3 } });
    const client = stage.client();
    client.allocate();
    const peer = (last: number) => ({ family: 4, host: `93.184.216.${last}`, port: 1 }) as const;
    expect(client.permit(peer(1), { family: 4, host: '127.0.0.1', port: 1 })?.code).toBe(403);
    client.sendIndication(peer(1), 'x');
    expect(stage.ports.opened[0]?.sent).toEqual([]);
    expect([client.permit(peer(1), peer(2), peer(3))?.code, client.permit(peer(4))?.code, client.permit()?.code]).toEqual([
      null,
      508,
      400,
    ]);
  });

  it('between two allocations of this relay needs no socket, and reaches nothing else at its address', () => {
    const stage = openStage();
    const [alice, bob] = [stage.client('81.2.69.1', 1, 'alice'), stage.client('81.2.69.2', 1, 'bob')];
    const [at, there] = [alice.allocate()?.relayed[0], bob.allocate()?.relayed[0]];
    if (at === undefined || there === undefined) throw new Error('no allocation');
    alice.bind(0x4000, there);
    alice.bind(0x4001, { ...there, port: 22 });
    bob.bind(0x4007, at);
    alice.sendChannel(0x4000, 'hello');
    alice.sendChannel(0x4001, 'ssh');
    expect(bob.path.got.at(-1)?.toString('latin1')).toBe('@\u0007\0\u0005hello');
    expect(stage.ports.opened.flatMap(({ sent }) => sent)).toEqual([]);
  });

  it('that is cut, or longer than a frame, is dropped; no frame is ever lost', () => {
    const { stage, client, port, hear } = talk();
    client.bind(0x4000, peer4);
    stage.fromClient(client.path, Buffer.from([0x40, 0, 0, 9, 1]));
    hear('x'.repeat(2_040));
    expect([port.sent, stage.frames.free]).toEqual([[], 64]);
  });

  it('ends with its connection', () => {
    const { stage, client, port } = talk();
    stage.server.clientGone(client.path);
    expect([port.isClosed, stage.server.counts.allocations]).toEqual([true, 0]);
  });
});
