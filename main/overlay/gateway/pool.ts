import type { SecretStream } from '../../../native-shims/hyperdht/index.ts';
import { equalBytes } from '../../../native-shims/sodium/index.ts';
import { AppError } from '../../ports/app-error.ts';
import type { Clock, Timer } from '../../ports/clock.ts';
import { toHex } from '../../ports/hex.ts';
import { hostPortText, type HostPort } from '../../ports/host-port.ts';
import type { Logger } from '../../ports/logger.ts';
import type { Random } from '../../ports/random.ts';
import { parseIpv4 } from '../address.ts';
import type { Networks } from '../networks.ts';
import { backoffMs } from '../people/backoff.ts';
import { enoughNetworks } from './agree.ts';
import type { GatewayBook } from './book.ts';
import { Carrier } from './carrier.ts';
import type { GatewayAddress } from './gateways.ts';
import { nat64Of, networkOfGateway } from './networks.ts';
import type { Pipe } from './pipe.ts';

/** The directory believes what three networks say; with a fourth, one that lies or is silent changes nothing. */
const wantedNetworks = 4;
const atOnce = 6;
/** Whoever answers first may lie: others get so long to come and contradict, once, before it is believed alone. */
const patienceMs = 4_000;
const firstRetryMs = 2_000;
const maxRetryMs = 60_000;

/** A gateway that carries us. */
export interface Connection {
  readonly carrier: Carrier;
  readonly at: HostPort;
  readonly key: Uint8Array;
  readonly network: string;
  readonly handshakeHash: Uint8Array;
}

export interface PoolParts {
  readonly book: GatewayBook;
  /** Of our own gateway, which others name to us: through it everybody would see us. */
  readonly ownKey: Uint8Array | null;
  /** @throws AppError NOT_REACHABLE */
  readonly connect: (gateway: GatewayAddress, signal: AbortSignal) => Promise<SecretStream>;
  readonly networks: Networks;
  /** False: this network has IPv6 only, and addresses of IPv4 are reached through NAT64, if it has that. */
  readonly hasIpv4: () => boolean;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
  readonly onPipe: (pipe: Pipe, purpose: Uint8Array) => void;
  readonly onChange: () => void;
  /** A new one. */
  readonly onConnection: (connection: Connection) => void;
}

/** Loopback is there without a network. */
function isOutsideIpv4(host: string): boolean {
  const ip = parseIpv4(host);
  return ip !== null && ip[0] !== 127;
}

/** Holds sessions with gateways of four distinct networks, or of as many as there are. */
export class GatewayPool {
  readonly #parts: PoolParts;
  #connections: readonly Connection[] = [];
  readonly #failures = new Map<string, { readonly count: number; readonly againAtMs: number }>();
  readonly #trying = new Set<string>();
  #stopping: AbortController | null = null;
  #timer: Timer | null = null;
  /** Who waits until it is `settled`. */
  readonly #waiting = new Set<() => void>();
  #patientUntilMs = 0;

  constructor(parts: PoolParts) {
    this.#parts = parts;
  }

  /** Of distinct networks; the first is the oldest. */
  get connections(): readonly Connection[] {
    return this.#connections;
  }

  get isRunning(): boolean {
    return this.#stopping !== null;
  }

  start(): void {
    if (this.#stopping !== null) return;
    this.#stopping = new AbortController();
    this.#failures.clear();
    this.#fill();
  }

  stop(): void {
    this.#stopping?.abort();
    this.#stopping = null;
    this.#timer?.cancel();
    for (const { carrier } of this.#connections) carrier.close();
    this.#tellSettled();
  }

  /** Resolves when so many are connected that they can be believed, or no more are to be expected soon. */
  settled(): Promise<void> {
    if (this.#isSettled()) return Promise.resolve();
    return new Promise((resolve) => this.#waiting.add(resolve));
  }

  /** Our network may have changed: all are asked for a sign of life, those that failed are tried again. */
  check(): void {
    for (const { carrier } of this.#connections) carrier.check();
    this.#failures.clear();
    this.#fill();
  }

  /** More gateways may be known now. */
  look(): void {
    this.#fill();
  }

  #fill(): void {
    const stopping = this.#stopping;
    if (stopping === null) return;
    const nowMs = this.#parts.clock.monotonicMs();
    let nextMs = Number.POSITIVE_INFINITY;
    for (const gateway of this.#candidates()) {
      if (this.#trying.size >= atOnce || this.#connections.length >= wantedNetworks) break;
      const name = hostPortText(gateway);
      if (this.#trying.has(name) || this.#isCovered(gateway)) continue;
      const waitMs = (this.#failures.get(name)?.againAtMs ?? 0) - nowMs;
      if (waitMs > 0) nextMs = Math.min(nextMs, waitMs);
      else void this.#try(gateway, name, stopping.signal);
    }
    this.#timer?.cancel();
    const patientMs = this.#patientUntilMs > nowMs ? this.#patientUntilMs - nowMs : Number.POSITIVE_INFINITY;
    // A gateway may be heard of meanwhile.
    this.#timer = this.#parts.clock.setTimer(Math.min(nextMs, patientMs, maxRetryMs), () => this.#fill());
    this.#tellSettled();
  }

  #isSettled(): boolean {
    const isPatient = this.#stopping !== null && this.#parts.clock.monotonicMs() < this.#patientUntilMs;
    if (!isPatient || this.#connections.length >= enoughNetworks) return true;
    return this.#candidates().every((gateway) => this.#failures.has(hostPortText(gateway)) || this.#isCovered(gateway));
  }

  #tellSettled(): void {
    if (!this.#isSettled()) return;
    for (const resolve of this.#waiting) resolve();
    this.#waiting.clear();
  }

  #candidates(): readonly GatewayAddress[] {
    const all = this.#parts.book.all();
    if (this.#parts.hasIpv4()) return all;
    const straight = all.filter(({ host }) => !isOutsideIpv4(host));
    const translated = all.filter(({ host }) => isOutsideIpv4(host)).map((each) => ({ ...each, host: nat64Of(each.host) }));
    return [...straight, ...translated];
  }

  /** Two sessions with one network say no more than one. */
  #isCovered(gateway: GatewayAddress): boolean {
    const network = networkOfGateway(this.#parts.networks, gateway);
    const { key } = gateway;
    return this.#connections.some(
      (connection) => connection.network === network || (key !== null && toHex(connection.key) === toHex(key)),
    );
  }

  async #try(gateway: GatewayAddress, name: string, signal: AbortSignal): Promise<void> {
    const { connect, clock, random, log, book, ownKey } = this.#parts;
    this.#trying.add(name);
    try {
      const stream = await connect(gateway, signal);
      const found = { ...gateway, key: new Uint8Array(stream.remotePublicKey) };
      if (ownKey !== null && equalBytes(found.key, ownKey)) {
        stream.destroy();
        throw new AppError('NOT_REACHABLE', 'ourselves');
      }
      if (signal.aborted || this.#isCovered(found) || this.#connections.length >= wantedNetworks) stream.destroy();
      else this.#adopt(stream, found);
      this.#failures.delete(name);
    } catch (error) {
      const count = (this.#failures.get(name)?.count ?? 0) + 1;
      const pauseMs = backoffMs(count, firstRetryMs, maxRetryMs, random.fraction());
      this.#failures.set(name, { count, againAtMs: clock.monotonicMs() + pauseMs });
      const reason = error instanceof AppError ? error.reason : 'failed';
      if (reason === 'another-key') book.forget(gateway);
      log.debug('gateway-not-reached', { gateway: name, reason });
    } finally {
      this.#trying.delete(name);
      if (!signal.aborted) this.#fill();
    }
  }

  #adopt(stream: SecretStream, gateway: GatewayAddress & { readonly key: Uint8Array }): void {
    const { clock, networks, book, log, onPipe, onChange, onConnection } = this.#parts;
    const at = { host: gateway.host, port: gateway.port };
    const carrier = new Carrier({
      stream,
      isClient: true,
      remote: at,
      pace: null,
      clock,
      events: {
        // A gateway has nothing to ask of us.
        onRequest: () => Promise.resolve(null),
        onPipe,
        onDead: (reason) => {
          log.info('gateway-lost', { gateway: hostPortText(at), reason });
          this.#connections = this.#connections.filter((other) => other !== connection);
          onChange();
          this.#fill();
        },
      },
    });
    const connection: Connection = {
      carrier,
      at,
      key: gateway.key,
      network: networkOfGateway(networks, at),
      handshakeHash: new Uint8Array(stream.handshakeHash),
    };
    if (this.#connections.length === 0) this.#patientUntilMs = clock.monotonicMs() + patienceMs;
    this.#connections = [...this.#connections, connection];
    book.worked(gateway);
    log.info('gateway-found', { gateway: hostPortText(at) });
    onConnection(connection);
    onChange();
  }
}
