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
import type { HomeKind } from './home-kinds.ts';
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
}

export interface Internet {
  readonly supernodes: readonly SupernodeHost[];
  readonly homes: readonly Home[];
  /** Packets that have come from each line, by the name of who is at its end. */
  packetsFrom(): Promise<ReadonlyMap<string, number>>;
  /** The home gets another public address and forgets what it had let in, as after a change of networks. */
  moveHome(name: string): Promise<void>;
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
  const addressOf = new Map<string, number>();
  let nextAddress = 0;

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

  async function addHome(name: string, kind: HomeKind, index: number): Promise<Home> {
    const routers = routersOf(kind).map((rules, place) => ({ rules, name: `${name}-r${place}` }));
    const outermost = routers.at(-1)?.name ?? name;
    await addNamespace(name);
    for (const [place, router] of routers.entries()) {
      // oxlint-disable-next-line no-await-in-loop -- each stands on the one before
      await addRouter(router.name, router.rules);
      const inner = place === 0 ? null : (routers[place - 1]?.name ?? null);
      // oxlint-disable-next-line no-await-in-loop -- as above
      await (inner === null ? addRoom(name, router.name, kind, index) : addCarrier(inner, router.name, index));
    }
    await connectLine(name, outermost, homeAddress(index), plan.uplink);
    addressOf.set(name, index);
    nextAddress = Math.max(nextAddress, index + 1);
    if (kind === 'v6fw') {
      await ipBatch(core, [`route add ${delegatedPrefix(index)}::/64 via ${routerIpv6} dev ${lineTo(name)}`]);
    }
    return { name, kind, inside: insideOf(name) };
  }

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
    for (const [index, { name, kind }] of plan.homes.entries()) homes.push(await addHome(name, kind, index));
    /* oxlint-enable no-await-in-loop */
    return {
      supernodes,
      homes,
      async packetsFrom() {
        const counted = await runProgram('ip', ['-n', namespaceName(core), '-s', '-j', 'link']);
        return packetsByLine(JSON.parse(counted));
      },
      async moveHome(name) {
        const before = addressOf.get(name);
        const home = homes.find((one) => one.name === name);
        if (before === undefined || home === undefined) throw new Error(`there is no home ${name}`);
        const router = `${name}-r${routersOf(home.kind).length - 1}`;
        addressOf.set(name, nextAddress);
        const [from, to] = [homeAddress(before), homeAddress(nextAddress)];
        nextAddress += 1;
        await ipBatch(core, [...routesTo('del', name, from), ...routesTo('add', name, to)]);
        await ipBatch(router, [...ownAddress('add', to), ...ownAddress('del', from)]);
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
  return new Map(
    links
      .filter(({ ifname }) => ifname.startsWith('to-'))
      .map(({ ifname, stats64 }) => [ifname.slice('to-'.length), stats64.rx.packets]),
  );
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
