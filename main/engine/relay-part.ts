import { networkInterfaces } from 'node:os';
import type { CarryingView } from '../../preload/contract/index.ts';
import type { Overlay, OwnRelay } from '../overlay/index.ts';
import type { Clock, Timer } from '../ports/clock.ts';
import type { HostPort } from '../ports/host-port.ts';
import type { Logger } from '../ports/logger.ts';
import type { RelayWish } from '../relay/index.ts';
import type { RelayEvent } from '../shell/index.ts';
import type { Given, RelayUsage } from '../storage/index.ts';
import type { RelayChoice } from './boot.ts';
import { RateMeter } from './rate-meter.ts';
import { relayWish } from './relay-wish.ts';

/** What a person's computer carries for strangers in a month: some 90 hours of a call. A server that was told to has no such limit. */
export const monthlyLimitBytes = 10_000_000_000;
/** Being a supernode is reconsidered every few seconds; calls that are carried must not end by a flicker. */
const lingerMs = 15_000;
const saveEveryMs = 30_000;
/** Counts come every two seconds while anything changes. */
const silentMs = 5_000;
/** The overlay is asked what it passes on; as often as the relay says it. */
const askEveryMs = 2_000;

export interface RelayPartOptions {
  /** Asks the shell for a relay; null: for none. */
  readonly want: (wish: RelayWish | null) => void;
  /** Tells the relay that runs to begin nothing new. */
  readonly drainRelay: () => void;
  readonly overlay: Pick<Overlay, 'health' | 'onHealth' | 'relays' | 'setCarries' | 'carried' | 'kept'>;
  readonly bind: HostPort;
  /** A global address of IPv6 that this computer has now. */
  readonly ownHost6: () => string | null;
  readonly choice: RelayChoice;
  /** The person's setting. */
  readonly carries: () => boolean;
  /** Told each time that something of it changes. */
  readonly show: (carrying: CarryingView) => void;
  readonly usage: RelayUsage;
  readonly clock: Clock;
  readonly logger: Logger;
}

export interface RelayPart {
  hear(event: RelayEvent): void;
  /** The setting changed. */
  settingChanged(): void;
  /** Nothing new is carried from now on, whatever the node becomes; what is carried goes on until `stop`. */
  drain(): void;
  /** Calls of others whose sound goes through here now. */
  calls(): number;
  stop(): void;
}

const ownHosts = (host: string): boolean =>
  Object.values(networkInterfaces()).some((entries) => (entries ?? []).some(({ address }) => address === host)) ||
  // Every 127.x is ours, and none but the first is listed.
  host.startsWith('127.');

/** Whoever listens on all addresses is on this one too. */
const insideOf = (point: HostPort | undefined): HostPort | null =>
  point === undefined ? null : { host: point.host === '0.0.0.0' ? '127.0.0.1' : point.host, port: point.port };

/** Decides whether this computer carries for other people (relay, blind relay, gateway), tells others so, and counts what it gives. */
export function createRelayPart(options: RelayPartOptions): RelayPart {
  const { overlay, choice, clock, usage, logger } = options;
  const limitBytes = choice.always ? null : monthlyLimitBytes;
  let wish: RelayWish | null = null;
  let lingering: Timer | null = null;
  let failed = false;
  /** It listens, and relays. */
  let isOn = false;
  let allocations = 0;
  let calls = 0;
  /** Of the relay that runs, by its own count. */
  let callsHeard = 0;
  let isDraining = false;
  const relayRate = new RateMeter(clock.monotonicMs());
  const overlayRate = new RateMeter(clock.monotonicMs());
  let unsaved: Given = { bytes: 0, calls: 0 };
  let saveTimer: Timer | null = null;
  let silence: Timer | null = null;

  const today = (): string => new Date(clock.nowMs()).toISOString().slice(0, 'yyyy-mm-dd'.length);
  const withUnsaved = <T extends Given>(given: T): T => ({
    ...given,
    bytes: given.bytes + unsaved.bytes,
    calls: given.calls + unsaved.calls,
  });
  const ofMonth = (): Given => withUnsaved(usage.ofMonth(today().slice(0, 'yyyy-mm'.length)));
  const ever = (): CarryingView['ever'] => {
    const saved = usage.ever();
    if (saved !== null) return withUnsaved(saved);
    return unsaved.bytes === 0 ? null : withUnsaved({ sinceDay: today(), bytes: 0, calls: 0 });
  };
  const isSpent = (): boolean => limitBytes !== null && ofMonth().bytes >= limitBytes;
  const stateNow = (): CarryingView['state'] => {
    if (!options.carries()) return 'off';
    if (isSpent()) return 'limit-reached';
    if (failed) return 'failed';
    return isOn ? 'on' : 'not-reachable';
  };
  const update = (): void => {
    const { pairs, gatewayClients } = overlay.carried();
    const kept = overlay.kept();
    const month = ofMonth();
    options.show({
      state: stateNow(),
      calls,
      pairs,
      gatewayClients,
      bitsPerSecond: relayRate.bitsPerSecond + overlayRate.bitsPerSecond,
      bytesToday: withUnsaved(usage.ofDay(today())).bytes,
      bytesThisMonth: month.bytes,
      callsThisMonth: month.calls,
      ever: ever(),
      mailbox: { items: kept.items, bytes: kept.bytes },
      limitBytes,
    });
  };

  const save = (): void => {
    saveTimer?.cancel();
    saveTimer = null;
    if (unsaved.bytes === 0) return;
    try {
      usage.add(today(), unsaved);
      unsaved = { bytes: 0, calls: 0 };
    } catch (error) {
      // A full disk costs the memory of what was given, not the calls.
      logger.warn('relay-usage-not-saved', { error: String(error).slice(0, 200) });
    }
  };

  const wants = (next: RelayWish | null): void => {
    lingering?.cancel();
    lingering = null;
    if (JSON.stringify(next) === JSON.stringify(wish)) return;
    wish = next;
    failed = false;
    options.want(next);
  };
  /** Addresses of IPv6 come and go by the day, and a relay that moves ends what it carries. */
  const host6Now = (): string | null => {
    const current = wish?.listenBeside ?? null;
    const isKept = wish !== null && (allocations > 0 || (current !== null && ownHosts(current)));
    return isKept ? current : options.ownHost6();
  };
  const decide = (): void => {
    if (isDraining) return update();
    const { supernode, publicAddress } = overlay.health();
    const allowed = options.carries() && !isSpent();
    overlay.setCarries(allowed);
    const next = relayWish({
      allowed,
      supernode,
      publicHost: publicAddress?.host ?? null,
      ownHost6: host6Now(),
      bindHost: options.bind.host,
      isOwnHost: ownHosts,
      choice,
    });
    if (next === null && wish !== null && allowed) lingering ??= clock.setTimer(lingerMs, () => wants(null));
    else wants(next);
    return update();
  };

  const forget = (): void => {
    isOn = false;
    allocations = 0;
    calls = 0;
    callsHeard = 0;
    relayRate.restart(clock.monotonicMs());
    overlay.relays.setOwn(null, null);
  };
  const gave = (newBytes: number, newCalls = 0): void => {
    unsaved = { bytes: unsaved.bytes + newBytes, calls: unsaved.calls + newCalls };
    if (newBytes === 0) return;
    saveTimer ??= clock.setTimer(saveEveryMs, save);
    if (isSpent()) decide();
  };
  const heardCounts = (counts: Extract<RelayEvent, { kind: 'relay-counts' }>): void => {
    ({ allocations, calls } = counts);
    const newCalls = Math.max(0, counts.callsEver - callsHeard);
    callsHeard = counts.callsEver;
    silence?.cancel();
    silence = clock.setTimer(silentMs, () => {
      relayRate.silent(clock.monotonicMs());
      update();
    });
    gave(relayRate.heard(counts.bytes, clock.monotonicMs()), newCalls);
  };
  const askOverlay = (): void => {
    asking = clock.setTimer(askEveryMs, askOverlay);
    gave(overlayRate.heard(overlay.carried().bytes, clock.monotonicMs()));
    update();
  };

  const unlisten = overlay.onHealth(decide);
  let asking = clock.setTimer(askEveryMs, askOverlay);
  decide();

  return {
    hear(event) {
      switch (event.kind) {
        case 'relay-listening': {
          const portOf = (transport: string): number => event.points.find((point) => point.transport === transport)?.port ?? 0;
          const host6 = wish?.listenBeside ?? null;
          // Others take its ports to be the same.
          const isBeside = event.points.every(({ transport, port }) =>
            event.points.some((other) => other.host === host6 && other.transport === transport && other.port === port),
          );
          const own: OwnRelay = {
            host6: isBeside ? host6 : null,
            udp: portOf('udp'),
            tcp: portOf('tcp'),
            tls: portOf('tls'),
            key: event.key,
            pin: event.pin,
          };
          failed = false;
          isOn = wish?.relayHosts[4] !== undefined;
          overlay.relays.setOwn(
            isOn ? own : null,
            isOn ? insideOf(event.points.find(({ transport }) => transport === 'tcp')) : null,
          );
          break;
        }
        case 'relay-counts':
          heardCounts(event);
          break;
        case 'relay-failed':
          failed = true;
          logger.warn('relay-failed', { code: event.code });
          break;
        case 'relay-gone':
          forget();
      }
      update();
    },
    settingChanged: decide,
    drain() {
      isDraining = true;
      lingering?.cancel();
      options.drainRelay();
      overlay.relays.setOwn(null, null);
    },
    calls: () => calls,
    stop() {
      unlisten();
      for (const timer of [lingering, silence, asking]) timer?.cancel();
      save();
    },
  };
}
