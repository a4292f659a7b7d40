import { networkInterfaces } from 'node:os';
import { seedPair, type DhtNode } from '../../../native-shims/hyperdht/index.ts';
import type { HostPort } from '../../ports/host-port.ts';
import { commonPort } from './book.ts';
import type { GatewayAnswer } from './gateway-command.ts';
import { GatewayHost, type GatewayHostParts } from './gateway-host.ts';
import type { OwnGateway } from './gateways.ts';
import { isGlobalIpv6 } from './networks.ts';
import { defaultGatewayLimits, GatewayServer } from './server-edge.ts';

export interface OwnGatewayParts extends Omit<GatewayHostParts, 'keyPair' | 'node'> {
  readonly own: OwnGateway;
  readonly bind: HostPort;
  readonly node: () => DhtNode | null;
}

/** Our own gateway: open while we are a supernode. */
export class OwnGatewayKeeper {
  readonly #parts: OwnGatewayParts;
  #open: { readonly host: GatewayHost; readonly server: GatewayServer; readonly answer: GatewayAnswer } | null = null;
  #isWanted = false;
  /** One change after the other. */
  #work: Promise<void> = Promise.resolve();

  constructor(parts: OwnGatewayParts) {
    this.#parts = parts;
  }

  /** What others are told; null: we are none. */
  answer(): GatewayAnswer | null {
    return this.#open?.answer ?? null;
  }

  want(isWanted: boolean): void {
    if (isWanted === this.#isWanted) return;
    this.#isWanted = isWanted;
    this.#work = this.#work
      .then(() => this.#change())
      .catch((error: unknown) => {
        this.#parts.log.warn('gateway-failed', { detail: String(error).slice(0, 200) });
      });
  }

  refresh(): void {
    this.#open?.host.refresh();
  }

  async stop(): Promise<void> {
    this.want(false);
    await this.#work;
  }

  async #change(): Promise<void> {
    if (!this.#isWanted) {
      const open = this.#open;
      this.#open = null;
      await open?.host.stop();
      await open?.server.close();
      return;
    }
    const { own, bind, node, clock, log } = this.#parts;
    const dht = node();
    if (this.#open !== null || dht === null) return;
    const keyPair = seedPair(own.seed);
    const host = new GatewayHost({ ...this.#parts, keyPair });
    const tls = await own.tls();
    const ports = [...own.ports, dht.port(), 0];
    const parts = {
      keyPair,
      tls,
      limits: defaultGatewayLimits,
      clock,
      log,
      onClient: host.serve.bind(host),
    };
    const isOnAll = bind.host === '0.0.0.0';
    const server = await GatewayServer.open(isOnAll ? '::' : bind.host, ports, parts).catch((error: unknown) => {
      // A machine without IPv6.
      if (isOnAll) return GatewayServer.open(bind.host, ports, parts);
      throw error;
    });
    await host.start(dht);
    this.#open = { host, server, answer: { port: server.port, key: keyPair.publicKey, host6: isOnAll ? globalIpv6() : null } };
    log.info('gateway-open', { port: server.port });
  }
}

export const usualPorts: readonly number[] = [commonPort];

function globalIpv6(): string | null {
  const entries = Object.values(networkInterfaces()).flatMap((each) => each ?? []);
  return (
    entries.find(({ family, internal, address }) => family === 'IPv6' && !internal && isGlobalIpv6(address))?.address ?? null
  );
}
