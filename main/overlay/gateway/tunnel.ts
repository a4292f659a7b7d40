import {
  noiseAnswering,
  seedPair,
  type DhtKeyPair,
  type DhtNode,
  type NodeAddress,
  type SecretStream,
} from '../../../native-shims/hyperdht/index.ts';
import { blake2b256, equalBytes } from '../../../native-shims/sodium/index.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Random } from '../../ports/random.ts';
import { maxFrameBytes, takeFirst, tame } from '../people/exchange.ts';
import { within } from '../waiting.ts';
import { pipeOver, type Pipe } from './pipe.ts';

/**
 * First message on a connection whose maker only passes bytes on: what follows is a Noise session with somebody else inside.
 * Anything else a dialer begins with is CBOR.
 */
const tunnelMark = Buffer.from('lilliput/tunnel/1');
/** First message to a gateway's own key, before the key that is asked for. */
const wantMark = Buffer.from('lilliput/want/1');
/** Its answer where that key is there. */
const hereByte = 1;

/** Bytes of an inner session come in their own frames, so an outer one may be larger by those. */
const outerMaxBytes = maxFrameBytes + 256;
/** For a first message, and for an answer to it. */
const firstMs = 3_000;
const openMs = 8_000;
/** Gateways that are asked for one key, one after the other. */
const maxOffers = 4;
/** Connections of one listener that haven't said yet what they are. */
const maxUnknown = 64;

/** Under this topic the gateways announce themselves through which a key can be reached; only who knows the key can look for it. */
export const tunnelTopic = (key: Uint8Array): Uint8Array => blake2b256(Buffer.from('lilliput/tunnel/1'), key);

export interface TunnelParts {
  readonly clock: Clock;
  readonly random: Random;
}

/** A connection with a key of the moment; null if it doesn't open. */
async function openStream(
  node: DhtNode,
  key: Uint8Array,
  relays: readonly NodeAddress[] | undefined,
  { clock, random }: TunnelParts,
): Promise<SecretStream | null> {
  const stream = node.connect(key, seedPair(random.bytes(32)), relays);
  tame(stream, outerMaxBytes);
  const isOpen = await within(clock, openMs, stream.opened, false);
  if (isOpen) return stream;
  stream.destroy();
  return null;
}

/** Bytes to whoever listens on `key` in the DHT itself. */
export async function openTunnel(node: DhtNode, key: Uint8Array, parts: TunnelParts): Promise<Pipe | null> {
  const stream = await openStream(node, key, undefined, parts);
  if (stream === null) return null;
  stream.write(tunnelMark);
  return pipeOver(stream);
}

/** Bytes to whoever listens on `key` by way of a gateway. */
export async function openDetour(node: DhtNode, key: Uint8Array, parts: TunnelParts): Promise<Pipe | null> {
  const asked = new Set<string>();
  for await (const { peers } of node.lookupTopic(tunnelTopic(key))) {
    for (const { publicKey, relayAddresses } of peers) {
      const name = publicKey.toString('hex');
      if (asked.has(name)) continue;
      asked.add(name);
      if (asked.size > maxOffers) return null;
      const pipe = await askGateway(node, publicKey, relayAddresses, key, parts);
      if (pipe !== null) return pipe;
    }
  }
  return null;
}

async function askGateway(
  node: DhtNode,
  gateway: Uint8Array,
  relays: readonly NodeAddress[],
  key: Uint8Array,
  parts: TunnelParts,
): Promise<Pipe | null> {
  const stream = await openStream(node, gateway, relays, parts);
  if (stream === null) return null;
  stream.write(Buffer.concat([wantMark, key]));
  const pipe = await takeFirst(stream, parts.clock, firstMs, (answer) => {
    const isHere = answer.byteLength === 1 && answer[0] === hereByte;
    return isHere ? pipeOver(stream) : null;
  });
  if (pipe === null) stream.destroy();
  return pipe;
}

/** A gateway's end: which key somebody asks for who connected to its own. `find` lays the pipe, or there is none. */
export async function answerWant(
  stream: SecretStream,
  clock: Clock,
  find: (key: Uint8Array) => Pipe | null,
): Promise<Pipe[] | null> {
  tame(stream, outerMaxBytes);
  const pipes = await takeFirst(stream, clock, firstMs, (message) => {
    const isWant =
      message.byteLength === wantMark.byteLength + 32 && equalBytes(message.subarray(0, wantMark.byteLength), wantMark);
    const found = isWant ? find(message.subarray(wantMark.byteLength)) : null;
    if (found === null) return null;
    stream.write(Uint8Array.of(hereByte));
    return [pipeOver(stream), found];
  });
  if (pipes === null) stream.destroy();
  return pipes;
}

/** Who finally hears: gets the streams of people, whichever way they came. */
export interface Receiver {
  readonly keyPair: () => DhtKeyPair | null;
  readonly clock: Clock;
  readonly onStream: (stream: SecretStream) => void;
}

/** The inner session over a pipe to us, if one comes about. */
export async function receivePipe(pipe: Pipe, { keyPair, clock, onStream }: Receiver): Promise<void> {
  const pair = keyPair();
  if (pair === null) {
    pipe.destroy();
    return;
  }
  const inner = noiseAnswering(pipe, pair);
  tame(inner, maxFrameBytes);
  if (await within(clock, firstMs, inner.opened, false)) onStream(inner);
  else inner.destroy();
}

/** Takes every connection to a listener and finds out whether it is a person's, or a tunnel with one inside. */
export function createUnwrapper(receiver: Receiver): (stream: SecretStream) => void {
  let unknown = 0;
  return (stream) => {
    const { clock, onStream } = receiver;
    tame(stream, outerMaxBytes);
    if (unknown >= maxUnknown) {
      stream.destroy();
      return;
    }
    unknown += 1;
    takeFirst(stream, clock, firstMs, (message) => {
      if (equalBytes(message, tunnelMark)) return pipeOver(stream);
      // Theirs to read: back it goes, for whoever listens next.
      stream.pause();
      stream.unshift(Buffer.from(message));
      onStream(stream);
      return 'person' as const;
    })
      .then((taken) => {
        if (taken === null) stream.destroy();
        return taken === null || taken === 'person' ? undefined : receivePipe(taken, receiver);
      })
      .catch(() => stream.destroy())
      .finally(() => {
        unknown -= 1;
      });
  };
}
