import {
  createBridgeClient,
  createBridgeLink,
  createLastingClient,
  type BridgeClient,
  type BridgeLink,
  type BridgeWire,
} from '../../preload/contract/index.ts';
import type { Port } from '../ports/message-port.ts';

/** The engine at the other end of a port (or of a socket dressed as one), typed. Failures are `AppError`s. */
export const connectBridge = (port: Port): BridgeClient => createBridgeClient(wireOver(port));

/**
 * The same over one port after the other: what is under way when a port closes fails, what is asked afterwards goes over the
 * next one from `attach`.
 */
export function connectLasting(attach: () => Port): BridgeClient {
  let current: BridgeLink | null = null;
  const link = (): BridgeLink => {
    if (current !== null) return current;
    const port = attach();
    const opened = createBridgeLink(wireOver(port));
    current = opened;
    port.onClose(() => {
      if (current === opened) current = null;
    });
    return opened;
  };
  return createLastingClient(() => Promise.resolve(link()));
}

function wireOver(port: Port): BridgeWire {
  const closing: (() => void)[] = [];
  const hearing: ((text: string) => void)[] = [];
  port.onClose(() => {
    for (const listener of closing) listener();
  });
  port.onMessage((message) => {
    if (typeof message === 'string') for (const listener of hearing) listener(message);
  });
  return {
    send: (text) => port.post(text),
    onText: (listener) => void hearing.push(listener),
    onClose: (listener) => void closing.push(listener),
  };
}
