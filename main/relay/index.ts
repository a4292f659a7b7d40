export { startRelay, type ListenPoint, type Relay, type RelayOptions } from './start-relay.ts';
export { defaultLimits, type RelayLimits } from './turn/limits.ts';
export type { Ticket, TicketVerifier } from './turn/credentials.ts';
export { refusalOf } from './turn/peer-policy.ts';
export { relayCapsSchema, relayPortsSchema, type RelayBoot, type RelayCaps, type RelayWish } from './protocol.ts';
export type { RelayCounts } from './turn/turn-server.ts';
export type { PortRange } from './edge/relay-sockets.ts';
