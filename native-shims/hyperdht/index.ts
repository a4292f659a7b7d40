export { boundFrames } from './bounded-stream.ts';
export { createDhtNode, type DhtEvent, type DhtNode, type DhtNodeOptions } from './dht-node.ts';
export { compareDistance, namedPerReply, type TableNode } from './diverse-table.ts';
export type {
  DhtKeyPair,
  DhtReply,
  DhtRequest,
  DatagramSource,
  DhtServer,
  DialerPayload,
  NodeAddress,
  RawStream,
  RequestMessage,
  SecretStream,
  TopicPeer,
  UdxSocket,
} from './dht-types.ts';
export { createMux, type Mux, type MuxChannel } from './mux.ts';
export { noiseAnswering, noiseCalling, noiseWithAnybody, type ByteLine } from './noise-line.ts';
export { installNodeIds, type NodeIdRule } from './node-ids.ts';
export { openRelayLine, type PairMessage, type RelayLine, type RelayStream } from './relay-line.ts';
export { publicKeyOfSeed, seedPair, signWithPair, tweakedPair, tweakPublicKey } from './tweak.ts';
