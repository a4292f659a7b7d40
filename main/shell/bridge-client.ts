import { createBridgeClient, type BridgeClient } from '../../preload/contract/index.ts';
import type { Port } from '../ports/message-port.ts';

/** The engine at the other end of a port (or of a socket dressed as one), typed. Failures are `AppError`s. */
export function connectBridge(port: Port): BridgeClient {
  const closing: (() => void)[] = [];
  const hearing: ((text: string) => void)[] = [];
  port.onClose(() => {
    for (const listener of closing) listener();
  });
  const client = createBridgeClient({
    send: (text) => port.post(text),
    onText: (listener) => void hearing.push(listener),
    onClose: (listener) => void closing.push(listener),
  });
  port.onMessage((message) => {
    if (typeof message === 'string') for (const listener of hearing) listener(message);
  });
  return client;
}
