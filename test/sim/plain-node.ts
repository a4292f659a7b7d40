import { createDhtNode, type DhtNode, type DhtNodeOptions } from '../../native-shims/hyperdht/index.ts';
import type { HostPort } from '../../main/ports/host-port.ts';

/** A node of the DHT that keeps nothing and answers nothing of ours, unless it is told to. @param bootstrap null: it is the first, and a supernode */
export async function startPlainNode(
  host: string,
  bootstrap: HostPort | null,
  changes: Partial<Pick<DhtNodeOptions, 'isForced' | 'onRequest' | 'isLineBusy'>> = {},
): Promise<DhtNode> {
  const node = createDhtNode({
    bind: { host, port: 0 },
    preferredPort: null,
    bootstrap: bootstrap === null ? [] : [bootstrap],
    isForced: bootstrap === null,
    admit: () => true,
    select: (sorted, limit) => sorted.slice(0, limit),
    onRequest: () => false,
    ...changes,
  });
  await node.bind();
  await node.bootstrapped();
  if (bootstrap === null) await node.becomeSupernode({ host, port: node.port() }, true);
  return node;
}
