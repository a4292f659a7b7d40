import { createSocket, Socket } from 'node:dgram';
import { EventEmitter } from 'node:events';
import { afterEach, describe, expect, test, vi } from 'vitest';
import type { SecretStream } from '../../../native-shims/hyperdht/index.ts';
import type { MediaPathState } from '../../../main/overlay/index.ts';
import type { Line } from '../../../main/overlay/people/line.ts';
import { MediaForwarder } from '../../../main/overlay/people/media-forwarder.ts';
import { Listeners } from '../../../main/ports/listeners.ts';
import { silentLogger } from '../../../main/ports/logger.ts';
import { systemRandom } from '../../../main/ports/random.ts';
import { VirtualClock } from '../virtual-clock.ts';

const friend = { host: '198.51.100.7', port: 40_001 };
const theirTag = Uint8Array.from([1, 2, 3, 4, 5, 6, 7]);
const marker = 0x4d;

/** The beginning of a STUN message (RFC 8489 §5), as long as its header. */
const check = Buffer.concat([Buffer.from([0, 1, 0, 0, 0x21, 0x12, 0xa4, 0x42]), Buffer.alloc(12, 9)]);

/** A connection as far as the forwarder sees one; what is sent over it or beside it is noted. */
class Connection extends EventEmitter {
  readonly socket = Object.assign(new EventEmitter(), {
    trySend: (datagram: Uint8Array, port: number, host: string): void => {
      this.beside.push({ datagram: Buffer.from(datagram), port, host });
    },
  });
  readonly rawStream = { remoteHost: friend.host, remotePort: friend.port, socket: this.socket, rtt: 12 };
  readonly beside: { readonly datagram: Buffer; readonly port: number; readonly host: string }[] = [];
  readonly inside: Buffer[] = [];

  trySend(datagram: Uint8Array): void {
    this.inside.push(Buffer.from(datagram));
  }

  as(kind: Line['kind']): Line {
    // Only what the forwarder uses is there.
    return { stream: this as unknown as SecretStream, kind };
  }
}

interface Bench {
  readonly forwarder: MediaForwarder;
  readonly states: (MediaPathState | null)[];
  readonly clock: VirtualClock;
  use(line: Line | null): void;
  port(): number;
}

const closing: (() => void)[] = [];
afterEach(() => {
  for (const close of closing.splice(0)) close();
});

async function open(first: Line): Promise<Bench> {
  const clock = new VirtualClock();
  const lines = new Listeners<[]>(silentLogger);
  let line: Line | null = first;
  const forwarder = new MediaForwarder({
    clock,
    random: systemRandom,
    log: silentLogger,
    line: () => line,
    onLine: (listener) => lines.add(listener),
  });
  closing.push(() => forwarder.close());
  const states: (MediaPathState | null)[] = [];
  forwarder.onState((state) => states.push(state));
  forwarder.connect(theirTag);
  await vi.waitFor(() => expect(states.length).toBeGreaterThan(0));
  return {
    forwarder,
    states,
    clock,
    use(next) {
      line = next;
      lines.emit();
    },
    port: () => states.findLast((state) => state !== null)?.port ?? 0,
  };
}

async function localSocket(): Promise<{ readonly socket: Socket; readonly heard: Buffer[] }> {
  const socket = createSocket('udp4');
  const heard: Buffer[] = [];
  socket.on('message', (datagram) => heard.push(datagram));
  await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve));
  closing.push(() => socket.close());
  return { socket, heard };
}

const tagged = (tag: Uint8Array, payload: Uint8Array): Buffer => Buffer.concat([Buffer.from([marker]), tag, payload]);

describe('media over the connection of a session', () => {
  test('goes beside a direct connection, to its exact address, and comes back to media', async () => {
    const connection = new Connection();
    const { forwarder, port } = await open(connection.as('direct'));
    const media = await localSocket();
    media.socket.send(check, port(), '127.0.0.1');
    await vi.waitFor(() => expect(connection.beside).toEqual([{ datagram: tagged(theirTag, check), ...friend }]));
    connection.socket.emit('message', tagged(forwarder.tag, Buffer.from('voice')), friend);
    await vi.waitFor(() => expect(media.heard.map(String)).toEqual(['voice']));
    expect(forwarder.counters()).toMatchObject({ sent: 1, received: 1 });
    expect(connection.inside).toEqual([]);
  });

  test('goes on after a datagram that the system would not take', async () => {
    const connection = new Connection();
    const { forwarder, states, port } = await open(connection.as('direct'));
    const media = await localSocket();
    media.socket.send(check, port(), '127.0.0.1');
    await vi.waitFor(() => expect(connection.beside).toHaveLength(1));
    const refused = vi.spyOn(Socket.prototype, 'send').mockImplementationOnce(function send(this: Socket) {
      this.emit('error', new Error('ENOBUFS'));
    });
    connection.socket.emit('message', tagged(forwarder.tag, Buffer.from('lost')), friend);
    expect(refused).toHaveBeenCalledOnce();
    refused.mockRestore();
    connection.socket.emit('message', tagged(forwarder.tag, Buffer.from('voice')), friend);
    await vi.waitFor(() => expect(media.heard.map(String)).toEqual(['voice']));
    expect(states).not.toContain(null);
  });

  test('goes inside a relayed connection', async () => {
    const connection = new Connection();
    const { forwarder, states, port } = await open(connection.as('relayed'));
    expect(states.at(-1)).toMatchObject({ kind: 'relayed', rttMs: 12 });
    const media = await localSocket();
    media.socket.send(check, port(), '127.0.0.1');
    await vi.waitFor(() => expect(connection.inside).toEqual([tagged(theirTag, check)]));
    connection.emit('message', tagged(forwarder.tag, Buffer.from('voice')));
    await vi.waitFor(() => expect(media.heard.map(String)).toEqual(['voice']));
    expect(connection.beside).toEqual([]);
  });

  test('is not taken from another address, nor without the tag', async () => {
    const connection = new Connection();
    const { forwarder, port } = await open(connection.as('direct'));
    const media = await localSocket();
    media.socket.send(check, port(), '127.0.0.1');
    await vi.waitFor(() => expect(connection.beside).toHaveLength(1));
    const { tag } = forwarder;
    connection.socket.emit('message', tagged(tag, Buffer.from('other port')), { ...friend, port: friend.port + 1 });
    connection.socket.emit('message', tagged(tag, Buffer.from('other host')), { ...friend, host: '198.51.100.8' });
    connection.socket.emit('message', tagged(theirTag, Buffer.from('other tag')), friend);
    connection.socket.emit('message', Buffer.concat([Buffer.from([3]), tag, Buffer.from('a question')]), friend);
    connection.socket.emit('message', tagged(tag, Buffer.from('voice')), friend);
    await vi.waitFor(() => expect(media.heard.map(String)).toEqual(['voice']));
    expect(forwarder.counters()).toMatchObject({ received: 1, strangePeer: 2 });
  });

  test('is taken from one local socket only: the one that sends checks as soon as the path is there', async () => {
    const connection = new Connection();
    const { forwarder, port, clock } = await open(connection.as('direct'));
    const [media, intruder] = await Promise.all([localSocket(), localSocket()]);
    intruder.socket.send('anything', port(), '127.0.0.1');
    await vi.waitFor(() => expect(forwarder.counters().strangeLocal).toBe(1));
    media.socket.send(check, port(), '127.0.0.1');
    await vi.waitFor(() => expect(connection.beside).toHaveLength(1));
    clock.advance(2_000);
    intruder.socket.send(check, port(), '127.0.0.1');
    await vi.waitFor(() => expect(forwarder.counters().strangeLocal).toBe(2));
    connection.socket.emit('message', tagged(forwarder.tag, Buffer.from('voice')), friend);
    await vi.waitFor(() => expect(media.heard.map(String)).toEqual(['voice']));
    expect([connection.beside.length, intruder.heard]).toEqual([1, []]);
  });

  test('follows the session from connection to connection', async () => {
    const first = new Connection();
    const second = new Connection();
    const bench = await open(first.as('relayed'));
    const media = await localSocket();
    media.socket.send(check, bench.port(), '127.0.0.1');
    await vi.waitFor(() => expect(first.inside).toHaveLength(1));
    bench.use(null);
    expect(bench.states.at(-1)).toBeNull();
    bench.use(second.as('direct'));
    expect(bench.states.at(-1)).toMatchObject({ kind: 'direct' });
    media.socket.send(check, bench.port(), '127.0.0.1');
    await vi.waitFor(() => expect(second.beside).toHaveLength(1));
    first.emit('message', tagged(bench.forwarder.tag, Buffer.from('late')));
    expect([first.listenerCount('message'), first.inside.length]).toEqual([0, 1]);
    expect(bench.forwarder.counters().received).toBe(0);
  });

  test('media may come with another socket when the path is another one', async () => {
    const first = new Connection();
    const second = new Connection();
    const bench = await open(first.as('relayed'));
    const [before, after] = await Promise.all([localSocket(), localSocket()]);
    before.socket.send(check, bench.port(), '127.0.0.1');
    await vi.waitFor(() => expect(first.inside).toHaveLength(1));
    bench.clock.advance(60_000);
    bench.use(second.as('direct'));
    after.socket.send(check, bench.port(), '127.0.0.1');
    await vi.waitFor(() => expect(second.beside).toHaveLength(1));
    second.socket.emit('message', tagged(bench.forwarder.tag, Buffer.from('voice')), friend);
    await vi.waitFor(() => expect(after.heard.map(String)).toEqual(['voice']));
    expect(before.heard).toEqual([]);
  });

  test('a seamless change to a connection of the same kind is no news to media', async () => {
    const second = new Connection();
    const bench = await open(new Connection().as('direct'));
    bench.use(second.as('direct'));
    expect(bench.states.map((state) => state?.kind)).toEqual(['direct']);
    const media = await localSocket();
    media.socket.send(check, bench.port(), '127.0.0.1');
    await vi.waitFor(() => expect(second.beside).toHaveLength(1));
  });

  test('is bounded in rate and size, both ways', async () => {
    const connection = new Connection();
    const { forwarder, port } = await open(connection.as('direct'));
    const media = await localSocket();
    media.socket.send(check, port(), '127.0.0.1');
    await vi.waitFor(() => expect(connection.beside).toHaveLength(1));
    media.socket.send(Buffer.alloc(1401), port(), '127.0.0.1');
    await vi.waitFor(() => expect(forwarder.counters().tooLarge).toBe(1));
    for (let count = 0; count < 250; count++) connection.socket.emit('message', tagged(forwarder.tag, Buffer.from('x')), friend);
    expect(forwarder.counters()).toMatchObject({ received: 200, tooMany: 50 });
  });

  test('ends with the call: nothing is heard or sent after it', async () => {
    const connection = new Connection();
    const { forwarder, states } = await open(connection.as('direct'));
    forwarder.close();
    expect(states.at(-1)).toBeNull();
    expect(connection.socket.listenerCount('message')).toBe(0);
  });
});
