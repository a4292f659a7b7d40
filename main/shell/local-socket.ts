import { chmodSync, rmSync } from 'node:fs';
import { createServer, request } from 'node:http';
import { connect } from 'node:net';
import { WebSocket, WebSocketServer } from 'ws';
import { openedLinkSchema, type OpenedLink } from '../../preload/contract/index.ts';
import { AppError } from '../ports/app-error.ts';
import type { Port } from '../ports/message-port.ts';
import { maxAnswerBytes, maxFrameBytes } from './bridge-frame.ts';
import { socketPort } from './socket-port.ts';

/** Attached command lines at the same time; each is one person's terminal. */
export const maxClients = 8;
/** A running app answers at once; one that hangs is told apart from one that isn't there. */
const answerTimeoutMs = 3_000;
/** HTTP status of a refused client. */
const tooMany = 503;
/** One address. */
const maxFocusChars = 500;
/** What a second start hands over: one link. */
const maxHandedBytes = 4_096;
const focusPath = '/focus';

export interface LocalSocket {
  close(): Promise<void>;
}

/**
 * Listens where only this computer's user can reach (socket file 0600 in a folder 0700; a named pipe of the user's): for
 * command lines (WebSocket) and for second starts (`POST /focus` with the link they were opened by, if any; what `onFocus` returns is said to that
 * person). The caller holds the profile's lock.
 */
export async function listenLocal(
  path: string,
  onClient: (port: Port) => void,
  onFocus: (opened: OpenedLink | null) => string | null,
): Promise<LocalSocket> {
  const isFile = !path.startsWith('\\\\');
  // We hold the lock, so whoever left this file is dead.
  if (isFile) rmSync(path, { force: true });
  const server = createServer((incoming, answer) => {
    if (incoming.method !== 'POST' || incoming.url !== focusPath) return void answer.writeHead(404).end();
    let text = '';
    incoming.setEncoding('utf8');
    incoming.on('data', (part: string) => {
      text += part;
      if (text.length > maxHandedBytes) incoming.destroy();
    });
    incoming.on('end', () => answer.writeHead(200).end(onFocus(handedOver(text))));
    return undefined;
  });
  const sockets = new WebSocketServer({
    server,
    maxPayload: maxFrameBytes,
    perMessageDeflate: false,
    verifyClient: (_, answer) => answer(sockets.clients.size < maxClients, tooMany),
  });
  sockets.on('connection', (socket) => onClient(socketPort(socket)));
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(path, () => resolve());
  });
  if (isFile) chmodSync(path, 0o600);
  return {
    async close() {
      for (const socket of sockets.clients) socket.terminate();
      sockets.close();
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
      if (isFile) rmSync(path, { force: true });
    },
  };
}

/** What is no link, or not as we write it, is as good as none: the window comes up all the same. */
function handedOver(text: string): OpenedLink | null {
  if (text === '') return null;
  try {
    const opened = openedLinkSchema.safeParse(JSON.parse(text));
    return opened.success ? opened.data : null;
  } catch {
    return null;
  }
}

/** A bridge to the app that listens at `path`; null if none does. @throws AppError TOO_MANY */
export function connectLocal(path: string): Promise<Port | null> {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket('ws://lilliput/', {
      createConnection: () => connect(path),
      maxPayload: maxAnswerBytes,
      perMessageDeflate: false,
      handshakeTimeout: answerTimeoutMs,
    });
    const port = socketPort(socket);
    socket.once('error', () => resolve(null));
    socket.once('open', () => resolve(port));
    socket.once('unexpected-response', (_, answer) => {
      if (answer.statusCode === tooMany) reject(new AppError('TOO_MANY', 'attached-clients', { most: maxClients }));
      else resolve(null);
      socket.terminate();
    });
  });
}

/**
 * Asks the app that listens at `path` to show its window, and what it was opened by.
 * @returns what it wants said to the person (an address to open), '' for nothing; null if none answers
 */
export function requestFocus(path: string, opened: OpenedLink | null): Promise<string | null> {
  return new Promise((resolve) => {
    const asking = request({ socketPath: path, path: focusPath, method: 'POST', timeout: answerTimeoutMs }, (answer) => {
      let text = '';
      answer.setEncoding('utf8');
      answer.on('data', (part: string) => (text = (text + part).slice(0, maxFocusChars)));
      answer.on('end', () => resolve(answer.statusCode === 200 ? text : null));
    });
    asking.once('timeout', () => asking.destroy());
    asking.once('error', () => resolve(null));
    asking.end(opened === null ? '' : JSON.stringify(opened));
  });
}
