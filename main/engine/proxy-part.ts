import type { ProxyTrial, Settings } from '../../preload/contract/index.ts';
import type { GatewayAddress, KnownRelay } from '../overlay/index.ts';
import { AppError } from '../ports/app-error.ts';
import type { HostPort } from '../ports/host-port.ts';
import {
  connectThroughProxy,
  isExcepted,
  parseProxy,
  proxyFromEnvironment,
  proxyFromRules,
  type ProxyChoice,
} from '../ports/proxy-connect.ts';

type ProxySettings = Pick<Settings, 'proxyMode' | 'proxyAddress'>;

/** Whoever asked does not wait longer; of several places each gets its share. */
const trialMs = 5_000;
const triedPlaces = 2;
/** RFC 9110 §15.5.8. */
const authenticationRequired = 407;

/** @throws AppError BAD_INPUT: one is named that is nothing of the kind */
export function judgeProxy({ proxyMode, proxyAddress }: ProxySettings): void {
  if (proxyMode === 'named' && parseProxy(proxyAddress.trim()) === null) throw new AppError('BAD_INPUT', 'proxy');
}

/** What a computer says of proxies. */
export interface SystemProxy {
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** The operating system's settings, as proxy scripts give them; null where the shell can't ask. */
  readonly rules: string | null;
}

/** The environment's goes before the system's: it is nearer to this program. */
export function chosenProxy({ proxyMode, proxyAddress }: ProxySettings, { environment, rules }: SystemProxy): ProxyChoice | null {
  switch (proxyMode) {
    case 'system':
      return proxyFromEnvironment(environment) ?? (rules === null ? null : proxyFromRules(rules));
    case 'none':
      return null;
    case 'named':
      return parseProxy(proxyAddress.trim());
  }
}

export interface ProxyPart {
  now(): ProxyChoice | null;
  /** What the operating system says of proxies, as proxy scripts give it; where the shell can ask. */
  hearShell(rules: string): void;
  settingChanged(): void;
}

/** Which proxy is used, from the settings and what the computer says; `use` is told whenever either changed. */
export function createProxyPart(
  settings: { get(): ProxySettings },
  environment: SystemProxy['environment'],
  use: (choice: ProxyChoice | null) => void,
): ProxyPart {
  let rules: string | null = null;
  const now = (): ProxyChoice | null => chosenProxy(settings.get(), { environment, rules });
  return {
    now,
    hearShell(said) {
      rules = said;
      use(now());
    },
    settingChanged: () => use(now()),
  };
}

/** Where helpers take connections over TCP: relays' TLS first, which is what most proxies let through. */
export const helperPlaces = (relays: readonly KnownRelay[], gateways: readonly GatewayAddress[]): readonly HostPort[] => [
  ...relays.flatMap(({ relay: { host4, tls } }) => (host4 === null || tls === 0 ? [] : [{ host: host4, port: tls }])),
  ...gateways.map(({ host, port }) => ({ host, port })),
];

/** Asks it for a way to each of these until one opens. @param places where helpers take connections over TCP */
export async function tryProxy(proxy: ProxyChoice | null, places: readonly HostPort[]): Promise<ProxyTrial> {
  if (proxy === null) return 'no-proxy';
  const asked = places.filter(({ host }) => !isExcepted(proxy, host)).slice(0, triedPlaces);
  let last: ProxyTrial = 'untried';
  for (const place of asked) {
    // oxlint-disable-next-line no-await-in-loop -- the next one is for when this one itself is not there
    last = await tryPlace(proxy, place, trialMs / asked.length);
    if (last !== 'refused') return last;
  }
  return last;
}

async function tryPlace(proxy: ProxyChoice, place: HostPort, limitMs: number): Promise<ProxyTrial> {
  const limit = AbortSignal.timeout(limitMs);
  try {
    (await connectThroughProxy(proxy, place, limitMs, limit)).destroy();
    return 'works';
  } catch (error) {
    if (!(error instanceof AppError) || error.reason !== 'proxy-refused') return 'silent';
    return error.context['status'] === authenticationRequired ? 'password' : 'refused';
  }
}
