import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { WebSocketServer, type WebSocket } from 'ws';
import type { Port } from '../../ports/message-port.ts';
import { maxFrameBytes } from '../bridge-frame.ts';
import { maxClients } from '../local-socket.ts';
import type { PageFile } from '../page-files.ts';
import { pageHeaders } from '../page-policy.ts';
import { socketPort } from '../socket-port.ts';
import { closeCodes } from './close-codes.ts';
import { createEntrance } from './entrance.ts';

export interface PageServer {
  readonly origin: string;
  /** The address of the entrance, good for one visit; a former one is dead. */
  entranceUrl(): string;
  close(): Promise<void>;
}

export interface PageServerParts {
  readonly files: ReadonlyMap<string, PageFile>;
  /** Tried first: the microphone permission belongs to the origin, so a stable port saves the question. 0: any. */
  readonly port: number;
  /** While the engine restarts, pages are asked to come back later. */
  readonly isReady: () => boolean;
  /** A page connected. There is one page at a time: the one before was told that it moved. */
  readonly onPage: (page: Port) => void;
  /** Pages connected now. */
  readonly onCount: (pages: number) => void;
}

const host = '127.0.0.1';
const entrancePath = '/enter/';
const bridgePath = '/bridge';

/** Serves the page to this computer: who has the token, once; then who has the cookie, from our own origin. */
export async function servePage(parts: PageServerParts): Promise<PageServer> {
  const server = createServer({ maxHeaderSize: 16 * 1024, requestTimeout: 10_000 }, (request, answer) => serve(request, answer));
  const port = await listen(server, parts.port);
  const authority = `${host}:${port}`;
  const origin = `http://${authority}`;
  const entrance = createEntrance(port);
  const headers = pageHeaders(`'self' ws://${authority} ws://${host}:*`);

  const serve = (request: IncomingMessage, answer: ServerResponse): void => {
    const say = (status: number, text: string): void => {
      answer.writeHead(status, { ...headers, 'Content-Type': 'text/plain; charset=utf-8' }).end(text);
    };
    // DNS rebinding: another name for our address is another site.
    if (request.headers.host !== authority) return say(421, 'This is not the place you think it is.\n');
    if (request.method !== 'GET' && request.method !== 'HEAD') return say(405, 'Only GET is answered here.\n');
    const path = (request.url ?? '/').split('?', 1)[0] ?? '/';
    // Browsers ask for it beside the entrance, whose page names no icon.
    if (path === '/favicon.ico') return void answer.writeHead(204, headers).end();
    if (path.startsWith(entrancePath)) {
      if (!entrance.redeem(path.slice(entrancePath.length))) return say(403, used);
      // Not a redirect: a Strict cookie would stay behind if another site (a terminal's web page) led here.
      answer.writeHead(200, { ...headers, 'Content-Type': 'text/html; charset=utf-8', 'Set-Cookie': entrance.cookie });
      return void answer.end('<!doctype html><title>Lilliput</title><meta http-equiv="refresh" content="0;url=/">\n');
    }
    if (!entrance.admits(request.headers.cookie)) return say(403, used);
    const file = parts.files.get(path);
    if (file === undefined) return say(404, 'There is no such file.\n');
    const content = readOrNull(file);
    // The app was removed or is being replaced while it runs.
    if (content === null) return say(503, 'The file is not there any more. Start Lilliput again.\n');
    answer.writeHead(200, { ...headers, 'Content-Type': file.contentType });
    answer.end(request.method === 'HEAD' ? undefined : content);
  };

  const pages = new Set<WebSocket>();
  const sockets = new WebSocketServer({ noServer: true, maxPayload: maxFrameBytes, perMessageDeflate: false });
  server.on('upgrade', (request, socket, head) => {
    // Node leaves an upgraded socket to us, with its errors: a visitor that hangs up early must not end the shell.
    socket.on('error', () => socket.destroy());
    const allowed =
      request.url === bridgePath &&
      request.headers.host === authority &&
      request.headers.origin === origin &&
      entrance.admits(request.headers.cookie) &&
      pages.size < maxClients &&
      parts.isReady();
    if (!allowed) {
      socket.end('HTTP/1.1 403 Forbidden\r\nConnection: close\r\n\r\n');
      return;
    }
    sockets.handleUpgrade(request, socket, head, (page) => {
      for (const former of pages) former.close(closeCodes.moved, 'moved');
      pages.add(page);
      page.on('close', () => {
        pages.delete(page);
        parts.onCount(pages.size);
      });
      parts.onCount(pages.size);
      const line = socketPort(page);
      // The engine's end is gone: the page says so, and asks again.
      parts.onPage({ ...line, close: () => page.close(closeCodes.engineGone, 'engine gone') });
    });
  });

  return {
    origin,
    entranceUrl: () => `${origin}${entrancePath}${entrance.mint()}`,
    async close() {
      for (const page of pages) page.close(closeCodes.appEnded, 'ended');
      sockets.close();
      server.close();
      // Pages get the closing frame first.
      await new Promise((resolve) => setImmediate(resolve));
      for (const page of pages) page.terminate();
      server.closeAllConnections();
    },
  };
}

const used = 'This address worked once and is closed now. Start Lilliput again to get a new one.\n';

function readOrNull(file: PageFile): Buffer | null {
  try {
    return file.read();
  } catch {
    return null;
  }
}

/** Listens on the wanted port, or on any if that is taken. */
async function listen(server: ReturnType<typeof createServer>, wanted: number): Promise<number> {
  for (const port of wanted === 0 ? [0] : [wanted, 0]) {
    const open = await new Promise<boolean>((resolve, reject) => {
      const failed = (error: Error): void => {
        if (port === 0) reject(error);
        else resolve(false);
      };
      server.once('error', failed);
      server.listen(port, host, () => {
        server.off('error', failed);
        resolve(true);
      });
    });
    if (open) break;
  }
  const address: string | AddressInfo | null = server.address();
  if (address === null || typeof address === 'string') throw new Error('the page server has no address');
  return address.port;
}
