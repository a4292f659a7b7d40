export { createOverlay, type RunningOverlay } from './create-overlay.ts';
export { createLocalRendezvous, type LocalRendezvous } from './discovery/local-rendezvous.ts';
export * from './directory-store.ts';
export type { DiversityOptions } from './networks.ts';
export type { OverlayOptions, SupernodeMode } from './overlay-options.ts';
export * from './overlay.ts';
export * from './people.ts';
export type { KnownRelay, OverlayRelays, OwnRelay } from './relays/relays.ts';
export { likelyHost } from './discovery/self-address.ts';
