import { isDeepStrictEqual } from 'node:util';
import type { CarryingView, NetworkView, Settings } from '../../preload/contract/index.ts';
import type { Overlay, OverlayHealth } from '../overlay/index.ts';
import type { Clock } from '../ports/clock.ts';
import { hostPortText } from '../ports/host-port.ts';
import { createValue, type ObservableValue } from './observable.ts';

/** Long enough for a bootstrap over a slow line; then "nobody answers" is the answer. */
const readyLimitMs = 10_000;

export interface NetworkPart {
  readonly view: ObservableValue<NetworkView>;
  /** Resolves when the overlay has looked for others (or after 10 s). */
  ready(signal: AbortSignal): Promise<void>;
  showMode(mode: Settings['supernodeMode']): void;
  showCarrying(carrying: CarryingView): void;
}

/** Until it is decided. */
const carriesNothing: CarryingView = {
  state: 'not-reachable',
  calls: 0,
  pairs: 0,
  gatewayClients: 0,
  bitsPerSecond: 0,
  bytesToday: 0,
  bytesThisMonth: 0,
  callsThisMonth: 0,
  ever: null,
  mailbox: { items: 0, bytes: 0 },
  limitBytes: null,
};

export function createNetworkPart(overlay: Overlay, clock: Clock, mode: Settings['supernodeMode']): NetworkPart {
  let supernodeMode = mode;
  let carrying = carriesNothing;
  const show = ({ status, nodesHeard, supernode, role, publicAddress, recordsHeld, gateway }: OverlayHealth): NetworkView => ({
    status,
    nodesHeard,
    supernode,
    supernodeMode,
    role,
    publicAddress: publicAddress === null ? null : hostPortText(publicAddress),
    recordsHeld,
    relaysKnown: overlay.relays.known().length,
    joining: overlay.joinReports().map((report) => ({ ...report })),
    carrying,
    gateway: gateway === null ? null : hostPortText(gateway),
  });
  const view = createValue<NetworkView>(show(overlay.health()), isDeepStrictEqual);
  overlay.onHealth((health) => view.set(show(health)));
  overlay.onJoin(() => view.set(show(overlay.health())));
  overlay.relays.onChange(() => view.set(show(overlay.health())));
  return {
    view,
    async ready(signal) {
      const limit = new AbortController();
      const timer = clock.setTimer(readyLimitMs, () => limit.abort());
      try {
        for await (const { status } of view.watch(AbortSignal.any([signal, limit.signal]))) {
          if (status !== 'starting') return;
        }
      } finally {
        timer.cancel();
      }
    },
    showCarrying(next) {
      carrying = next;
      view.set(show(overlay.health()));
    },
    showMode(next) {
      supernodeMode = next;
      view.set(show(overlay.health()));
    },
  };
}
