import { createDhtNode, type DhtNode } from '../../native-shims/hyperdht/index.ts';
import type { HostPort } from '../../main/ports/host-port.ts';

/** A node of the DHT that keeps nothing and answers nothing of ours, in the network of one other. */
export async function joinPlainly(host: string, bootstrap: HostPort): Promise<DhtNode> {
  const node = createDhtNode({
    bind: { host, port: 0 },
    preferredPort: null,
    bootstrap: [bootstrap],
    isForced: false,
    admit: () => true,
    select: (sorted, limit) => sorted.slice(0, limit),
    onRequest: () => false,
  });
  await node.bind();
  await node.bootstrapped();
  return node;
}
