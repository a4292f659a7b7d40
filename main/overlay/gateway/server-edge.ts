import { createServer as createWebServer, type IncomingMessage } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { createServer, type Server, type TLSSocket } from 'node:tls';
import { WebSocketServer } from 'ws';
import { boundFrames, noiseWithAnybody, type DhtKeyPair, type SecretStream } from '../../../native-shims/hyperdht/index.ts';
import type { Clock, Timer } from '../../ports/clock.ts';
import type { HostPort } from '../../ports/host-port.ts';
import type { Logger } from '../../ports/logger.ts';
import { KeyedLimiter } from '../../ports/token-bucket.ts';
import { within } from '../waiting.ts';
import { frameMaxBytes } from './frames.ts';
import type { TlsPair } from './gateways.ts';
import { networkOfClient } from './networks.ts';
import { turnProtocol } from './relay-door.ts';
import { gatewayPath, lineOf, webMessageMaxBytes } from './web-line.ts';

export interface GatewayLimits {
  /** Connections at once, whatever they have become. */
  readonly connections: number;
  readonly perNetwork: number;
}

export const defaultGatewayLimits: GatewayLimits = { connections: 256, perNetwork: 24 };

/** New connections: each costs a TLS handshake (1 ms of a core). */
const perNetwork = { perSecond: 2, burst: 24 };
const total = { perSecond: 40, burst: 120 };
/** TLS, the request, and Noise each within so long, however slowly they trickle. */
const stepMs = 5_000;
/** Our own request has six header lines. */
const maxHeaderBytes = 8_192;

export interface ServerEdgeParts {
  readonly keyPair: DhtKeyPair;
  readonly tls: TlsPair;
  readonly limits: GatewayLimits;
  readonly clock: Clock;
  readonly log: Logger;
  readonly onClient: (stream: SecretStream, from: HostPort) => void;
  /** Somebody who wants to speak TURN. */
  readonly onTurn: (socket: TLSSocket) => void;
}

/** Listens for clients over TLS; whoever gets as far as a Noise session is handed on. */
export class GatewayServer {
  readonly #server: Server;
  readonly #sockets = new Map<Socket, string>();

  private constructor(server: Server) {
    this.#server = server;
  }

  /** @throws Error of the operating system if none of the ports can be had */
  static async open(host: string, ports: readonly number[], parts: ServerEdgeParts): Promise<GatewayServer> {
    const { tls, clock, log } = parts;
    const pages = createWebServer(
      {
        keepAliveTimeout: 1,
        maxHeaderSize: maxHeaderBytes,
      },
      // To whoever looks it is a web server that has nothing.
      (_request, response) => response.writeHead(404, { connection: 'close' }).end(),
    );
    const server = createServer({
      key: tls.key,
      cert: tls.cert,
      minVersion: 'TLSv1.2',
      handshakeTimeout: stepMs,
      noDelay: true,
      ALPNProtocols: ['http/1.1', turnProtocol],
    });
    // A web server that doesn't listen itself enforces none of its own limits of time.
    const patience = new WeakMap<Duplex, Timer>();
    server.on('secureConnection', (socket) => {
      if (socket.alpnProtocol === turnProtocol) {
        parts.onTurn(socket);
        return;
      }
      const timer = clock.setTimer(stepMs, () => socket.destroy());
      patience.set(socket, timer);
      socket.once('close', () => timer.cancel());
      pages.emit('connection', socket);
    });
    const edge = new GatewayServer(server);
    const limiter = new KeyedLimiter(perNetwork, total, clock.monotonicMs());
    const web = new WebSocketServer({
      noServer: true,
      perMessageDeflate: false,
      maxPayload: webMessageMaxBytes,
      clientTracking: false,
    });
    // Counted as they come: a handshake already costs something.
    server.on('connection', (socket: Socket) => edge.#admit(socket, parts.limits, limiter, clock));
    server.on('tlsClientError', (_error, socket) => socket.destroy());
    pages.on('clientError', (_error, socket) => socket.destroy());
    pages.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
      socket.on('error', () => socket.destroy());
      if (request.url !== gatewayPath) {
        socket.destroy();
        return;
      }
      patience.get(socket)?.cancel();
      const from = { host: request.socket.remoteAddress ?? '', port: request.socket.remotePort ?? 0 };
      web.handleUpgrade(request, socket, head, (client) => {
        client.on('error', () => client.terminate());
        const stream = noiseWithAnybody(false, lineOf(client, from), parts.keyPair);
        stream.on('error', () => undefined);
        boundFrames(stream, frameMaxBytes + 64);
        within(clock, stepMs, stream.opened, false)
          .then((isOpen) => (isOpen ? parts.onClient(stream, from) : client.terminate()))
          .catch((error: unknown) => log.warn('client-failed', { detail: String(error).slice(0, 200) }));
      });
    });
    await listenOnAny(server, host, ports);
    server.on('error', (error) => log.warn('gateway-socket', { detail: error.message }));
    return edge;
  }

  get port(): number {
    // Bound to a port, so it is no pipe's name.
    return (this.#server.address() as AddressInfo).port;
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets.keys()) socket.destroy();
    await new Promise<void>((resolve) => {
      this.#server.close(() => resolve());
    });
  }

  #admit(socket: Socket, limits: GatewayLimits, limiter: KeyedLimiter, clock: Clock): void {
    socket.on('error', () => socket.destroy());
    const network = networkOfClient(socket.remoteAddress ?? '');
    const ofNetwork = [...this.#sockets.values()].filter((other) => other === network).length;
    const isTooMuch = this.#sockets.size >= limits.connections || ofNetwork >= limits.perNetwork;
    if (isTooMuch || !limiter.take(network, clock.monotonicMs())) {
      socket.destroy();
      return;
    }
    this.#sockets.set(socket, network);
    socket.once('close', () => this.#sockets.delete(socket));
  }
}

async function listenOnAny(server: Server, host: string, ports: readonly number[]): Promise<void> {
  let failure = new Error('there is no port to try');
  for (const port of ports) {
    try {
      // One after the other: the first that can be had.
      // oxlint-disable-next-line no-await-in-loop
      await listen(server, host, port);
      return;
    } catch (error) {
      failure = error instanceof Error ? error : new Error(String(error));
    }
  }
  throw failure;
}

const listen = (server: Server, host: string, port: number): Promise<void> =>
  new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host, port, ipv6Only: host.includes(':') && host !== '::' }, () => {
      server.off('error', reject);
      resolve();
    });
  });
