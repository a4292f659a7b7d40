import type { DhtRequest } from '../../native-shims/hyperdht/index.ts';
import { BlindRelayBook } from './blind-relay/blind-relay-book.ts';
import { BlindRelayService } from './blind-relay/blind-relay-service.ts';
import { answerBlindRelay } from './blind-relay/blind-relay-wire.ts';
import { createDirectoryStore } from './directory/directory-client.ts';
import { createDirectoryNode } from './directory/directory-node.ts';
import { createHandOver } from './directory/hand-over.ts';
import type { DirectoryClientParts } from './directory/places.ts';
import { Replicator } from './directory/replicator.ts';
import { defaultShelfLimits, Shelf } from './directory/shelf.ts';
import type { DirectoryStore } from './directory-store.ts';
import type { HostPort } from '../ports/host-port.ts';
import { openGate } from '../ports/line-gate.ts';
import { Listeners } from '../ports/listeners.ts';
import { createGatewayDirectory } from './gateway/gateway-directory.ts';
import { createGatewayPart } from './gateway/gateway-part.ts';
import type { RelayDoor } from './gateway/own-gateway.ts';
import { createNetworks } from './networks.ts';
import { OverlayNode } from './overlay-node.ts';
import { servingNow } from './serving.ts';
import type { OverlayOptions } from './overlay-options.ts';
import type { Overlay, OverlayHealth } from './overlay.ts';
import { createCardPart } from './cards/card-part.ts';
import { createMailboxPart } from './mailbox/mailbox-part.ts';
import { PeopleHub } from './people/create-people.ts';
import type { People } from './people.ts';
import { defaultLinkTiming } from './people/timing.ts';
import type { WayReport } from './joining/join-ways.ts';
import { RelayFinder } from './relays/relay-finder.ts';
import { createRelayNode } from './relays/relay-node.ts';
import type { OverlayRelays, OwnRelay } from './relays/relays.ts';
import { createStunProbe } from './relays/stun-probe.ts';
import { handOn } from './role/hand-on.ts';
import { abortable, within } from './waiting.ts';
import { createKnocker } from './role/knock-socket.ts';
import { createLeavingAnswerer } from './role/leaving.ts';
import { createProbeAnswerer } from './role/probe-command.ts';

/** Long enough for its neighbours to have handed a new node what it should hold. */
const newcomerMs = 60_000;

/** A supernode that becomes a client hands its mail on for so long at most, and afterwards its records. */
const [mailHandOnMs, recordsHandOnMs] = [5_000, 30_000];

/** An overlay that also shows its address, and lets tests break things. */
export interface RunningOverlay extends Overlay {
  /** Where our node can be reached, as far as it knows; null before `start`. */
  address(): HostPort | null;
  /** Cuts the connections under all sessions, as a router would. */
  breakLinks(): void;
  /** Sockets gone, nobody told. */
  crash(): Promise<void>;
}

export function createOverlay(options: OverlayOptions): RunningOverlay {
  const { clock, random, validator, gate = openGate } = options;
  const log = options.log.child('overlay');
  const networks = createNetworks(options.diversity);
  const shelf = new Shelf(clock, options.shelf, validator, { ...defaultShelfLimits, ...options.shelfLimits });
  const healthListeners = new Listeners<[OverlayHealth]>(log);
  const joinListeners = new Listeners<[readonly WayReport[]]>(log);
  let lastHealth = '';

  /** Since when we store for others; null while we don't. */
  let storingSinceMs: number | null = null;
  const isNewcomer = (): boolean => storingSinceMs === null || clock.monotonicMs() - storingSinceMs < newcomerMs;
  const answerDirectory = createDirectoryNode(
    shelf,
    networks,
    () => node.dht?.id() ?? null,
    isNewcomer,
    (target) => replicator.confirmed(target),
    log,
  );
  let ownRelay: OwnRelay | null = null;
  let relayInside: HostPort | null = null;
  const answerRelay = createRelayNode(
    () => withDoor(ownRelay, relayInside === null ? null : gateway.relayDoor()),
    () => clock.nowMs(),
  );
  const gateway = createGatewayPart({
    options: options.gateway,
    bind: options.bind,
    node: () => node.dht,
    others: () => [...options.bootstrap, ...node.entrances(), ...node.known],
    self: () => (node.dht?.id() === null ? null : node.address()),
    directory: () => straight,
    closest: (target, signal) => mailboxes.closest(target, signal),
    relay: () => relayInside,
    networks,
    clock,
    random,
    log: log.child('gateway'),
    onChange: (isOther) => {
      reportHealth();
      if (!isOther) return;
      people.refresh();
      finder.networkChanged();
    },
  });
  const nowMs = (): number => clock.monotonicMs();
  const answerProbe = createProbeAnswerer({
    networks,
    isSupernode: () => node.dht !== null && node.dht.id() !== null,
    dial: createKnocker(options.bind.host, clock, log),
    nowMs,
  });
  const answerLeaving = createLeavingAnswerer({ networks, drop: (other) => node.dht?.drop(other), nowMs });
  /** Passes connections of others on while we are a supernode. */
  let blindRelay: BlindRelayService | null = null;
  const answer = (request: DhtRequest): boolean =>
    answerDirectory(request) ||
    mailboxes.answer(request) ||
    cards.answer(request) ||
    answerRelay(request) ||
    (!refusesNew && gateway.answer(request)) ||
    answerProbe(request) ||
    answerLeaving(request) ||
    answerBlindRelay(request, () => (refusesNew ? null : (blindRelay?.key ?? null)));
  const node: OverlayNode = new OverlayNode({ ...options, log }, networks, answer, gateway, {
    onHealth: () => reportHealth(),
    onNeighbours: (areFew) => {
      replicator.neighboursChanged();
      mailboxes.neighboursChanged();
      cards.neighboursChanged();
      if (!areFew) return;
      people.reannounce();
      gateway.reannounce();
      finder.neighboursChanged();
      blindRelays.neighboursChanged();
      blindRelay?.refresh();
    },
    onNetworkChange: () => {
      gateway.check();
      people.refresh();
      finder.networkChanged();
      blindRelays.neighboursChanged();
    },
    onJoining: () => joinListeners.emit(node.joinReports()),
    onSteppingBack: () => within(clock, mailHandOnMs, mailboxes.handAllOver(), undefined),
    onSteppedBack() {
      const ended = new AbortController();
      const timer = clock.setTimer(recordsHandOnMs, () => ended.abort());
      void handOn(shelf, hand, AbortSignal.any([ended.signal, stopping.signal]), log).finally(() => timer.cancel());
    },
  });
  const blindRelays = new BlindRelayBook({
    node: () => node.dht,
    networks,
    self: () => node.address(),
    clock,
    random,
    log,
  });
  const finder = new RelayFinder({
    node: () => gateway.roaming(),
    networks,
    probe: createStunProbe(options.bind.host, clock, random),
    self: () => node.address(),
    clock,
    random,
    log: log.child('relays'),
  });
  const relays: OverlayRelays = {
    known: () => finder.known(),
    onChange: (listener) => finder.onChange(listener),
    setOwn(relay, inside) {
      ownRelay = relay;
      relayInside = inside;
    },
  };
  const people: PeopleHub = new PeopleHub({
    clock,
    random,
    log,
    networks,
    relays: blindRelays,
    timing: { ...defaultLinkTiming, ...options.linkTiming },
    checks: {
      certificate: options.certificateCheck,
      successor: options.certificateSuccessor ?? (() => null),
      signature: options.signatureCheck,
    },
    node: () => gateway.roaming(),
    hiddenNode: () => gateway.hidden(),
    onHiding(isHiding) {
      hidesFromSome = isHiding;
      hide();
    },
    selfAsSupernode: () => (node.dht?.id() === null ? null : node.address()),
  });
  const places: DirectoryClientParts = {
    node: () => node.dht,
    networks,
    shelf,
    clock,
    self: () => {
      const id = node.dht?.id() ?? null;
      const address = node.address();
      return id === null || address === null ? null : { id, address };
    },
    isNewcomer,
    entrances: () => node.entrances(),
  };
  const mailboxes = createMailboxPart({
    options: options.mailboxes,
    dht: () => node.dht,
    // Who hides from people is seen by nodes all the same; only who can't reach these is carried to them.
    roaming: () => (gateway.carrier() === null ? node.dht : gateway.roaming()),
    carriedPlaces: (target, signal) => (gateway.carrier() === null ? null : around.closest(target, signal)),
    places,
    gate,
    clock,
    random,
    log: log.child('mailboxes'),
  });
  const cards = createCardPart({
    options: options.cards,
    dht: () => node.dht,
    roaming: () => gateway.roaming(),
    places,
    gate,
    clock,
    random,
    log: log.child('cards'),
  });
  const straight: DirectoryStore = createDirectoryStore(places);
  const around = createGatewayDirectory({ connections: () => gateway.connections(), settled: () => gateway.settled() });
  const directory: DirectoryStore = {
    get: (target, signal) => (gateway.carrier() === null ? straight : around).get(target, signal),
    put: (target, record, signal) => (gateway.carrier() === null ? straight : around).put(target, record, signal),
  };
  const hand = createHandOver(places);
  const replicator = new Replicator({
    shelf,
    hand,
    node: places.node,
    self: places.self,
    gate,
    clock,
    random,
    log,
  });

  let isStopped = false;
  const stopping = new AbortController();
  let isHidden = false;
  let hidesFromSome = false;
  const hide = (): void => gateway.setHiding(isHidden ? 'all' : hidesFromSome ? 'some' : 'nobody');
  let mayCarry = true;
  let refusesNew = false;
  /** One move after the other: what moves twice at once could end up in both places. */
  let moving: Promise<void> = Promise.resolve();
  /** Of blind relays that ended. */
  let pastPairBytes = 0;
  const carryConnections = (isWanted: boolean): void => {
    const dht = node.dht;
    if (isWanted && !isStopped && blindRelay === null && dht !== null) {
      const service = new BlindRelayService(dht, { clock, random, log, networks });
      blindRelay = service;
      service.start().catch((error: unknown) => {
        if (blindRelay === service) blindRelay = null;
        log.warn('blind-relay-failed', { detail: error instanceof Error ? error.message : String(error) });
      });
    } else if (!isWanted && blindRelay !== null) {
      const service = blindRelay;
      blindRelay = null;
      void service.stop();
      // All pairs are ended, and so counted, before it first waits.
      pastPairBytes += service.counters().carriedBytes;
    }
  };

  const health = (): OverlayHealth => node.health(shelf.count);
  const serve = (now: OverlayHealth): void => {
    // What is open stays open until we stop, and nobody new is told of it.
    if (refusesNew) return;
    const serving = servingNow(now, mayCarry);
    gateway.wantOwn(serving.gateway && !isStopped);
    carryConnections(serving.blindRelay);
  };
  const reportHealth = (): void => {
    const now = health();
    if (!now.supernode) storingSinceMs = null;
    else storingSinceMs ??= clock.monotonicMs();
    serve(now);
    const text = JSON.stringify(now);
    if (text === lastHealth) return;
    lastHealth = text;
    healthListeners.emit(now);
  };

  return {
    directory,
    mailboxes: mailboxes.store,
    cards: cards.store,
    kept: () => mailboxes.counts(),
    people: people satisfies People,
    relays,
    health,
    onHealth: (listener) => healthListeners.add(listener),
    address: () => node.address(),
    carried() {
      const pairs = blindRelay?.counters();
      const { clients, bytes } = gateway.use();
      return {
        pairs: pairs?.open ?? 0,
        busyPairs: pairs?.busy ?? 0,
        gatewayClients: clients,
        bytes: pastPairBytes + (pairs?.carriedBytes ?? 0) + bytes,
      };
    },
    breakLinks: () => people.breakLinks(),
    joinReports: () => node.joinReports(),
    onJoin: (listener) => joinListeners.add(listener),
    join: (nodes) => node.join(nodes),
    // Our own address is among them only where we don't hide it.
    entrancesForOthers: () => node.entrancesForOthers(!isHidden),
    setBitTorrent: (isWanted) => node.setBitTorrent(isWanted),
    setSupernodeMode: (mode) => node.setMode(mode),
    setPower: (power) => node.setPower(power),
    refuseNew() {
      refusesNew = true;
      blindRelay?.refuseNew();
    },
    async leave(signal) {
      // Neighbours take mail from a neighbour only, which we are until we say that we leave.
      await abortable(mailboxes.handAllOver(), signal).catch(() => undefined);
      await node.leave();
      return handOn(shelf, hand, signal, log);
    },
    setCarries(isCarrying) {
      mayCarry = isCarrying;
      serve(health());
    },
    setProxy: (proxy) => gateway.setProxy(proxy),
    setHidden(isWanted) {
      if (isHidden === isWanted) return moving;
      isHidden = isWanted;
      hide();
      moving = moving.catch(() => undefined).then(() => people.relocate());
      return moving;
    },
    async start() {
      shelf.start();
      mailboxes.start();
      cards.start();
      gateway.start();
      await node.start();
      replicator.start();
      finder.neighboursChanged();
      blindRelays.neighboursChanged();
      reportHealth();
    },
    async stop() {
      isStopped = true;
      stopping.abort();
      finder.stop();
      blindRelays.stop();
      const service = blindRelay;
      blindRelay = null;
      await service?.stop();
      replicator.stop();
      mailboxes.stop();
      cards.stop();
      await people.stop();
      await gateway.stop();
      shelf.stop();
      await node.stop();
    },
    async crash() {
      const dht = node.dht;
      isStopped = true;
      stopping.abort();
      finder.stop();
      blindRelays.stop();
      replicator.stop();
      mailboxes.stop();
      cards.stop();
      await dht?.destroy();
      people.abandon();
      await gateway.stop();
      shelf.stop();
      await node.stop();
    },
  };
}

/** Where a gateway is open, its port is the one by which TURN over TLS gets through most firewalls. */
const withDoor = (relay: OwnRelay | null, door: RelayDoor | null): OwnRelay | null =>
  relay === null || door === null ? relay : { ...relay, tls: door.port, pin: door.pin, host6: relay.host6 ?? door.host6 };
