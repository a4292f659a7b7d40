import type { TLSSocket } from 'node:tls';
import { seedPair, type DhtNode } from '../../../native-shims/hyperdht/index.ts';
import { toHex } from '../../ports/hex.ts';
import type { HostPort } from '../../ports/host-port.ts';
import { globalIpv6 } from '../joining/global-ipv6.ts';
import { commonPort } from './book.ts';
import type { GatewayAnswer } from './gateway-command.ts';
import { GatewayHost, type GatewayHostParts } from './gateway-host.ts';
import type { OwnGateway } from './gateways.ts';
import { handToRelay } from './relay-door.ts';
import { defaultGatewayLimits, GatewayServer, type ServerEdgeParts } from './server-edge.ts';

export interface OwnGatewayParts extends Omit<GatewayHostParts, 'keyPair' | 'node' | 'bytesPerSecond'> {
  readonly own: OwnGateway;
  readonly bind: HostPort;
  readonly node: () => DhtNode | null;
  /** Where our own relay is reached from this computer; null: there is none. */
  readonly relay: () => HostPort | null;
}

/** What leads to our relay besides its own ports. */
export interface RelayDoor {
  readonly port: number;
  readonly pin: Uint8Array;
  readonly host6: string | null;
}

/** Who uses our gateway now, and the bytes of all that ever did. */
export interface GatewayUse {
  readonly clients: number;
  readonly bytes: number;
}

/** Our own gateway: open while it is wanted. */
export class OwnGatewayKeeper {
  readonly #parts: OwnGatewayParts;
  #open: {
    readonly host: GatewayHost;
    readonly servers: readonly GatewayServer[];
    readonly answer: GatewayAnswer;
    readonly pin: Uint8Array;
  } | null = null;
  #isWanted = false;
  /** Of the times that it was open before. */
  #pastBytes = 0;
  /** One change after the other. */
  #work: Promise<void> = Promise.resolve();

  constructor(parts: OwnGatewayParts) {
    this.#parts = parts;
  }

  /** What others are told; null: we are none. */
  answer(): GatewayAnswer | null {
    return this.#open?.answer ?? null;
  }

  /** TURN over TLS comes in by the gateway's port, too. */
  relayDoor(): RelayDoor | null {
    const open = this.#open;
    return open === null ? null : { port: open.answer.port, pin: open.pin, host6: open.answer.host6 };
  }

  use(): GatewayUse {
    const host = this.#open?.host;
    return { clients: host?.clientCount ?? 0, bytes: this.#pastBytes + (host?.bytes ?? 0) };
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
      if (open === null) return;
      // Its clients hear it at once, and go to another gateway.
      await open.host.stop();
      await Promise.all(open.servers.map((server) => server.close()));
      this.#pastBytes += open.host.bytes;
      return;
    }
    const { own, bind, node, clock, log } = this.#parts;
    const dht = node();
    if (this.#open !== null || dht === null) return;
    const keyPair = seedPair(own.seed);
    const host = new GatewayHost({ ...this.#parts, keyPair, bytesPerSecond: own.bytesPerSecond ?? null });
    const tls = await own.tls();
    const ports = [...own.ports, dht.port(), 0];
    const parts = {
      keyPair,
      tls,
      limits: defaultGatewayLimits,
      clock,
      log,
      onClient: host.serve.bind(host),
      onTurn: (socket: TLSSocket) => {
        const relay = this.#parts.relay();
        if (relay === null) socket.destroy();
        else handToRelay(socket, relay);
      },
    };
    const first = await openFirst(bind.host, ports, parts);
    // A socket on one address of IPv4 leaves out those who have IPv6 only.
    const host6 = isLoopback(bind.host) ? null : globalIpv6();
    const second = first.isOnAll || host6 === null ? null : await openBeside(host6, first.server.port, parts);
    const servers = second === null ? [first.server] : [first.server, second];
    await host.start(dht);
    const { port } = first.server;
    const isOnIpv6 = first.isOnAll || second !== null;
    this.#open = { host, servers, answer: { port, key: keyPair.publicKey, host6: isOnIpv6 ? host6 : null }, pin: tls.pin };
    // As `--gateway` takes it.
    log.info('gateway-open', { port, host6: isOnIpv6 ? host6 : null, key: toHex(keyPair.publicKey) });
  }
}

/** On all addresses of both families where `host` is all of IPv4 and the machine has the other. */
async function openFirst(
  host: string,
  ports: readonly number[],
  parts: ServerEdgeParts,
): Promise<{ readonly server: GatewayServer; readonly isOnAll: boolean }> {
  if (host !== '0.0.0.0') return { server: await GatewayServer.open(host, ports, parts), isOnAll: false };
  try {
    return { server: await GatewayServer.open('::', ports, parts), isOnAll: true };
  } catch {
    // A machine without IPv6: whatever else is wrong shows itself again.
    return { server: await GatewayServer.open(host, ports, parts), isOnAll: false };
  }
}

/** Null: somebody else has that port there. */
const openBeside = (host: string, port: number, parts: ServerEdgeParts): Promise<GatewayServer | null> =>
  GatewayServer.open(host, [port], parts).catch((error: unknown) => {
    parts.log.info('gateway-without-ipv6', { detail: String(error).slice(0, 200) });
    return null;
  });

const isLoopback = (host: string): boolean => host.startsWith('127.');

export const usualPorts: readonly number[] = [commonPort];
