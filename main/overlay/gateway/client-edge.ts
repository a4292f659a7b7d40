import { connect as connectTcp, isIP, type Socket } from 'node:net';
import { connect as connectTls, type TLSSocket } from 'node:tls';
import { WebSocket } from 'ws';
import { boundFrames, noiseWithAnybody, seedPair, type SecretStream } from '../../../native-shims/hyperdht/index.ts';
import { equalBytes } from '../../../native-shims/sodium/index.ts';
import { AppError } from '../../ports/app-error.ts';
import { hostPortText } from '../../ports/host-port.ts';
import { connectThroughProxy, isExcepted, type ProxyChoice } from '../../ports/proxy-connect.ts';
import { frameMaxBytes } from './frames.ts';
import type { GatewayAddress } from './gateways.ts';
import { gatewayPath, lineOf, webMessageMaxBytes } from './web-line.ts';

/** All of it: TCP, TLS, WebSocket and Noise are five round trips. */
export const connectMs = 8_000;

/**
 * A Noise session with a gateway, in a WebSocket, in TLS. The certificate proves nothing and isn't asked: it is Noise inside that
 * knows the gateway by its key, also where a network opens everybody's TLS.
 * @throws AppError NOT_REACHABLE (`another-key`, `no-gateway`, …), CANCELLED
 */
export async function connectGateway(
  gateway: GatewayAddress,
  proxy: ProxyChoice | null,
  ownSeed: Uint8Array,
  stopped: AbortSignal,
): Promise<SecretStream> {
  const signal = AbortSignal.any([stopped, AbortSignal.timeout(connectMs)]);
  const tls = await secure(await openTcp(gateway, proxy, signal), signal);
  const url = `ws://${hostPortText(gateway)}${gatewayPath}`;
  const socket = new WebSocket(url, {
    createConnection: () => tls,
    perMessageDeflate: false,
    followRedirects: false,
    maxPayload: webMessageMaxBytes,
    handshakeTimeout: connectMs,
  });
  await once(socket, 'open', signal, () => socket.terminate());
  const stream = noiseWithAnybody(true, lineOf(socket, gateway), seedPair(ownSeed));
  stream.on('error', () => undefined);
  boundFrames(stream, frameMaxBytes + 64);
  const isOpen = await Promise.race([stream.opened, aborted(signal)]);
  if (!isOpen) {
    stream.destroy();
    throw new AppError('NOT_REACHABLE', 'no-gateway');
  }
  if (gateway.key !== null && !equalBytes(stream.remotePublicKey, gateway.key)) {
    stream.destroy();
    throw new AppError('NOT_REACHABLE', 'another-key');
  }
  return stream;
}

async function openTcp(to: GatewayAddress, proxy: ProxyChoice | null, signal: AbortSignal): Promise<Socket> {
  if (proxy !== null && !isExcepted(proxy, to.host)) return connectThroughProxy(proxy, to, connectMs, signal);
  const socket = connectTcp({ host: to.host, port: to.port, noDelay: true });
  await once(socket, 'connect', signal, () => socket.destroy());
  return socket;
}

async function secure(socket: Socket, signal: AbortSignal): Promise<TLSSocket> {
  const tls = connectTls({ socket, rejectUnauthorized: false, minVersion: 'TLSv1.2', ...serverName(socket.remoteAddress) });
  await once(tls, 'secureConnect', signal, () => tls.destroy());
  return tls;
}

/** An address is no name (RFC 6066 §3), and a name would tell on us. */
const serverName = (host: string | undefined): { readonly servername?: string } =>
  host === undefined || isIP(host) === 0 ? {} : { servername: '' };

/** The first of event, error, close and abort; all but the event end it. */
function once(
  emitter: Socket | TLSSocket | WebSocket,
  event: 'connect' | 'secureConnect' | 'open',
  signal: AbortSignal,
  destroy: () => void,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const fail = (detail: string): void => {
      signal.removeEventListener('abort', onAbort);
      destroy();
      reject(new AppError('NOT_REACHABLE', 'no-gateway', { detail: detail.slice(0, 200) }));
    };
    const onAbort = (): void => fail('aborted');
    signal.addEventListener('abort', onAbort, { once: true });
    // Stays: a socket that fails later must have somebody to hear it.
    emitter.on('error', (error: Error) => fail(error.message));
    emitter.once('close', () => fail('closed'));
    emitter.once(event, () => {
      signal.removeEventListener('abort', onAbort);
      resolve();
    });
    if (signal.aborted) onAbort();
  });
}

const aborted = (signal: AbortSignal): Promise<false> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve(false);
    else signal.addEventListener('abort', () => resolve(false), { once: true });
  });
