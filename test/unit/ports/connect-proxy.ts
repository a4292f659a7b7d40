import { createServer } from 'node:http';
import { connect, type AddressInfo, type Socket } from 'node:net';
import type { HostPort } from '../../../main/ports/host-port.ts';

export interface ConnectProxy {
  readonly port: number;
  /** `host:port`, in the order they were asked for. */
  readonly asked: readonly string[];
  /** Passed on, both ways. */
  bytes(): number;
  close(): void;
}

interface ConnectProxyOptions {
  /** Where it listens; else on any port of loopback. */
  readonly listen?: HostPort;
  /** What Proxy-Authorization has to be; null: nothing. */
  readonly expected?: string | null;
  /** Where it really goes: a proxy knows ways that those who ask it don't. Null: it lets nobody go there. */
  readonly route?: (to: HostPort) => HostPort | null;
}

/** An HTTP proxy that connects through (RFC 9110 §9.3.6), and nothing else. */
export async function startConnectProxy({
  expected = null,
  route = (to) => to,
  listen = { host: '127.0.0.1', port: 0 },
}: ConnectProxyOptions = {}): Promise<ConnectProxy> {
  const asked: string[] = [];
  const open = new Set<Socket>();
  let bytes = 0;
  const server = createServer();
  server.on('connect', (request, socket: Socket) => {
    asked.push(request.url ?? '');
    open.add(socket);
    socket.on('close', () => open.delete(socket));
    socket.on('error', () => socket.destroy());
    if ((request.headers['proxy-authorization'] ?? null) !== expected) {
      socket.end('HTTP/1.1 407 Proxy Authentication Required\r\n\r\n');
      return;
    }
    const { host = '', port = '' } = /^\[?(?<host>[^\]]*?)\]?:(?<port>\d+)$/u.exec(request.url ?? '')?.groups ?? {};
    const to = route({ host, port: Number(port) });
    if (to === null) {
      socket.end('HTTP/1.1 403 Forbidden\r\n\r\n');
      return;
    }
    let isOpen = false;
    const onward = connect(to.port, to.host, () => {
      isOpen = true;
      socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
      for (const end of [socket, onward]) end.on('data', (chunk: Buffer) => (bytes += chunk.byteLength));
      onward.pipe(socket).pipe(onward);
    });
    onward.on('error', () => (isOpen ? socket.destroy() : socket.end('HTTP/1.1 502 Bad Gateway\r\n\r\n')));
    socket.on('close', () => onward.destroy());
  });
  await new Promise<void>((resolve) => server.listen(listen.port, listen.host, resolve));
  return {
    port: (server.address() as AddressInfo).port, // it listens on TCP
    asked,
    bytes: () => bytes,
    close() {
      server.close();
      for (const socket of open) socket.destroy();
    },
  };
}
