import { createSocket, type RemoteInfo, type Socket } from 'node:dgram';
import { EventEmitter } from 'node:events';

/** Answers of get_peers that fit into one datagram of the internet's usual size; longer ones are nobody's honest answer. */
const maxBytes = 2_048;
/** So many packets in one look; a lookup asks some hundred nodes and each answers once. */
const maxPackets = 2_000;

/** End of every question as the library encodes it: transaction (2 bytes) and type, the dictionary's last keys. */
const questionEnd = Buffer.from('1:y1:qe');
const transactionKey = Buffer.from('1:t2:');
/** BEP 43: we answer no questions, so nobody should count on us. */
const readOnly = Buffer.from('2:roi1e');

/**
 * The socket under the library: lets nothing in but answers of bounded size and number, keeps what the library throws at a
 * malformed one from ending our process, and marks our questions as those of a read-only node (BEP 43).
 */
export class GuardedSocket extends EventEmitter {
  readonly #socket: Socket = createSocket('udp4');
  readonly #onTrouble: (error: unknown) => void;
  #packets = 0;
  #isClosed = false;

  constructor(onTrouble: (error: unknown) => void) {
    super();
    this.#onTrouble = onTrouble;
    this.#socket.on('message', (bytes, from) => this.#hear(bytes, from));
    this.#socket.on('listening', () => this.emit('listening'));
    this.#socket.on('error', (error) => this.#onTrouble(error));
    this.#socket.on('close', () => this.emit('close'));
  }

  bind(port: number, host: string, done: () => void): void {
    this.#socket.bind(port, host, done);
  }

  address(): { readonly address: string; readonly port: number } {
    return this.#socket.address();
  }

  /** As the library calls it: whole buffers only. */
  send(bytes: Buffer, offset: number, length: number, port: number, host: string, done: () => void): void {
    if (this.#isClosed) return;
    try {
      this.#socket.send(asReadOnly(bytes.subarray(offset, offset + length)), port, host, () => done());
    } catch (error) {
      // An address that nothing can be sent to, named by somebody else: as if it were silent.
      this.#onTrouble(error);
    }
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#socket.close();
  }

  #hear(bytes: Buffer, from: RemoteInfo): void {
    if (this.#isClosed || bytes.byteLength > maxBytes || isQuestion(bytes)) return;
    this.#packets += 1;
    if (this.#packets > maxPackets) return;
    try {
      this.emit('message', bytes, from);
    } catch (error) {
      this.#onTrouble(error);
    }
  }
}

const isQuestion = (bytes: Buffer): boolean => bytes.subarray(-questionEnd.byteLength).equals(questionEnd);

/** Exported for its test. */
export function asReadOnly(bytes: Buffer): Buffer {
  const at = bytes.byteLength - questionEnd.byteLength - transactionKey.byteLength - 2;
  const isPlain = at > 0 && isQuestion(bytes) && bytes.subarray(at, at + transactionKey.byteLength).equals(transactionKey);
  return isPlain ? Buffer.concat([bytes.subarray(0, at), readOnly, bytes.subarray(at)]) : bytes;
}
