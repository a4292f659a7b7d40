import multicastDns from 'multicast-dns';
import { z } from 'zod';
import { isPrivateHost, isReachableForm } from '../address.ts';
import type { HostPort } from '../../ports/host-port.ts';
import type { Logger } from '../../ports/logger.ts';

/** Multicast DNS service discovery (RFC 6762, RFC 6763) of our nodes on the local network. */
export interface Mdns {
  /** Ask the network who is there. */
  query(): void;
  stop(): void;
}

const service = '_lilliput._udp.local';
/** Seconds; a node that changed its address says so itself. */
const ttl = 120;
const maxAnswers = 32;

interface Responder {
  query(packet: { questions: readonly { name: string; type: string }[] }): void;
  respond(packet: { answers: readonly unknown[]; additionals?: readonly unknown[] }): void;
  on(event: 'query' | 'response', listener: (packet: unknown) => void): void;
  on(event: 'error' | 'warning', listener: (error: Error) => void): void;
  destroy(): void;
}

// The package ships no types; `Responder` is what we use of it.
const createResponder = multicastDns as (options: { loopback: boolean; reuseAddr: boolean }) => Responder;

const querySchema = z.object({ questions: z.array(z.object({ name: z.string(), type: z.string() })).max(64) });
const recordSchema = z.union([
  z.object({ type: z.literal('SRV'), name: z.string(), data: z.object({ port: z.int(), target: z.string() }) }),
  z.object({ type: z.literal('A'), name: z.string(), data: z.string() }),
  z.object({ type: z.string().transform(() => 'other' as const) }),
]);
const responseSchema = z.object({
  answers: z.array(recordSchema).max(maxAnswers),
  additionals: z.array(recordSchema).max(maxAnswers),
});

/**
 * @param token 8 hex digits naming this node
 * @param self where we are, or null while we don't know
 * @param onFound a neighbour's address; only private ones are believed, so that nobody is made to knock at a stranger's
 */
export function startMdns(token: string, self: () => HostPort | null, onFound: (node: HostPort) => void, log: Logger): Mdns {
  const responder = createResponder({ loopback: true, reuseAddr: true });
  let isStopped = false;
  const instance = `${token}.${service}`;
  const target = `${token}.local`;
  const safely = (run: () => void): void => {
    if (isStopped) return;
    try {
      run();
    } catch (error) {
      log.debug('mdns-send-failed', { detail: error instanceof Error ? error.message : String(error) });
    }
  };
  responder.on('error', (error) => log.info('mdns-unavailable', { detail: error.message }));
  responder.on('warning', (error) => log.debug('mdns-warning', { detail: error.message }));
  responder.on('query', (packet) => {
    const query = querySchema.safeParse(packet);
    const isForUs = query.success && query.data.questions.some(({ name }) => name.toLowerCase() === service);
    const address = self();
    if (!isForUs || address === null) return;
    safely(() =>
      responder.respond({
        answers: [{ name: service, type: 'PTR', ttl, data: instance }],
        additionals: [
          { name: instance, type: 'SRV', ttl, data: { port: address.port, target, priority: 0, weight: 0 } },
          { name: target, type: 'A', ttl, data: address.host },
        ],
      }),
    );
  });
  responder.on('response', (packet) => {
    for (const node of nodesIn(packet, instance)) onFound(node);
  });
  return {
    query: () => safely(() => responder.query({ questions: [{ name: service, type: 'PTR' }] })),
    stop() {
      isStopped = true;
      responder.destroy();
    },
  };
}

/** Addresses of other nodes in a response; exported for its test. */
export function nodesIn(packet: unknown, ownInstance: string): HostPort[] {
  const response = responseSchema.safeParse(packet);
  if (!response.success) return [];
  const records = [...response.data.answers, ...response.data.additionals];
  const nodes: HostPort[] = [];
  for (const record of records) {
    if (record.type !== 'SRV' || record.name === ownInstance || !record.name.toLowerCase().endsWith(`.${service}`)) continue;
    const { port, target } = record.data;
    for (const other of records) {
      if (other.type !== 'A' || other.name !== target) continue;
      const node = { host: other.data, port };
      if (isReachableForm(node) && isPrivateHost(node.host)) nodes.push(node);
    }
  }
  return nodes;
}
