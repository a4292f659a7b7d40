import { request } from 'node:http';
import { request as requestOverTls } from 'node:https';
import type { Socket } from 'node:net';
import { z } from 'zod';
import { AppError } from './app-error.ts';
import { hostPortText, type HostPort } from './host-port.ts';

/** An HTTP proxy that connects through (RFC 9110 §9.3.6). */
export interface ProxyChoice {
  readonly host: string;
  readonly port: number;
  /** The way to the proxy itself is in TLS. */
  readonly isTls: boolean;
  /** `user:password`, or null. */
  readonly credentials: string | null;
  /** Hosts, or ends of their names, that are reached without it; `*` is all. */
  readonly except: readonly string[];
}

/** Between processes. */
export const proxyChoiceSchema = z.object({
  host: z.string().min(1).max(255),
  port: z.int().min(1).max(65_535),
  isTls: z.boolean(),
  credentials: z.string().max(300).nullable(),
  except: z.array(z.string().max(255)).max(200).readonly(),
});

const variables = ['HTTPS_PROXY', 'https_proxy', 'ALL_PROXY', 'all_proxy'] as const;

/** What the environment says, as other programs read it; null: no proxy, or none that we can use. */
export function proxyFromEnvironment(environment: Readonly<Record<string, string | undefined>>): ProxyChoice | null {
  const written = variables.map((name) => environment[name]).find((value) => value !== undefined && value !== '');
  if (written === undefined) return null;
  return parseProxy(written, environment['NO_PROXY'] ?? environment['no_proxy'] ?? '');
}

/**
 * Of rules as proxy scripts give them (`PROXY host:port; DIRECT`): the first that we can use; null: no proxy, or none that we can
 * use (SOCKS is none).
 */
export function proxyFromRules(rules: string): ProxyChoice | null {
  for (const rule of rules.split(';')) {
    const [kind = '', at = ''] = rule.trim().split(/\s+/u);
    if (kind.toUpperCase() === 'DIRECT') return null;
    const scheme = schemeOfRule.get(kind.toUpperCase());
    const choice = scheme === undefined ? null : parseProxy(`${scheme}://${at}`);
    if (choice !== null) return choice;
  }
  return null;
}

const schemeOfRule: ReadonlyMap<string, 'http' | 'https'> = new Map([
  ['PROXY', 'http'],
  ['HTTP', 'http'],
  ['HTTPS', 'https'],
]);

/** `[http[s]://][user:password@]host[:port]`; null if it is nothing of the kind. */
export function parseProxy(written: string, except = ''): ProxyChoice | null {
  const text = /^[a-z0-9+.-]+:\/\//iu.test(written) ? written : `http://${written}`;
  if (!URL.canParse(text)) return null;
  const { protocol, hostname, port, username, password } = new URL(text);
  if (hostname === '' || (protocol !== 'http:' && protocol !== 'https:')) return null;
  const isTls = protocol === 'https:';
  const [name, secret] = [decoded(username), decoded(password)];
  if (name === null || secret === null) return null;
  return {
    host: hostname.replace(/^\[(.*)\]$/u, '$1'),
    port: port === '' ? (isTls ? 443 : 80) : Number(port),
    isTls,
    credentials: name === '' ? null : `${name}:${secret}`,
    except: except
      .split(/[\s,]+/u)
      .map((part) => part.toLowerCase().replace(/^\*?\./u, ''))
      .filter((part) => part !== ''),
  };
}

/** Null: a percent sign in it begins nothing (RFC 3986 §2.1). */
function decoded(text: string): string | null {
  try {
    return decodeURIComponent(text);
  } catch {
    return null;
  }
}

/** Whether this host is one that is reached without the proxy. */
export const isExcepted = ({ except }: ProxyChoice, host: string): boolean =>
  except.some((each) => each === '*' || host.toLowerCase() === each || host.toLowerCase().endsWith(`.${each}`));

/**
 * A TCP connection to `to` through an HTTP proxy.
 * @throws AppError NOT_REACHABLE (`proxy-refused` with its status, `proxy-silent`), CANCELLED
 */
export function connectThroughProxy(proxy: ProxyChoice, to: HostPort, limitMs: number, signal: AbortSignal): Promise<Socket> {
  const target = hostPortText(to);
  return new Promise((resolve, reject) => {
    const asking = (proxy.isTls ? requestOverTls : request)({
      host: proxy.host,
      port: proxy.port,
      method: 'CONNECT',
      path: target,
      agent: false,
      timeout: limitMs,
      signal,
      headers: {
        host: target,
        ...(proxy.credentials === null
          ? {}
          : { 'proxy-authorization': `Basic ${Buffer.from(proxy.credentials).toString('base64')}` }),
      },
    });
    asking.once('connect', ({ statusCode }, socket, head) => {
      if (statusCode === 200) {
        socket.setTimeout(0);
        // What came with the answer already belongs to the other side's stream.
        if (head.byteLength > 0) socket.unshift(head);
        resolve(socket);
        return;
      }
      socket.destroy();
      reject(new AppError('NOT_REACHABLE', 'proxy-refused', { status: statusCode ?? 0 }));
    });
    // An answer with a body is no connection either.
    asking.once('response', (response) => {
      response.destroy();
      reject(new AppError('NOT_REACHABLE', 'proxy-refused', { status: response.statusCode ?? 0 }));
    });
    asking.once('timeout', () => asking.destroy(new Error('it took too long')));
    asking.once('error', (error) => {
      reject(
        signal.aborted
          ? new AppError('CANCELLED', 'aborted')
          : new AppError('NOT_REACHABLE', 'proxy-silent', { detail: error.message }),
      );
    });
    asking.end();
  });
}
