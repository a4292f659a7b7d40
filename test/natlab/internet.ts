import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Cable } from '../quality/wire/cable.ts';
import type { Impairment } from '../quality/wire/impairment.ts';
import { plugWire } from '../quality/wire/wire.ts';
import { runProgram } from '../quality/rig/run-program.ts';
import {
  delegatedPrefix,
  gatewayIpv4,
  gatewayIpv6,
  homeAddress,
  routerIpv6,
  supernodeAddress,
  type PublicAddress,
} from './address-plan.ts';
import { hasIpv6, type HomeKind } from './home-kinds.ts';
import { feedInside, insideOf, ipBatch, namespaceName, removeAbandoned, removeOwn, setKernel } from './namespaces.ts';
import { addCarrier, addNamespace, addRoom, addRouter, connect } from './plumbing.ts';
import { nftRules, routersOf } from './router-rules.ts';

/** A computer of the laboratory. */
export interface Host {
  readonly name: string;
  /** Put before a command line, it runs that command there; it dies with us. */
  readonly inside: readonly string[];
}

export interface SupernodeHost extends Host {
  readonly address: PublicAddress;
}

export interface Home extends Host {
  readonly kind: HomeKind;
  /** Put before a command line, it runs that command in the router next to the computer, where the home began. */
  readonly insideRouter: readonly string[];
}

export interface Internet {
  readonly supernodes: readonly SupernodeHost[];
  readonly homes: readonly Home[];
  /** Packets that have come from each computer so far, by its name. */
  packetsFrom(): Promise<ReadonlyMap<string, number>>;
  /** The home's computer goes to another network of the same kind: other cable, other router, other addresses. */
  moveHome(name: string): Promise<void>;
  /** The carrier gives the home another public address; inside nothing changes. */
  renumberHome(name: string): Promise<void>;
  remove(): Promise<void>;
}

export interface InternetPlan {
  readonly supernodes: number;
  readonly homes: readonly { readonly name: string; readonly kind: HomeKind }[];
  /** What each home's line does to packets; null: nothing, and no program in between. */
  readonly uplink: Impairment | null;
  /** Gets the cables' configurations and traces. */
  readonly dir: string;
}

/** Where a home's computer is just now. */
interface Place {
  readonly kind: HomeKind;
  /** Of its addresses. */
  readonly index: number;
  /** The name of its line. */
  readonly line: string;
  readonly outermost: string;
}

const core = 'inet';
/** Device names have 15 letters at most. */
const lineTo = (name: string): string => `to-${name}`;

/**
 * Builds the internet: one router in the middle, a line from it to each supernode and to each home's router, and behind that a
 * home with one computer. Needs root, iproute2 and nftables, and gcc for cables.
 */
export async function buildInternet(plan: InternetPlan): Promise<Internet> {
  await removeAbandoned();
  const cables: Cable[] = [];
  const places = new Map<string, Place>();
  let nextIndex = 0;

  /** The line between the internet and `owner`'s device `wan`, with its public addresses. */
  async function connectLine(name: string, owner: string, address: PublicAddress, impairment: Impairment | null): Promise<void> {
    if (impairment === null) {
      await connect(owner, 'wan', core, lineTo(name));
    } else {
      const dir = join(plan.dir, `cable-${name}`);
      mkdirSync(dir, { recursive: true });
      const ends = [
        { namespace: namespaceName(owner), device: 'wan' },
        { namespace: namespaceName(core), device: lineTo(name) },
      ] as const;
      cables.push(await plugWire(...ends, dir, impairment));
    }
    await ipBatch(owner, ['link set wan up', `addr add ${routerIpv6}/64 dev wan nodad`, ...ownAddress('add', address)]);
    await ipBatch(owner, [
      `route add ${gatewayIpv4} dev wan`,
      `route add default via ${gatewayIpv4} dev wan`,
      `route add ::/0 via ${gatewayIpv6} dev wan`,
    ]);
    const line = lineTo(name);
    await ipBatch(core, [
      `link set ${line} up`,
      `addr add ${gatewayIpv4}/32 dev ${line}`,
      `addr add ${gatewayIpv6}/64 dev ${line} nodad`,
      ...routesTo('add', name, address),
    ]);
  }

  async function addSupernode(index: number): Promise<SupernodeHost> {
    const name = `sn${index + 1}`;
    const address = supernodeAddress(index);
    await addNamespace(name);
    await connectLine(name, name, address, null);
    return { name, inside: insideOf(name), address };
  }

  async function addHome(name: string, kind: HomeKind): Promise<Home> {
    await addNamespace(name);
    const router = await settle(name, kind);
    return { name, kind, inside: insideOf(name), insideRouter: insideOf(router) };
  }

  /** Puts a home's computer behind routers and a line of their own; the name of the one next to it. */
  async function settle(host: string, kind: HomeKind): Promise<string> {
    const index = nextIndex;
    nextIndex += 1;
    const line = `${host}-${index}`;
    const routers = routersOf(kind).map((rules, place) => ({ rules, name: `${line}-r${place}` }));
    let inner: string | null = null;
    for (const router of routers) {
      // oxlint-disable-next-line no-await-in-loop -- each stands on the one before
      await addRouter(router.name, router.rules);
      // oxlint-disable-next-line no-await-in-loop -- as above
      await (inner === null ? addRoom(host, router.name, kind, index) : addCarrier(inner, router.name, index));
      inner = router.name;
    }
    const outermost = inner ?? host;
    await connectLine(line, outermost, homeAddress(index), plan.uplink);
    places.set(host, { kind, index, line, outermost });
    if (hasIpv6(kind)) {
      await ipBatch(core, [`route add ${delegatedPrefix(index)}::/64 via ${routerIpv6} dev ${lineTo(line)}`]);
    }
    return routers[0]?.name ?? host;
  }

  const placeOf = (name: string): Place => {
    const place = places.get(name);
    if (place === undefined) throw new Error(`there is no home ${name}`);
    return place;
  };

  const remove = async (): Promise<void> => {
    await Promise.all(cables.splice(0).map((cable) => cable.unplug()));
    await removeOwn();
  };

  try {
    await addNamespace(core);
    await setKernel(core, { 'ipv4/ip_forward': 1, 'ipv6/conf/all/forwarding': 1 });
    const supernodes: SupernodeHost[] = [];
    const homes: Home[] = [];
    /* oxlint-disable no-await-in-loop -- one after the other: all of it is the kernel's one lock */
    for (let index = 0; index < plan.supernodes; index += 1) supernodes.push(await addSupernode(index));
    for (const { name, kind } of plan.homes) homes.push(await addHome(name, kind));
    /* oxlint-enable no-await-in-loop */
    return {
      supernodes,
      homes,
      async packetsFrom() {
        const counted = await runProgram('ip', ['-n', namespaceName(core), '-s', '-j', 'link']);
        return packetsByLine(JSON.parse(counted));
      },
      async moveHome(name) {
        const { kind } = placeOf(name);
        await ipBatch(name, ['link del eth0']);
        await settle(name, kind);
      },
      async renumberHome(name) {
        const place = placeOf(name);
        const [from, to] = [homeAddress(place.index), homeAddress(nextIndex)];
        places.set(name, { ...place, index: nextIndex });
        nextIndex += 1;
        await ipBatch(core, [...routesTo('del', place.line, from), ...routesTo('add', place.line, to)]);
        await ipBatch(place.outermost, [...ownAddress('add', to), ...ownAddress('del', from)]);
      },
      remove,
    };
  } catch (error) {
    await remove();
    throw error;
  }
}

const ownAddress = (verb: 'add' | 'del', { ipv4, ipv6 }: PublicAddress): readonly string[] => [
  `addr ${verb} ${ipv4}/32 dev wan`,
  `addr ${verb} ${ipv6}/128 dev wan${verb === 'add' ? ' nodad' : ''}`,
];

const routesTo = (verb: 'add' | 'del', name: string, { ipv4, ipv6 }: PublicAddress): readonly string[] => [
  `route ${verb} ${ipv4}/32 dev ${lineTo(name)}`,
  `route ${verb} ${ipv6}/128 via ${routerIpv6} dev ${lineTo(name)}`,
];

/** What `ip -s -j link` prints. */
interface CountedLink {
  readonly ifname: string;
  readonly stats64: { readonly rx: { readonly packets: number } };
}

function packetsByLine(printed: unknown): ReadonlyMap<string, number> {
  // iproute2's own output.
  const links = printed as readonly CountedLink[];
  const counts = new Map<string, number>();
  for (const { ifname, stats64 } of links) {
    // A home that moved has had several lines.
    const owner = /^to-(?<owner>[a-z\d]+)/u.exec(ifname)?.groups?.['owner'];
    if (owner !== undefined) counts.set(owner, (counts.get(owner) ?? 0) + stats64.rx.packets);
  }
  return counts;
}

/** Whether this system lets us build one: Linux, root, iproute2 and nftables, and not too narrow a container. */
export async function canBuildInternet(): Promise<boolean> {
  const probe = 'probe';
  try {
    await runProgram('nft', ['--version']);
    await runProgram('setpriv', ['--version']);
    await runProgram('ip', ['netns', 'add', namespaceName(probe)]);
  } catch {
    return false;
  }
  try {
    await feedInside(probe, 'nft', ['-f', '-'], nftRules.fc);
    return true;
  } catch {
    return false;
  } finally {
    await removeOwn();
  }
}
