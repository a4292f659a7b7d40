import peerModule from 'dht-rpc/lib/peer.js';

/** 32 bytes for a node's address. */
export type NodeIdRule = (host: string, port: number) => Uint8Array;

/** What dht-rpc's `lib/peer` exports and everything in it calls through (version 6.27; the conformance test watches it). */
interface PeerModule {
  id: (host: string, port: number, out?: Uint8Array) => Uint8Array;
}

// The package ships no types; the shape is checked by test/unit/overlay/node-id.test.ts.
const peer = peerModule as PeerModule;

let installed: NodeIdRule | null = null;

/**
 * Replaces the way node ids are made, for the whole process and every node in it. Must come before the first node; installing
 * the same rule again is fine, another one throws.
 */
export function installNodeIds(rule: NodeIdRule): void {
  if (installed === rule) return;
  if (installed !== null) throw new Error('another node id rule is already in use in this process');
  installed = rule;
  peer.id = (host, port, out) => {
    const id = rule(host, port);
    if (out === undefined) return Buffer.from(id);
    out.set(id);
    return out;
  };
}
