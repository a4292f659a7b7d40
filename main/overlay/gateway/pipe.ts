import { Duplex } from 'node:stream';
import type { SecretStream } from '../../../native-shims/hyperdht/index.ts';
import type { HostPort } from '../../ports/host-port.ts';
import { dataMaxBytes } from './frames.ts';

/** Bytes that came and nobody takes: a session keeps no more unacknowledged either. More end the pipe; the session is resumed on another. */
const maxWaitingBytes = 256 * 1024;

/** Where a pipe's bytes go. */
export interface PipeSink {
  /** Calls `done` when more may come. */
  send(bytes: Buffer, done: () => void): void;
  /** Called once: this end is over. */
  close(): void;
}

/** One line of bytes through a gateway, as a stream of Node. It ends as a whole: there is no half of it. */
export class Pipe extends Duplex {
  /** Datagrams don't pass: it is no connection of UDP. */
  readonly socket = null;
  /** Not measured. */
  readonly rtt = 0;
  readonly remoteHost: string;
  readonly remotePort: number;
  readonly #sink: PipeSink;
  #isFinished = false;

  /** @param from the nearest end of it that we know: the gateway's address */
  constructor(from: HostPort, sink: PipeSink) {
    super({ allowHalfOpen: false, emitClose: true });
    this.remoteHost = from.host;
    this.remotePort = from.port;
    this.#sink = sink;
    // Whoever uses it sees `close`; a pipe that fails is like one that ends.
    this.on('error', () => undefined);
  }

  /** Bytes came. */
  receive(bytes: Uint8Array): void {
    if (this.destroyed || this.#isFinished) return;
    this.push(bytes);
    if (this.readableLength > maxWaitingBytes) this.destroy(new Error('too much is waiting'));
  }

  /** The other end is over; what came before is still read. */
  finish(): void {
    if (this.destroyed || this.#isFinished) return;
    this.#isFinished = true;
    this.push(null);
  }

  override _read(): void {
    // What comes is pushed; there is nobody to ask for it.
  }

  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this.#sink.send(chunk, done);
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    this.#sink.close();
    done(error);
  }
}

/** Cuts into pieces that fit a frame. */
export function* pieces(bytes: Buffer): Generator<Buffer> {
  for (let at = 0; at < bytes.byteLength; at += dataMaxBytes) yield bytes.subarray(at, at + dataMaxBytes);
}

/** The bytes of an encrypted stream's messages, whose borders don't matter any more. */
export function pipeOver(stream: SecretStream): Pipe {
  const raw = stream.rawStream;
  const pipe = new Pipe(
    { host: raw?.remoteHost ?? '', port: raw?.remotePort ?? 0 },
    {
      send(bytes, done) {
        let mayGoOn = true;
        for (const piece of pieces(bytes)) mayGoOn = stream.write(piece);
        if (mayGoOn || stream.destroying) done();
        else stream.once('drain', done);
      },
      close: () => stream.destroy(),
    },
  );
  stream.on('data', (bytes) => pipe.receive(bytes));
  stream.on('end', () => pipe.finish());
  stream.on('close', () => pipe.finish());
  return pipe;
}

/** Makes two pipes one, until either ends. A slow side slows the other down. */
export function join(left: Pipe, right: Pipe): void {
  left.pipe(right);
  right.pipe(left);
  left.once('close', () => right.destroy());
  right.once('close', () => left.destroy());
}
