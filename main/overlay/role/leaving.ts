import type { DhtNode, DhtRequest } from '../../../native-shims/hyperdht/index.ts';
import { blake2b256 } from '../../../native-shims/sodium/index.ts';
import type { HostPort } from '../../ports/host-port.ts';
import { KeyedLimiter } from '../../ports/token-bucket.ts';
import type { Networks } from '../networks.ts';

/** "I am about to go": says it to whoever has us in his table. */
export const leavingCommand = 111;
/** A request has to have a target; this one is the same for all. */
export const leavingTarget: Uint8Array = blake2b256(Buffer.from('lilliput/leaving/1'));

/** A node leaves once. */
const perNetwork = { perSecond: 0.5, burst: 5 };
const total = { perSecond: 20, burst: 100 };

/**
 * Tells everybody that we know; resolves when each has answered or was asked in vain. The node must be quiet by then (it names no id
 * any more), or its next packet would bring it back.
 * @returns how many took note
 */
export async function announceLeaving(dht: Pick<DhtNode, 'request'>, neighbours: readonly HostPort[]): Promise<number> {
  const tell = async (node: HostPort): Promise<boolean> => {
    try {
      const message = { command: leavingCommand, target: leavingTarget, value: null };
      const greeting = await dht.request(message, node);
      if (greeting.error !== 0 || greeting.token === null) return false;
      const reply = await dht.request({ ...message, token: greeting.token }, node);
      return reply.error === 0;
    } catch {
      // Silence for a second: it finds out by itself.
      return false;
    }
  };
  const told = await Promise.all(neighbours.map(tell));
  return told.filter(Boolean).length;
}

export interface LeavingAnswererParts {
  readonly networks: Networks;
  /** Forgets the node there, if it is known. */
  readonly drop: (node: HostPort) => void;
  readonly nowMs: () => number;
}

/** Drops who says that it leaves: only itself, because the token proves that the word came from that address and port. */
export function createLeavingAnswerer(parts: LeavingAnswererParts): (request: DhtRequest) => boolean {
  const limiter = new KeyedLimiter(perNetwork, total, parts.nowMs());
  return (request) => {
    if (request.command !== leavingCommand) return false;
    if (request.token === null) {
      request.reply(null, { token: true, closerNodes: false });
      return true;
    }
    if (limiter.take(parts.networks.network(request.from), parts.nowMs())) {
      parts.drop({ host: request.from.host, port: request.from.port });
    }
    request.reply(null, { token: false, closerNodes: false });
    return true;
  };
}
