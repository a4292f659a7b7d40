import { z } from 'zod';
import type { DhtReply, DhtRequest, NodeAddress, RequestMessage } from '../../../native-shims/hyperdht/index.ts';
import { blake2b256 } from '../../../native-shims/sodium/index.ts';
import { decodeCbor, encodeCbor, fixedBytesField } from '../../ports/cbor.ts';
import { isGlobalIpv6 } from './networks.ts';
import type { GatewayAddress } from './gateways.ts';

/** Asks a node whether it is a gateway; beside the directory's 100 and 101 and the relays' 102. */
export const gatewayCommand = 103;
/** A request has to have a target; this one is the same for all. */
const target: Uint8Array = blake2b256(Buffer.from('lilliput/gateway/1'));

const answerSchema = z.object({
  port: z.int().min(1).max(65_535),
  /** Its Noise key. */
  key: fixedBytesField(32),
  /** Where it is reached in networks without IPv4. */
  host6: z.string().max(45).refine(isGlobalIpv6).nullable(),
});
export type GatewayAnswer = z.output<typeof answerSchema>;
const answerMaxBytes = 160;

export const encodeGatewayAnswer = (answer: GatewayAnswer): Uint8Array => encodeCbor(answer);
export const decodeGatewayAnswer = (bytes: Uint8Array): GatewayAnswer | null => decodeCbor(bytes, answerSchema, answerMaxBytes);

/** Answers with a token only, or (to one) with our gateway: a forged source address gains nothing. */
export const createGatewayAnswerer =
  (own: () => GatewayAnswer | null) =>
  (request: DhtRequest): boolean => {
    if (request.command !== gatewayCommand) return false;
    const answer = own();
    if (answer === null) request.reply(null, { token: false, closerNodes: false });
    else if (request.token === null) request.reply(null, { token: true, closerNodes: false });
    else request.reply(encodeGatewayAnswer(answer), { token: false, closerNodes: false });
    return true;
  };

/** Asks one node. `silent` says nothing about it; an empty list: it is no gateway. */
export async function askForGateway(
  request: (message: RequestMessage, to: NodeAddress) => Promise<DhtReply>,
  at: NodeAddress,
): Promise<readonly GatewayAddress[] | 'silent'> {
  try {
    const greeting = await request({ command: gatewayCommand, target, value: null }, at);
    if (greeting.error !== 0 || greeting.token === null) return [];
    const reply = await request({ command: gatewayCommand, target, value: null, token: greeting.token }, at);
    const answer = reply.value === null ? null : decodeGatewayAnswer(new Uint8Array(reply.value));
    if (answer === null) return [];
    const { port, key, host6 } = answer;
    // Its own address is where it answers from: a liar can't send us to somebody else.
    return [{ host: at.host, port, key }, ...(host6 === null ? [] : [{ host: host6, port, key }])];
  } catch {
    // Silence for a second, or our own node is gone.
    return 'silent';
  }
}
