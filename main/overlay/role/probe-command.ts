import { z } from 'zod';
import type { DhtRequest } from '../../../native-shims/hyperdht/index.ts';
import { blake2b256 } from '../../../native-shims/sodium/index.ts';
import { decodeCbor, encodeCbor, fixedBytesField } from '../../ports/cbor.ts';
import type { HostPort } from '../../ports/host-port.ts';
import { KeyedLimiter } from '../../ports/token-bucket.ts';
import type { Networks } from '../networks.ts';

/** Asks a supernode to dial us from a socket that we never contacted. */
export const probeCommand = 112;
/** A request has to have a target; this one is the same for all. */
export const probeTarget: Uint8Array = blake2b256(Buffer.from('lilliput/probe/1'));

const nonceBytes = 16;
/** Below are the services of a computer; nobody is made to knock there. Nodes listen above, unless forced. */
const lowestPort = 1_024;

const questionSchema = z.object({
  /** At the asker's own address: where its node listens. */
  port: z.int().min(lowestPort).max(65_535),
  nonce: fixedBytesField(nonceBytes),
});
export type ProbeQuestion = z.output<typeof questionSchema>;
const questionMaxBytes = 64;

export const encodeProbeQuestion = (question: ProbeQuestion): Uint8Array => encodeCbor(question);
export const decodeProbeQuestion = (bytes: Uint8Array): ProbeQuestion | null =>
  decodeCbor(bytes, questionSchema, questionMaxBytes);

/** "LLP1", then the nonce: neither a message of the DHT (its first byte is 3 or 19) nor a packet of UDX (255) nor STUN (below 64). */
const knockMagic = Buffer.from('LLP1');
export const encodeKnock = (nonce: Uint8Array): Uint8Array => new Uint8Array(Buffer.concat([knockMagic, nonce]));
/** The nonce, or null: something else. */
export function decodeKnock(bytes: Uint8Array): Uint8Array | null {
  const isKnock =
    bytes.byteLength === knockMagic.byteLength + nonceBytes && knockMagic.equals(bytes.subarray(0, knockMagic.byteLength));
  return isKnock ? new Uint8Array(bytes.subarray(knockMagic.byteLength)) : null;
}

/** What the asker is told. */
export const probeAnswers = { dialing: 1, busy: 2 } as const;

/** A node asks eight others every half hour; more from one network is somebody else's purpose. */
const perNetwork = { perSecond: 0.1, burst: 3 };
/** Each opens a socket for a moment and sends two datagrams of 20 bytes. */
const total = { perSecond: 2, burst: 20 };

export interface ProbeAnswererParts {
  readonly networks: Networks;
  readonly isSupernode: () => boolean;
  /** Sends `knock` from a socket of its own that has sent nothing before. */
  readonly dial: (to: HostPort, knock: Uint8Array) => void;
  readonly nowMs: () => number;
}

/**
 * Dials whoever asks, at the address that the question came from and proved by a token, and nowhere else: nobody can have somebody
 * else dialed. The asker learns nothing but what arrives there, so nothing can be scanned; and what is sent (twice 20 bytes) is less
 * than what was asked with.
 */
export function createProbeAnswerer(parts: ProbeAnswererParts): (request: DhtRequest) => boolean {
  const limiter = new KeyedLimiter(perNetwork, total, parts.nowMs());
  return (request) => {
    if (request.command !== probeCommand) return false;
    // As a client we are nobody's witness; falling through answers "unknown command".
    if (!parts.isSupernode()) return false;
    if (request.token === null) {
      request.reply(null, { token: true, closerNodes: false });
      return true;
    }
    const question = request.value === null ? null : decodeProbeQuestion(new Uint8Array(request.value));
    const isGranted = question !== null && limiter.take(parts.networks.network(request.from), parts.nowMs());
    request.reply(Uint8Array.of(isGranted ? probeAnswers.dialing : probeAnswers.busy), { token: false, closerNodes: false });
    if (isGranted) parts.dial({ host: request.from.host, port: question.port }, encodeKnock(question.nonce));
    return true;
  };
}
