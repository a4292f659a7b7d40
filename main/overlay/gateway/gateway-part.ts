import type { DhtNode, DhtRequest } from '../../../native-shims/hyperdht/index.ts';
import type { HostPort } from '../../ports/host-port.ts';
import type { ProxyChoice } from '../../ports/proxy-connect.ts';
import type { DirectoryStore } from '../directory-store.ts';
import type { WayAround } from '../overlay-node.ts';
import { createGatewayAnswerer } from './gateway-command.ts';
import { GatewayFinder } from './gateway-finder.ts';
import { OwnGatewayKeeper, type GatewayUse, type RelayDoor } from './own-gateway.ts';
import type { Connection } from './pool.ts';
import { GatewayRoad, type Hiding, type RoadParts } from './road.ts';
import { createRoamingNode, type RoamingNode } from './roaming-node.ts';

export interface GatewayPartParts extends Omit<RoadParts, 'node' | 'onChange'> {
  readonly bind: HostPort;
  readonly node: () => DhtNode | null;
  /** Our own address, while we store for others. */
  readonly self: () => HostPort | null;
  /** The directory as our own node reads it. */
  readonly directory: () => DirectoryStore;
  /** The closest set of a target, likewise. */
  readonly closest: (target: Uint8Array, signal: AbortSignal) => Promise<readonly HostPort[]>;
  /** Where our own relay is reached from this computer; null: there is none. */
  readonly relay: () => HostPort | null;
  /** @param isOther the way out is another one: what was connected should be looked at */
  readonly onChange: (isOther: boolean) => void;
}

/** Both sides of it: being carried, and carrying others. */
export interface GatewayPart extends WayAround {
  start(): void;
  stop(): Promise<void>;
  /** Our network may have changed. */
  check(): void;
  /** Our neighbours changed. */
  reannounce(): void;
  /** We are somebody who can carry others. */
  wantOwn(isWanted: boolean): void;
  /** Our own command; false: not ours. */
  answer(request: DhtRequest): boolean;
  /** What our own gateway gives. */
  use(): GatewayUse;
  /** Where our own gateway lets people in to our relay; null: we have none. */
  relayDoor(): RelayDoor | null;
  /** What people do goes through gateways, so that nobody of them (or `some` of them don't) learns our address. What listens must be made anew. */
  setHiding(hiding: Hiding): void;
  setProxy(proxy: ProxyChoice | null): void;
  connections(): readonly Connection[];
  /** Resolves when those that are connected are as many as can be had soon. */
  settled(): Promise<void>;
  /** The node as people use it: the same object as long as the node is the same. */
  roaming(): RoamingNode | null;
  /** The same node for those who are not to learn our address. */
  hidden(): RoamingNode | null;
}

export function createGatewayPart(parts: GatewayPartParts): GatewayPart {
  const { options, node, clock, random, log, self } = parts;
  let wasCarried = false;
  let wasOpen = false;
  const road = new GatewayRoad({
    ...parts,
    onChange: () => {
      const isOther = road.isCarried !== wasCarried || road.isOpen !== wasOpen;
      wasCarried = road.isCarried;
      wasOpen = road.isOpen;
      parts.onChange(isOther);
    },
  });
  const finder = new GatewayFinder({ node, isCarried: () => road.isCarried, book: road.book, clock, random });
  const keeper =
    options.own === null
      ? null
      : new OwnGatewayKeeper({
          own: options.own,
          bind: parts.bind,
          node,
          relay: parts.relay,
          self,
          directory: {
            get: (target, signal) => parts.directory().get(target, signal),
            put: (target, record, signal) => parts.directory().put(target, record, signal),
          },
          closest: parts.closest,
          networks: parts.networks,
          otherGateways: () => road.book.kept.flatMap(({ host, port, key }) => (key === null ? [] : [{ host, port, key }])),
          clock,
          random,
          log,
        });
  const answerCommand = createGatewayAnswerer(() => keeper?.answer() ?? null);
  let roaming: { readonly of: DhtNode; readonly node: RoamingNode; readonly hidden: RoamingNode } | null = null;
  const roam = (): typeof roaming => {
    const dht = node();
    if (dht === null) return null;
    if (roaming?.of !== dht) {
      const view = (isAlwaysHidden: boolean): RoamingNode => createRoamingNode(dht, road, clock, random, isAlwaysHidden);
      roaming = { of: dht, node: view(false), hidden: view(true) };
    }
    return roaming;
  };
  return {
    setHiding: (hiding) => road.setHiding(hiding),
    setProxy: (proxy) => road.setProxy(proxy),
    carrier: () => (road.isCarried && road.isBlocked ? (road.connections[0]?.at ?? null) : null),
    nodesHeard: () => road.nodes.length,
    connections: () => road.connections,
    settled: () => road.settled(),
    start() {
      road.start();
      finder.start();
    },
    async stop() {
      finder.stop();
      road.stop();
      await keeper?.stop();
    },
    check: () => road.check(),
    reannounce: () => keeper?.refresh(),
    wantOwn: (isWanted) => keeper?.want(isWanted),
    answer: answerCommand,
    use: () => keeper?.use() ?? { clients: 0, bytes: 0 },
    relayDoor: () => keeper?.relayDoor() ?? null,
    roaming: () => roam()?.node ?? null,
    hidden: () => roam()?.hidden ?? null,
  };
}
