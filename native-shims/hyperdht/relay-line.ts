import encodings from 'compact-encoding';
import protomuxModule from 'protomux';
import type { SecretStream, UdxSocket } from './dht-types.ts';

/** blind-relay 1's protocol, which HyperDHT's clients speak: who names the same token gets a stream to each other. */
const protocol = 'blind-relay';
const tokenBytes = 32;

interface EncodingState {
  start: number;
  end: number;
  buffer: Buffer | null;
}
interface Encoding<T> {
  preencode(state: EncodingState, value: T): void;
  encode(state: EncodingState, value: T): void;
  decode(state: EncodingState): T;
}

// The package ships no types; these three encodings are what is used of it.
const { uint, fixed32 } = encodings as { readonly uint: Encoding<number>; readonly fixed32: Encoding<Buffer> };

/** One side's wish: a stream to whoever comes with the same token as the other side. */
export interface PairMessage {
  readonly isInitiator: boolean;
  readonly token: Buffer;
  /** Of the sender's stream. */
  readonly id: number;
}

const pairEncoding: Encoding<PairMessage> = {
  preencode(state, { token, id }) {
    uint.preencode(state, 0);
    fixed32.preencode(state, token);
    uint.preencode(state, id);
    uint.preencode(state, 0);
  },
  encode(state, { isInitiator, token, id }) {
    uint.encode(state, isInitiator ? 1 : 0);
    fixed32.encode(state, token);
    uint.encode(state, id);
    uint.encode(state, 0);
  },
  decode(state) {
    const flags = uint.decode(state);
    const token = Buffer.from(fixed32.decode(state));
    const id = uint.decode(state);
    uint.decode(state);
    return { isInitiator: (flags & 1) === 1, token, id };
  },
};

const unpairEncoding: Encoding<Buffer> = {
  preencode(state) {
    state.end += 1 + tokenBytes;
  },
  encode(state, token) {
    uint.encode(state, 0);
    fixed32.encode(state, token);
  },
  decode(state) {
    uint.decode(state);
    return Buffer.from(fixed32.decode(state));
  },
};

interface RawChannel {
  open(): void;
  close(): void;
  addMessage<T>(options: { encoding: Encoding<T>; onmessage: (message: T) => void }): { send(message: T): boolean };
}
interface RawMux {
  createChannel(options: { protocol: string; id: Buffer; onclose: () => void }): RawChannel | null;
}
// The package ships no types; only what is named here is used.
const Protomux = protomuxModule as new (stream: SecretStream) => RawMux;

/** A client of a relay, as the relay sees it. */
export interface RelayLine {
  /** The other side is there: this is the id of the stream to speak to. */
  send(message: PairMessage): void;
  close(): void;
}

/** The relay's end of a client's connection. Create it in the tick in which the connection came. */
export function openRelayLine(
  stream: SecretStream,
  events: {
    readonly onPair: (message: PairMessage) => void;
    readonly onUnpair: (token: Buffer) => void;
    readonly onClose: () => void;
  },
): RelayLine | null {
  const mux = new Protomux(stream);
  const channel = mux.createChannel({ protocol, id: stream.remotePublicKey, onclose: events.onClose });
  if (channel === null) return null;
  const pair = channel.addMessage({ encoding: pairEncoding, onmessage: events.onPair });
  channel.addMessage({ encoding: unpairEncoding, onmessage: events.onUnpair });
  channel.open();
  return {
    send: (message) => void pair.send(message),
    close: () => channel.close(),
  };
}

/** A stream of packets that are handed on as they are, unread. */
export interface RelayStream {
  readonly id: number;
  /** What came in, in all. */
  readonly bytesReceived: number;
  connect(socket: UdxSocket, remoteId: number, port: number, host: string): void;
  /** From now on what comes in here goes out there. */
  relayTo(other: RelayStream): void;
  destroy(): void;
  on(event: 'close', listener: () => void): this;
  on(event: 'error', listener: (error: Error) => void): this;
}

/** Asked at the first packet of a new stream: false lets it in. */
export type RelayFirewall = (socket: UdxSocket, port: number, host: string) => boolean;
