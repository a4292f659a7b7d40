import type { Overlay, OverlayHealth } from '../overlay/index.ts';
import type { Clock } from '../ports/clock.ts';
import type { Unsubscribe } from '../ports/peer-wire.ts';

const isWithoutOthers = ({ status }: OverlayHealth): boolean =>
  status === 'starting' || status === 'alone' || status === 'reconnecting';

/** Hears when others are there (again) after we had been without them, and since when we had. */
export function onNetworkBack(overlay: Overlay, clock: Clock, listener: (lostAtMs: number) => void): Unsubscribe {
  let aloneSinceMs = isWithoutOthers(overlay.health()) ? clock.nowMs() : null;
  return overlay.onHealth((health) => {
    if (isWithoutOthers(health)) aloneSinceMs ??= clock.nowMs();
    else if (aloneSinceMs !== null) {
      const lostAtMs = aloneSinceMs;
      aloneSinceMs = null;
      listener(lostAtMs);
    }
  });
}
