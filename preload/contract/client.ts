import { createORPCClient, type ClientContext, type ClientLink, mapEventIterator, ORPCError } from '@orpc/client';
import { RPCLink } from '@orpc/client/message-port';
import type { ContractRouterClient } from '@orpc/contract';
import { z } from 'zod';
import type { Contract } from './contract.ts';
import { AppError, errorCodeSchema, errorDataSchema } from './errors.ts';

/** The contract as its user sees it. Every failure is an `AppError`, save the abort reason of the caller's own signal. */
export type BridgeClient = ContractRouterClient<Contract>;

/** A channel of text frames to an engine: a port or a WebSocket. */
export interface BridgeWire {
  send(text: string): void;
  onText(listener: (text: string) => void): void;
  /** Everything that waits for an answer fails then with CANCELLED `bridge-closed`. */
  onClose(listener: () => void): void;
}

const answerSchema = z.object({ i: z.string() });

function isAnswer(text: string): boolean {
  try {
    return answerSchema.safeParse(JSON.parse(text)).success;
  } catch {
    return false;
  }
}

/** A typed client over any wire: the same for the page, the command line and tests. */
export const createBridgeClient = (wire: BridgeWire): BridgeClient => createORPCClient(createBridgeLink(wire));

/**
 * A client that outlives its wires: each request goes over the link that `current` resolves to when it is made.
 * `current` rejects (with an AppError) when there is none.
 */
export const createLastingClient = (current: (signal: Abortable | undefined) => Promise<BridgeLink>): BridgeClient =>
  createORPCClient<BridgeClient>({
    call: async (path, input, options) => (await current(options.signal)).call(path, input, options),
  });

/** One wire's share of a client. */
export type BridgeLink = ClientLink<ClientContext>;

export function createBridgeLink(wire: BridgeWire): BridgeLink {
  let closed = false;
  wire.onClose(() => {
    closed = true;
  });
  return new RPCLink<ClientContext>({
    port: {
      postMessage: (text: unknown) => {
        if (typeof text === 'string') wire.send(text);
      },
      on(event, callback) {
        if (event === 'close') wire.onClose(() => callback());
        else wire.onText((text) => isAnswer(text) && callback({ data: text }));
      },
    },
    interceptors: [
      async (options) => {
        const restore = (error: unknown): unknown => restoreError(error, options.signal, closed);
        if (closed) throw bridgeClosed();
        try {
          const output: unknown = await options.next();
          if (!isAsyncIterator(output)) return output;
          return mapEventIterator(output, {
            value: (value) => Promise.resolve(value),
            error: (error) => Promise.resolve(restore(error)),
          });
        } catch (error) {
          throw restore(error);
        }
      },
    ],
  });
}

/** What waits for an answer when the wire closes, and what is asked afterwards, fails with this. */
export const bridgeClosed = (): AppError => new AppError('CANCELLED', 'bridge-closed');

const isAsyncIterator = (value: unknown): value is AsyncIterator<unknown, unknown, unknown> =>
  typeof value === 'object' && value !== null && Symbol.asyncIterator in value;

/** The part of an AbortSignal that matters; the contract knows neither DOM nor Node. */
export interface Abortable {
  readonly aborted: boolean;
  readonly reason: unknown;
}

function restoreError(error: unknown, signal: Abortable | undefined, closed: boolean): unknown {
  if (signal?.aborted === true) return signal.reason;
  if (error instanceof AppError) return error;
  if (error instanceof ORPCError) {
    const code = errorCodeSchema.safeParse(error.code);
    const data = errorDataSchema.safeParse(error.data);
    if (code.success && data.success) return new AppError(code.data, data.data.reason, data.data.context);
    return new AppError('INTERNAL', 'unexpected');
  }
  // What is left is oRPC's own complaint that the wire closed under a request.
  return closed ? bridgeClosed() : new AppError('INTERNAL', 'unexpected');
}
