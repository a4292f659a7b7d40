import type { WebSocket } from 'ws';
import type { Port } from '../ports/message-port.ts';
import { maxAnswerBytes } from './bridge-frame.ts';

/** Unsent bytes a reader that stopped reading may cost us before it is dropped: two of the longest answers. */
const maxBufferedBytes = 2 * maxAnswerBytes;

/** A WebSocket dressed as a `Port`: text frames only, no travelling ports. */
export function socketPort(socket: WebSocket): Port {
  const early: string[] = [];
  let listen: ((message: unknown, ports: readonly Port[]) => void) | null = null;
  socket.on('message', (data, isBinary) => {
    if (isBinary || !Buffer.isBuffer(data)) return socket.close(1003, 'text only');
    const text = data.toString('utf8');
    if (listen === null) early.push(text);
    else listen(text, []);
  });
  // A frame over the limit or a broken line is an `error`, always followed by `close`, which is what counts.
  socket.on('error', () => undefined);
  return {
    post(message) {
      if (typeof message !== 'string' || socket.readyState !== socket.OPEN) return;
      if (socket.bufferedAmount > maxBufferedBytes) socket.terminate();
      else socket.send(message);
    },
    onMessage(listener) {
      listen = listener;
      for (const text of early.splice(0)) listener(text, []);
    },
    onClose(listener) {
      if (socket.readyState === socket.CLOSED) listener();
      else socket.on('close', () => listener());
    },
    close() {
      socket.close();
    },
  };
}

/** Joins two ports into one line: what comes in here goes out there, and both close together. */
export function joinPorts(one: Port, other: Port): void {
  one.onMessage((message) => other.post(message));
  other.onMessage((message) => one.post(message));
  one.onClose(() => other.close());
  other.onClose(() => one.close());
}
