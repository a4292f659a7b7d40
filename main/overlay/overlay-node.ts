import { isIPv6 } from 'node:net';
import type { Power } from '../../preload/contract/index.ts';
import { createDhtNode, installNodeIds, type DhtNode, type DhtRequest } from '../../native-shims/hyperdht/index.ts';
import { AppError } from '../ports/app-error.ts';
import type { Timer } from '../ports/clock.ts';
import { hostPortText, type HostPort } from '../ports/host-port.ts';
import type { Logger } from '../ports/logger.ts';
import { likelyHost } from './joining/self-address.ts';
import { Joining } from './joining/joining.ts';
import type { WayReport } from './joining/join-ways.ts';
import { firstAnswers } from './first-answers.ts';
import { isDiverseIn, selectDiverse, type Networks } from './networks.ts';
import type { OverlayOptions, SupernodeMode } from './overlay-options.ts';
import type { OverlayHealth } from './overlay.ts';
import { RoleKeeper } from './role/role-keeper.ts';

/** How often neighbours are looked for and our own role is reconsidered: quickly at first, since two may start together. */
const eagerEveryMs = 500;
const calmEveryMs = 5_000;
const eagerForMs = 10_000;
const gatherMs = 50;
/** Whoever has lost everybody was more likely cut off than left alone, for so long. */
const hopeMs = 30_000;

export interface OverlayNodeEvents {
  readonly onHealth: () => void;
  /** Somebody new is there or somebody left. While there are few, what we announce must reach them. */
  readonly onNeighbours: (areFew: boolean) => void;
  /** Addresses changed or the machine slept. */
  readonly onNetworkChange: () => void;
  /** A way of finding others brought somebody, or was switched. */
  readonly onJoining: () => void;
  /** It is about to store nothing more for others, and waits for this; but not when it leaves. */
  readonly onSteppingBack: () => Promise<void>;
  readonly onSteppedBack: () => void;
}

/** What a node sees of the way around. */
export interface WayAround {
  /** The gateway that carries us; null: none does. */
  readonly carrier: () => HostPort | null;
  /** How many nodes the gateways hear. */
  readonly nodesHeard: () => number;
}

/** Our node in the DHT: starts it, finds others for it, decides what it is, and says how it is doing. */
export class OverlayNode {
  readonly #options: OverlayOptions;
  readonly #networks: Networks;
  readonly #log: Logger;
  readonly #events: OverlayNodeEvents;
  readonly #answer: (request: DhtRequest) => boolean;
  readonly #around: WayAround;
  #dht: DhtNode | null = null;
  readonly #role: RoleKeeper;
  #timer: Timer | null = null;
  #lastHeardMs = Number.NEGATIVE_INFINITY;
  #startedAtMs = 0;
  #neighbours = '';
  readonly #joining: Joining;
  #gathering: Timer | null = null;
  /** Our machine's address when we last looked. */
  #host = '';

  constructor(
    options: OverlayOptions,
    networks: Networks,
    answer: (request: DhtRequest) => boolean,
    around: WayAround,
    events: OverlayNodeEvents,
  ) {
    this.#options = options;
    this.#networks = networks;
    this.#log = options.log.child('node');
    this.#answer = answer;
    this.#around = around;
    this.#events = events;
    this.#role = new RoleKeeper({
      options,
      networks,
      isCarried: () => around.carrier() !== null,
      isCutOff: () => this.#isCutOff(),
      log: this.#log,
      onChange: () => this.#events.onHealth(),
      steppingBack: () => this.#events.onSteppingBack(),
      steppedBack: () => this.#events.onSteppedBack(),
    });
    this.#joining = new Joining({
      options,
      networks,
      node: () => this.#dht,
      self: () => this.address(),
      onReport: events.onJoining,
      clock: options.clock,
      random: options.random,
      log: options.log.child('joining'),
    });
  }

  get dht(): DhtNode | null {
    return this.#dht;
  }

  /** Where others reach us, as far as we know: said by others, or assumed. */
  address(): HostPort | null {
    const dht = this.#dht;
    if (dht === null) return null;
    const seen = dht.seenAs();
    if (seen !== null && seen.port !== 0) return seen;
    return { host: likelyHost(this.#options.bind.host), port: dht.port() };
  }

  /** Nodes of the time before this start. */
  get known(): readonly HostPort[] {
    return this.#joining.known;
  }

  entrances(): readonly HostPort[] {
    return [...this.#options.bootstrap.filter(({ host }) => !isIPv6(host)), ...this.#joining.outerEntrances()];
  }

  /** What each way of finding others has brought. */
  joinReports(): readonly WayReport[] {
    return this.#joining.reports();
  }

  /** Nodes of an invitation: whether one of them leads into the network. */
  join(nodes: readonly HostPort[]): Promise<boolean> {
    return this.#joining.join(nodes);
  }

  entrancesForOthers(maySayOurs: boolean): Promise<readonly HostPort[]> {
    return this.#joining.entrancesForOthers(maySayOurs);
  }

  setBitTorrent(isWanted: boolean): void {
    this.#joining.setBitTorrent(isWanted);
  }

  async start(): Promise<void> {
    const { bind, bootstrap, ownPort, clock } = this.#options;
    const networks = this.#networks;
    installNodeIds(networks.id);
    const dht = createDhtNode({
      bind,
      preferredPort: this.#remembered(() => ownPort.load()),
      // HyperDHT speaks IPv4 only; an address of IPv6 leads to a gateway.
      bootstrap: bootstrap.filter(({ host }) => !isIPv6(host)),
      isForced: this.#options.supernodeMode === 'on',
      admit: (node, row) => isDiverseIn(networks, row, node),
      select: (sorted, limit) => selectDiverse(networks, sorted, limit),
      onRequest: (request) => this.#answer(request) || this.#joining.answer(request),
      isLineBusy: () => this.#options.gate?.isShut === true,
    });
    this.#dht = dht;
    this.#startedAtMs = clock.monotonicMs();
    this.#role.started();
    this.#host = likelyHost(bind.host);
    try {
      await dht.bind();
    } catch (error) {
      this.#dht = null;
      await dht.destroy().catch(() => undefined);
      throw new AppError('NO_NETWORK', 'cannot-listen', { detail: error instanceof Error ? error.message : String(error) });
    }
    this.#remembered(() => ownPort.save(dht.port()));
    dht.on('add-node', () => this.#onNodes());
    dht.on('remove-node', () => this.#onNodes());
    dht.on('persistent', () => this.#events.onHealth());
    dht.on('network-change', () => this.#onNetworkChange(false));
    dht.on('wakeup', () => this.#onNetworkChange(true));
    const found = this.#joining.start();
    // Those beside us are asked for at once: their answer is often quicker than a dead entrance's silence.
    this.#joining.tick(true);
    const isEnough = (): boolean => this.#dht !== dht || this.#around.carrier() !== null;
    await firstAnswers(dht, found, clock, isEnough);
    if (this.#dht !== dht) return;
    if (bootstrap.length === 0 && dht.heard().length > 0 && dht.firewalled())
      dht.testReachability().catch((error: unknown) => this.#warn('reachability-unknown', error));
    // Whether we can be reached takes seconds to find out where some are gone; we can ask and announce meanwhile.
    if (dht.heard().length === 0) await this.#role.look(dht);
    else this.#role.look(dht).catch((error: unknown) => this.#warn('role-not-found', error));
    if (this.#dht === dht) this.#tick();
  }

  async stop(): Promise<void> {
    this.#timer?.cancel();
    this.#gathering?.cancel();
    if (this.#dht !== null) this.#joining.save();
    this.#joining.stop();
    const dht = this.#dht;
    this.#dht = null;
    await dht?.destroy();
  }

  async setMode(mode: SupernodeMode): Promise<void> {
    this.#role.setMode(mode);
    await this.#lookAtRole();
  }

  async setPower(power: Power): Promise<void> {
    this.#role.setPower(power);
    await this.#lookAtRole();
  }

  /** Carries nothing more: tells its neighbours, and is a client from then on. Others are still asked. */
  async leave(): Promise<void> {
    this.#role.leave();
    await this.#lookAtRole();
  }

  async #lookAtRole(): Promise<void> {
    const dht = this.#dht;
    if (dht !== null && this.#role.isSettled) await this.#role.look(dht);
  }

  /** Look again, now: after sleep or a change of network. */
  refresh(): void {
    // As eagerly as after a start.
    this.#startedAtMs = this.#options.clock.monotonicMs();
    this.#joining.refresh();
    this.#dht?.refresh();
    this.#joining.tick(true);
  }

  health(recordsHeld: number): OverlayHealth {
    const dht = this.#dht;
    const carrier = this.#around.carrier();
    const nodesHeard = carrier === null ? (dht?.heard().length ?? 0) : this.#around.nodesHeard();
    const supernode = dht !== null && dht.id() !== null;
    const seen = dht?.seenAs() ?? null;
    return {
      status: carrier === null ? this.#status(nodesHeard, dht?.firewalled() === true && seen?.port === 0) : 'limited',
      nodesHeard,
      supernode,
      role: this.#role.view(supernode),
      // Seen by others; a first supernode that nobody has seen yet tells where it listens.
      publicAddress: seen !== null && seen.port !== 0 && nodesHeard > 0 ? seen : supernode ? this.address() : null,
      recordsHeld,
      gateway: carrier,
    };
  }

  #status(nodesHeard: number, isSymmetric: boolean): OverlayHealth['status'] {
    // Every destination sees another port of ours (a symmetric router): direct paths to many will fail.
    if (nodesHeard > 0) return isSymmetric ? 'limited' : 'connected';
    if (!this.#role.isSettled) return 'starting';
    return this.#isCutOff() ? 'reconnecting' : 'alone';
  }

  #isCutOff(): boolean {
    return this.#options.clock.monotonicMs() - this.#lastHeardMs < hopeMs;
  }

  #tick(): void {
    const dht = this.#dht;
    if (dht === null) return;
    const { clock } = this.#options;
    const isEager = clock.monotonicMs() - this.#startedAtMs < eagerForMs;
    this.#joining.tick(isEager);
    this.#reconsider(dht)
      .catch((error: unknown) => this.#warn('role-not-reconsidered', error))
      .finally(() => {
        if (this.#dht !== dht) return;
        this.#timer = clock.setTimer(isEager ? eagerEveryMs : calmEveryMs, () => this.#tick());
      });
  }

  async #reconsider(dht: DhtNode): Promise<void> {
    const heard = dht.heard();
    const nowMs = this.#options.clock.monotonicMs();
    if (heard.length > 0) this.#lastHeardMs = nowMs;
    if (this.#role.isSettled) await this.#role.look(dht);
    this.#events.onHealth();
  }

  /** Nodes come by the dozen while a network is first looked at. */
  #onNodes(): void {
    this.#gathering ??= this.#options.clock.setTimer(gatherMs, () => {
      this.#gathering = null;
      if (this.#dht !== null) this.#judgeNodes();
    });
  }

  #judgeNodes(): void {
    this.#events.onHealth();
    const heard = this.#dht?.heard() ?? [];
    // Who they are, not how many: one may have come as another left.
    const neighbours = heard.map(hostPortText).toSorted().join(' ');
    // In a small network every newcomer is among the closest nodes of everything.
    if (neighbours !== this.#neighbours) this.#events.onNeighbours(heard.length <= 20);
    this.#neighbours = neighbours;
  }

  #onNetworkChange(slept: boolean): void {
    this.#log.info('network-changed');
    this.#role.upset(slept);
    this.#moveIfMoved().catch((error: unknown) => this.#warn('not-moved', error));
    this.refresh();
    this.#events.onNetworkChange();
  }

  /** Our socket's own address was our address, and it changed: we are another node now, and say so before others find out. */
  async #moveIfMoved(): Promise<void> {
    const dht = this.#dht;
    const host = likelyHost(this.#options.bind.host);
    const before = this.#host;
    this.#host = host;
    if (dht === null || dht.id() === null || host === before || dht.seenAs()?.host !== before) return;
    dht.forgetAddress();
    await dht.becomeSupernode({ host, port: dht.port() }, true);
    dht.refresh();
  }

  /** A disk that is full costs a slower start next time, not the node. */
  #remembered<T>(work: () => T): T | null {
    try {
      return work();
    } catch (error) {
      this.#warn('memory-failed', error);
      return null;
    }
  }

  #warn(event: string, error: unknown): void {
    this.#log.warn(event, { detail: error instanceof Error ? error.message : String(error) });
  }
}
