import { createSocket, type Socket } from 'node:dgram';
import { Client } from 'bittorrent-dht';
import type { HostPort } from '../../main/ports/host-port.ts';

interface RawClient {
  listen(port: number, host: string, done: () => void): void;
  address(): { readonly port: number };
  announce(infohash: Buffer, port: number, done: (error: Error | null) => void): void;
  lookup(infohash: Buffer, done: (error: Error | null) => void): void;
  on(event: 'peer', listener: (peer: HostPort) => void): void;
  destroy(done: () => void): void;
}
// The package ships no types.
const BitTorrentClient = Client as new (options: Readonly<Record<string, unknown>>) => RawClient;

/** Real nodes of BitTorrent's DHT, each at an address of its own in 127.0.0.0/8. */
export class BitTorrentWorld {
  readonly #clients: RawClient[] = [];
  readonly #sockets: Socket[] = [];
  readonly routers: HostPort[] = [];

  async grow(count: number): Promise<void> {
    for (let index = 0; index < count; index++) {
      const host = `127.180.${this.#clients.length + 1}.1`;
      const client = new BitTorrentClient({ bootstrap: [...this.routers] });
      this.#clients.push(client);
      // oxlint-disable-next-line no-await-in-loop -- each joins the network of those before it
      await new Promise<void>((resolve) => client.listen(0, host, resolve));
      this.routers.push({ host, port: client.address().port });
    }
  }

  /** Somebody announces a port of theirs. */
  async announce(infohash: Uint8Array, host: string, port: number): Promise<void> {
    const client = new BitTorrentClient({ bootstrap: [...this.routers] });
    this.#clients.push(client);
    await new Promise<void>((resolve) => client.listen(0, host, resolve));
    await new Promise<void>((resolve, reject) =>
      client.announce(Buffer.from(infohash), port, (error) =>
        error === null || error === undefined ? resolve() : reject(error),
      ),
    );
  }

  /** What anybody who looks there sees. */
  async find(infohash: Uint8Array): Promise<readonly HostPort[]> {
    const client = new BitTorrentClient({ bootstrap: [...this.routers] });
    const found: HostPort[] = [];
    client.on('peer', ({ host, port }) => found.push({ host, port }));
    await new Promise<void>((resolve) => client.listen(0, '127.180.250.1', resolve));
    await new Promise<void>((resolve) => client.lookup(Buffer.from(infohash), () => resolve()));
    await new Promise<void>((resolve) => client.destroy(resolve));
    return found;
  }

  /** A node that answers as it is told: gets each datagram, gives back what to send. */
  async hostile(host: string, answer: (question: Buffer) => Buffer | null): Promise<HostPort> {
    const socket = createSocket('udp4');
    this.#sockets.push(socket);
    socket.on('message', (question, from) => {
      const bytes = answer(question);
      if (bytes !== null) socket.send(bytes, from.port, from.address);
    });
    await new Promise<void>((resolve) => socket.bind(0, host, resolve));
    return { host, port: socket.address().port };
  }

  async stop(): Promise<void> {
    for (const socket of this.#sockets) socket.close();
    await Promise.all(this.#clients.map((client) => new Promise<void>((resolve) => client.destroy(resolve))));
  }
}

/** Transaction id of a question, as it is encoded: `1:t2:XX`. */
export function transactionOf(question: Buffer): Buffer {
  const at = question.lastIndexOf('1:t2:');
  return question.subarray(at + 5, at + 7);
}

/** Bencoding by hand, because honest libraries don't say such things. `r` is the encoded dictionary of the answer. */
export const answerWith = (question: Buffer, r: Buffer): Buffer =>
  Buffer.concat([Buffer.from('d1:r'), r, Buffer.from('1:t2:'), transactionOf(question), Buffer.from('1:y1:re')]);

export function compact({ host, port }: HostPort): Buffer {
  const bytes = Buffer.alloc(6);
  for (const [index, part] of host.split('.').entries()) bytes[index] = Number(part);
  bytes.writeUInt16BE(port, 4);
  return bytes;
}

export const text = (bytes: Buffer): Buffer => Buffer.concat([Buffer.from(`${bytes.byteLength}:`), bytes]);
