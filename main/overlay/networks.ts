import { blake2b256 } from '../../native-shims/sodium/index.ts';
import { hostPortText, type HostPort } from '../ports/host-port.ts';
import { isPrivateHost, parseIpv4 } from './address.ts';

/**
 * How nodes are told apart when counting. `privateAddressesCountPerNode`: on a home network every node counts for itself
 * (the app); off, private addresses are networks like all others (tests use 127.0.0.0/8 as many networks). All nodes that
 * are to find each other must agree: ids depend on it.
 */
export interface DiversityOptions {
  readonly privateAddressesCountPerNode: boolean;
}

/** What counting goes by. IPv4 only, as HyperDHT is. */
export interface Networks {
  /** The /24 (`1.2.3.0/24`), or `host:port` for an address that counts per node. */
  network(node: HostPort): string;
  /** The /16, or `host:port` likewise. */
  region(node: HostPort): string;
  /** Node id: H(network)[8 bytes] ‖ H(host:port)[24 bytes]: grinding ports doesn't move a node to another neighbourhood. */
  readonly id: (host: string, port: number) => Uint8Array;
}

/** So many of one /24, and of one /16, stand together in a table row, a reply or a storage set. */
const maxPerNetwork = 1;
const maxPerRegion = 2;

const networkBytes = 8;
const idBytes = 32;

const text = (value: string): Uint8Array => Buffer.from(value);

function build(privateAddressesCountPerNode: boolean): Networks {
  const kinds = memo((host: string): HostKind => {
    const ip = parseIpv4(host);
    if (ip === null || (privateAddressesCountPerNode && isPrivateHost(host))) return null;
    return { network: `${ip[0]}.${ip[1]}.${ip[2]}.0/24`, region: `${ip[0]}.${ip[1]}.0.0/16` };
  });
  const network = (node: HostPort): string => kinds(node.host)?.network ?? hostPortText(node);
  const region = (node: HostPort): string => kinds(node.host)?.region ?? hostPortText(node);
  const networkPrefix = memo((name: string) => blake2b256(text('lilliput/node-network/1'), text(name)).subarray(0, networkBytes));
  const ids = memo((address: string) => blake2b256(text('lilliput/node/1'), text(address)).subarray(networkBytes));
  return {
    network,
    region,
    id(host, port) {
      const node = { host, port };
      const id = new Uint8Array(idBytes);
      id.set(networkPrefix(network(node)));
      id.set(ids(hostPortText(node)), networkBytes);
      return id;
    },
  };
}

/** Null: an address that counts for itself. */
type HostKind = { readonly network: string; readonly region: string } | null;

/** Every packet asks for the same few hundred nodes; a flood of others costs at most this. */
const maxRemembered = 8_192;

function memo<T>(compute: (key: string) => T): (key: string) => T {
  const known = new Map<string, T>();
  return (key) => {
    const before = known.get(key);
    if (before !== undefined) return before;
    const value = compute(key);
    if (known.size >= maxRemembered) known.clear();
    known.set(key, value);
    return value;
  };
}

/** One of each for the whole process: the id rule can be installed only once. */
const perNode = build(true);
const asNetworks = build(false);

export const createNetworks = ({ privateAddressesCountPerNode }: DiversityOptions): Networks =>
  privateAddressesCountPerNode ? perNode : asNetworks;

/** Keeps the first of `sorted` that may stand together, at most `limit`. */
export function selectDiverse<T extends HostPort>(networks: Networks, sorted: readonly T[], limit: number): T[] {
  const perNetwork = new Map<string, number>();
  const perRegion = new Map<string, number>();
  const selected: T[] = [];
  for (const node of sorted) {
    if (selected.length >= limit) break;
    const network = networks.network(node);
    const region = networks.region(node);
    const inNetwork = perNetwork.get(network) ?? 0;
    const inRegion = perRegion.get(region) ?? 0;
    if (inNetwork >= maxPerNetwork || inRegion >= maxPerRegion) continue;
    perNetwork.set(network, inNetwork + 1);
    perRegion.set(region, inRegion + 1);
    selected.push(node);
  }
  return selected;
}

/** May `node` join a row that holds `row`? */
export function isDiverseIn(networks: Networks, row: readonly HostPort[], node: HostPort): boolean {
  const network = networks.network(node);
  const region = networks.region(node);
  const sameNetwork = row.filter((other) => networks.network(other) === network).length;
  const sameRegion = row.filter((other) => networks.region(other) === region).length;
  return sameNetwork < maxPerNetwork && sameRegion < maxPerRegion;
}
