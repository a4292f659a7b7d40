import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import { AppError } from '../../ports/app-error.ts';
import { hostPortText, type HostPort } from '../../ports/host-port.ts';
import type { ServerMetrics } from './metrics.ts';

/** A scraper or two, and somebody who looks. */
const maxConnections = 16;
const patienceMs = 5_000;

/**
 * Serves `/metrics` (Prometheus) and `/health` (200 while it is a supernode and stays, else 503).
 * @throws AppError BAD_INPUT where it can't listen
 */
export async function serveMetrics(
  at: HostPort,
  metrics: ServerMetrics,
): Promise<{ readonly at: HostPort; close(): Promise<void> }> {
  const answer = async (path: string, response: ServerResponse): Promise<void> => {
    if (path === '/metrics') {
      const { body, type } = await metrics.text();
      response.writeHead(200, { 'content-type': type }).end(body);
    } else if (path === '/health') {
      const { isWell, words } = metrics.health();
      response.writeHead(isWell ? 200 : 503, { 'content-type': 'application/json' }).end(`${JSON.stringify(words)}\n`);
    } else response.writeHead(404).end();
  };
  const server = createServer({ headersTimeout: patienceMs, requestTimeout: patienceMs }, (request, response) => {
    if (request.method !== 'GET') response.writeHead(405, { allow: 'GET' }).end();
    else answer(request.url ?? '/', response).catch(() => response.destroy());
  });
  server.maxConnections = maxConnections;
  server.listen(at.port, at.host);
  try {
    await once(server, 'listening');
  } catch (error) {
    const message = `cannot serve metrics at ${hostPortText(at)}: ${error instanceof Error ? error.message : 'unknown'}`;
    throw new AppError('BAD_INPUT', 'listen', { message: message.slice(0, 400) });
  }
  const address = server.address();
  return {
    at: { host: at.host, port: typeof address === 'object' && address !== null ? address.port : at.port },
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
