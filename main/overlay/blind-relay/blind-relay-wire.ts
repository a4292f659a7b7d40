import type { DhtRequest } from '../../../native-shims/hyperdht/index.ts';
import { blake2b256 } from '../../../native-shims/sodium/index.ts';

/** Asks a node for the key that its blind relay listens on; 100–102 are the directory's and the calls' relays'. */
export const blindRelayCommand = 110;

/** A request has to have a target; this one is the same for all. */
export const blindRelayTarget: Uint8Array = blake2b256(Buffer.from('lilliput/blind-relay/1'));

const keyBytes = 32;
/** Of the question: as long as the answer, so that a forged source address gains nothing. */
export const blindRelayQuestion: Uint8Array = new Uint8Array(64);

/** False: not this command. A node that doesn't relay answers with nothing. */
export function answerBlindRelay(request: DhtRequest, own: () => Uint8Array | null): boolean {
  if (request.command !== blindRelayCommand) return false;
  const isLongEnough = request.value !== null && request.value.byteLength >= blindRelayQuestion.byteLength;
  request.reply(isLongEnough ? own() : null, { token: false, closerNodes: false });
  return true;
}

/** The key, or null for whatever is none. */
export const decodeBlindRelayAnswer = (value: Uint8Array | null): Uint8Array | null =>
  value !== null && value.byteLength === keyBytes ? new Uint8Array(value) : null;
