import { runProgram } from '../quality/rig/run-program.ts';
import { carrierNetwork, delegatedPrefix, privateHost, privateNetwork } from './address-plan.ts';
import { hasIpv4, hasIpv6, type HomeKind } from './home-kinds.ts';
import { feedInside, ipBatch, namespaceName, setKernel } from './namespaces.ts';
import { nftRules, type RouterRules } from './router-rules.ts';

/** What a usual router remembers of a UDP flow, seconds: RFC 4787 asks for more, and many give less. */
const udpMemorySeconds = 30;

export async function addNamespace(name: string): Promise<void> {
  await runProgram('ip', ['netns', 'add', namespaceName(name)]);
  // Addresses are at once what they are: nobody else is here to have the same.
  await setKernel(name, { 'ipv6/conf/default/accept_dad': 0, 'ipv6/conf/all/accept_dad': 0 });
  await ipBatch(name, ['link set lo up']);
}

/** A plain cable between two namespaces. */
export const connect = (a: string, deviceA: string, b: string, deviceB: string): Promise<void> =>
  ipBatch(null, [`link add ${deviceA} netns ${namespaceName(a)} type veth peer name ${deviceB} netns ${namespaceName(b)}`]);

/** A router that has no lines yet. */
export async function addRouter(name: string, rules: RouterRules): Promise<void> {
  await addNamespace(name);
  await setKernel(name, { 'ipv4/ip_forward': 1, 'ipv6/conf/all/forwarding': 1 });
  await feedInside(name, 'nft', ['-f', '-'], nftRules[rules]);
  // Only now is connection tracking there to be told.
  await setKernel(name, { 'netfilter/nf_conntrack_udp_timeout': udpMemorySeconds });
}

/** The home's computer behind its router. */
export async function addRoom(host: string, router: string, kind: HomeKind, index: number): Promise<void> {
  await connect(router, 'lan', host, 'eth0');
  const v6 = delegatedPrefix(index);
  await ipBatch(router, ['link set lan up']);
  await ipBatch(host, ['link set eth0 up']);
  if (hasIpv4(kind)) {
    await ipBatch(router, [`addr add ${privateNetwork}.1/24 dev lan`]);
    await ipBatch(host, [`addr add ${privateHost(index)}/24 dev eth0`, `route add default via ${privateNetwork}.1`]);
  }
  if (hasIpv6(kind)) {
    await ipBatch(router, [`addr add ${v6}::1/64 dev lan nodad`]);
    await ipBatch(host, [`addr add ${v6}::10/64 dev eth0 nodad`, `route add ::/0 via ${v6}::1`]);
  }
}

/** A carrier's NAT, behind which the router of a home stands. */
export async function addCarrier(inner: string, carrier: string, index: number): Promise<void> {
  await connect(carrier, 'lan', inner, 'wan');
  await ipBatch(carrier, ['link set lan up', `addr add ${carrierNetwork(index)}.1/24 dev lan`]);
  await ipBatch(inner, [
    'link set wan up',
    `addr add ${carrierNetwork(index)}.2/24 dev wan`,
    `route add default via ${carrierNetwork(index)}.1`,
  ]);
}
