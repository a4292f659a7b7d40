import { mapEventIterator } from '@orpc/client';
import type { AnyContractRouter } from '@orpc/contract';
import type { Router } from '@orpc/server';
import { RPCHandler } from '@orpc/server/websocket';
import type { Logger } from '../ports/logger.ts';
import type { Port } from '../ports/message-port.ts';
import { toBridgeError } from './bridge-errors.ts';
import { readClientFrame } from './bridge-frame.ts';
import type { Trust } from './control.ts';

/** Who is asking. */
export interface BridgeContext {
  readonly trust: Trust;
}

/** Requests and subscriptions one client may have open: a page needs about a dozen. */
const maxOpenRequests = 256;

/**
 * Answers a bridge client at the other end of `port` until it closes; its subscriptions are cancelled then. A client that
 * sends what is no frame, or opens too much, is disconnected.
 */
export function serveBridge<C extends AnyContractRouter>(
  port: Port,
  router: Router<C, BridgeContext>,
  context: BridgeContext,
  logger: Logger,
): void {
  const handler = new RPCHandler<BridgeContext>(router, {
    clientInterceptors: [
      async (call) => {
        try {
          const output: unknown = await call.next();
          if (!isAsyncIterator(output)) return output;
          return mapEventIterator(output, {
            value: (value) => Promise.resolve(value),
            error: (error) => Promise.resolve(toBridgeError(error, logger)),
          });
        } catch (error) {
          throw toBridgeError(error, logger);
        }
      },
    ],
  });
  // The codec of oRPC's WebSocket peer is that of its message-port peer: JSON text. This handler keeps no listeners of its
  // own and lets us see failures, which the message-port one leaves as unhandled rejections.
  const peer = {
    send: (text: string | ArrayBufferLike | ArrayBufferView): void => port.post(text),
    addEventListener: () => undefined,
  };
  let open = 0;
  let closed = false;
  const disconnect = (reason: string): void => {
    logger.warn('bridge client disconnected', { reason });
    closed = true;
    handler.close(peer);
    port.close();
  };
  port.onMessage((message) => {
    if (closed) return;
    const frame = readClientFrame(message);
    if (frame === null) return disconnect('not a frame');
    if (frame.isRequest && open >= maxOpenRequests) return disconnect('too many open requests');
    open += 1;
    handler
      .message(peer, frame.text, { context })
      .catch((error: unknown) => logger.warn('bridge request failed', { error: error instanceof Error ? error.message : '' }))
      .finally(() => (open -= 1));
  });
  port.onClose(() => {
    closed = true;
    handler.close(peer);
  });
}

const isAsyncIterator = (value: unknown): value is AsyncIterator<unknown, unknown, unknown> =>
  typeof value === 'object' && value !== null && Symbol.asyncIterator in value;
