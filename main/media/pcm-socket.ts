import { timingSafeEqual } from 'node:crypto';
import { createServer } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocketServer, type WebSocket } from 'ws';
import { pcmCaptureBytes, pcmFrameBytes } from '../../preload/contract/index.ts';
import type { Random } from '../ports/random.ts';
import type { PcmChannel } from './devices/index.ts';

export interface PcmSocketOptions {
  readonly random: Random;
  /** The page's origin; null: any page served by this computer. */
  readonly origin: string | null;
  readonly onPage: (channel: PcmChannel) => void;
}

export interface PcmSocket {
  /** `ws://127.0.0.1:PORT/pcm/TOKEN` */
  readonly url: string;
  close(): Promise<void>;
}

const tokenBytes = 32;
/** A page that does not take its frames for a third of a second is asleep; more would only be played late. */
const maxBufferedFrames = 32;
/** RFC 6455 §5.2: a whole binary message, not masked, its length in 16 bits. */
const frameHead = Buffer.from([0x82, 126, pcmFrameBytes >> 8, pcmFrameBytes & 0xff]);
const framedBytes = frameHead.length + pcmFrameBytes;
/** The page was replaced by another (RFC 6455 §7.4.2: private use). */
const replacedCode = 4000;

/**
 * A WebSocket of the media process's own for one page's sound: loopback only, behind a secret path, for pages of this
 * computer, one page at a time (the newest).
 */
export async function openPcmSocket({ random, origin, onPage }: PcmSocketOptions): Promise<PcmSocket> {
  const path = `/pcm/${Buffer.from(random.bytes(tokenBytes)).toString('base64url')}`;
  const sockets = new WebSocketServer({ noServer: true, maxPayload: pcmCaptureBytes, perMessageDeflate: false });
  const server = createServer((_request, response) => {
    response.writeHead(404).end();
  });
  let current: WebSocket | null = null;

  server.on('upgrade', (request, socket, head) => {
    // Node leaves an upgraded socket to us, with its errors: a visitor that hangs up early must not end the process.
    socket.on('error', () => socket.destroy());
    const { host, origin: from } = request.headers;
    const allowed =
      isSame(request.url ?? '', path) && isLoopbackHost(host) && (origin === null ? isLoopbackOrigin(from) : from === origin);
    if (!allowed) {
      socket.end('HTTP/1.1 403 Forbidden\r\nConnection: close\r\n\r\n');
      return;
    }
    sockets.handleUpgrade(request, socket, head, (page) => {
      current?.close(replacedCode, 'another page took over');
      current = page;
      page.on('close', () => {
        if (current === page) current = null;
      });
      onPage(channelOf(page, socket));
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the sound socket has no address');
  return {
    url: `ws://127.0.0.1:${address.port}${path}`,
    async close() {
      for (const page of sockets.clients) page.terminate();
      sockets.close();
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      });
    },
  };
}

/** Frames go to the socket as they are, each in one write: ws would take two, and objects of its own. Between them it may say what it likes. */
function channelOf(page: WebSocket, socket: Duplex): PcmChannel {
  const frames = Array.from({ length: maxBufferedFrames + 1 }, () => Buffer.concat([frameHead], framedBytes));
  let turn = 0;
  page.binaryType = 'nodebuffer';
  // A broken socket closes by itself; the error has nothing to add.
  page.on('error', () => page.terminate());
  return {
    send(message) {
      const frame = frames[turn];
      if (frame === undefined || page.readyState !== page.OPEN) return;
      if (socket.writableLength > (maxBufferedFrames - 1) * framedBytes) return;
      turn = (turn + 1) % frames.length;
      frame.set(message, frameHead.length);
      socket.write(frame);
    },
    onMessage(listener) {
      page.on('message', (data, isBinary) => {
        if (isBinary && Buffer.isBuffer(data)) listener(data);
      });
    },
    onClose: (listener) => void page.on('close', listener),
    close: () => page.close(),
  };
}

function isSame(given: string, secret: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(secret)];
  return a.length === b.length && timingSafeEqual(a, b);
}

/** Against DNS rebinding: the name by which we were called must be this computer's. */
const isLoopbackHost = (host: string | undefined): boolean =>
  host !== undefined && /^(?:127\.0\.0\.1|localhost):\d{1,5}$/u.test(host);
const isLoopbackOrigin = (origin: string | undefined): boolean =>
  origin !== undefined && /^https?:\/\/(?:127\.0\.0\.1|localhost)(?::\d{1,5})?$/u.test(origin);
