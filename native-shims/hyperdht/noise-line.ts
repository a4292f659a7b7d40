import secretStreamModule from '@hyperswarm/secret-stream';
import type { Duplex } from 'node:stream';
import type { DhtKeyPair, RawStream, SecretStream } from './dht-types.ts';

interface RawOptions {
  readonly pattern: 'XX' | 'IK';
  readonly keyPair?: DhtKeyPair;
  readonly remotePublicKey?: Uint8Array;
  readonly enableSend: false;
  readonly autoStart?: false;
}

interface RawSecretStream extends SecretStream {
  start(line: Duplex, options: { readonly keyPair: DhtKeyPair }): void;
}

// The package ships no types; these are the arguments that version 6.9 takes.
const NoiseSecretStream = secretStreamModule as new (
  isInitiator: boolean,
  line: Duplex | null,
  options: RawOptions,
) => RawSecretStream;

/** A line of bytes that says where it leads, as the stream under a connection does. */
export type ByteLine = Duplex & RawStream;

/** Noise XX with whoever is at the other end; `remotePublicKey` is who they proved to be, known after `opened`. */
export const noiseWithAnybody = (isInitiator: boolean, line: ByteLine, keyPair: DhtKeyPair): SecretStream =>
  new NoiseSecretStream(isInitiator, line, { pattern: 'XX', keyPair, enableSend: false });

/** Noise IK as the one who is called: only who knows our public key gets an answer. */
export const noiseAnswering = (line: ByteLine, keyPair: DhtKeyPair): SecretStream =>
  new NoiseSecretStream(false, line, { pattern: 'IK', keyPair, enableSend: false });

/**
 * Noise IK with the owner of `key`, over a line that is still being laid; like a stream of `DhtNode.connect` it opens later or
 * is destroyed (null: there is no way).
 */
export function noiseCalling(key: Uint8Array, keyPair: DhtKeyPair, line: Promise<ByteLine | null>): SecretStream {
  const stream = new NoiseSecretStream(true, null, {
    pattern: 'IK',
    remotePublicKey: Buffer.from(key),
    enableSend: false,
    autoStart: false,
  });
  line.then(
    (laid) => {
      if (laid === null) stream.destroy();
      else if (stream.destroying) laid.destroy();
      else stream.start(laid, { keyPair });
    },
    () => stream.destroy(),
  );
  return stream;
}
