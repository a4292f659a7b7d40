import type { IceServer, OverlayPath, PathPolicy } from '../../calls/index.ts';
import type { Clock, Timer } from '../../ports/clock.ts';
import type { Random } from '../../ports/random.ts';
import { readStun, type StunMessage, type TransportAddress } from '../../stun/index.ts';
import type { Base } from './base.ts';
import { candidatePriority, canonical, isSameAddress, type Candidate } from './candidate.ts';
import { HostBase } from './host-socket.ts';
import type { IceNet, UdpSocket } from './ice-net.ts';
import { MappedAddresses } from './mapped-addresses.ts';
import { RelayRace } from './relay-race.ts';

export interface GathererParts {
  readonly clock: Clock;
  readonly random: Random;
  readonly net: IceNet;
  readonly policy: PathPolicy;
  /** Bind only here; null: wherever the computer has an address, also one that it gets later. */
  readonly bindAddresses: readonly string[] | null;
  readonly onBase: (base: Base) => void;
  readonly onBaseGone: (base: Base) => void;
  /** A place where the other side may reach us; each once. `base` is where it comes out. */
  readonly onCandidate: (candidate: Candidate, base: Base) => void;
  readonly onStun: (base: Base, message: StunMessage, host: string, port: number) => void;
  readonly onData: (base: Base, bytes: Buffer, host: string, port: number) => void;
  readonly onTrouble: (base: Base) => void;
  /** Once: what comes quickly, our own sockets, is there. */
  readonly onReady: () => void;
}

/** How often the computer's addresses are looked at: a new network is used within two seconds. */
const lookIntervalMs = 500;
/** Three relays at once, each by its addresses of both families: which of them a network reaches is not known. */
const maxRelays = 6;
const maxStunServers = 3;
/** A marker and a tag of the overlay's path; where it is relayed, media is encrypted once more inside it (PROTOCOL §10). */
const overlayBytes = 8;
const overlayRelayBytes = 40;

interface Host {
  readonly host: string;
  socket: UdpSocket | null;
  base: Base | null;
  mapped: MappedAddresses | null;
  isClosed: boolean;
}

/** Everything we can be reached at: sockets on this computer's addresses, how they are seen from outside, and relays. */
export class Gatherer {
  readonly #parts: GathererParts;
  readonly #hosts: Host[] = [];
  readonly #relays = new Map<string, RelayRace>();
  readonly #told: { readonly candidate: Candidate; readonly base: Base }[] = [];
  #servers: readonly IceServer[] = [];
  #overlay: { readonly path: OverlayPath; readonly host: Host } | null = null;
  #look: Timer | null = null;
  #opening = 0;
  #isReady = false;
  #isStopped = false;

  constructor(parts: GathererParts) {
    this.#parts = parts;
  }

  start(servers: readonly IceServer[]): void {
    this.#openHosts();
    this.setServers(servers);
    this.#readyIfOpen();
    this.#lookLater();
  }

  /** All that were found and still are. */
  get candidates(): readonly { readonly candidate: Candidate; readonly base: Base }[] {
    return this.#told;
  }

  setServers(servers: readonly IceServer[]): void {
    if (this.#isStopped) return;
    this.#servers = servers;
    for (const host of this.#hosts) this.#askServers(host);
    const groups = Map.groupBy(
      servers.filter(({ kind, transport, tlsPin }) => kind === 'turn' && (transport !== 'tls' || tlsPin !== undefined)),
      ({ address }) => address,
    );
    // One that is told of no more goes on while it relays; else it makes room for those that are.
    for (const [address, race] of this.#relays) {
      if (groups.has(address) || race.bases.length > 0) continue;
      race.stop();
      this.#relays.delete(address);
    }
    for (const [address, group] of groups) {
      const race = this.#relays.get(address);
      if (race !== undefined) race.renew(group);
      else if (this.#relays.size < maxRelays) this.#relays.set(address, new RelayRace(group, this.#relayParts));
    }
  }

  setOverlayPath(path: OverlayPath | null): void {
    const wanted = path === null || this.#isStopped || (this.#parts.policy.relayOnly && path.kind === 'direct') ? null : path;
    const before = this.#overlay;
    if (before !== null && wanted?.port === before.path.port) {
      // The forwarder knows one socket of ours: it stays, whatever the connection behind it turns into.
      this.#overlay = { path: wanted, host: before.host };
      if (wanted.kind !== before.path.kind && before.host.base !== null) {
        this.#baseGone(before.host.base);
        this.#overlayOpened(this.#overlay);
      }
      return;
    }
    this.#overlay = null;
    if (before !== null) this.#closeHost(before.host);
    const only = wanted === null ? null : canonical(wanted.address, wanted.port);
    if (wanted === null || only === null) return;
    const host: Host = { host: wanted.address, socket: null, base: null, mapped: null, isClosed: false };
    const overlay = { path: wanted, host };
    this.#overlay = overlay;
    // Only the forwarder itself is listened to: anything on this computer could send to the port.
    const message = (bytes: Buffer, from: string, port: number): void => {
      if (isSameAddress(only, from, port)) this.#received(host, bytes, from, port);
    };
    this.#parts.net.openUdp(wanted.address, { message }, (socket) => {
      if (socket === null) return;
      if (host.isClosed) return socket.close();
      host.socket = socket;
      this.#overlayOpened(this.#overlay?.host === host ? this.#overlay : overlay);
    });
  }

  #overlayOpened({ path, host }: { readonly path: OverlayPath; readonly host: Host }): void {
    if (host.socket === null) return;
    const isRelayed = path.kind === 'relayed';
    host.base = new HostBase(host.socket, {
      kind: isRelayed ? 'overlay-relay' : 'overlay',
      localPreference: 0,
      only: canonical(path.address, path.port),
      extraBytes: overlayBytes + (isRelayed ? overlayRelayBytes : 0),
    });
    this.#parts.onBase(host.base);
  }

  /** Something happened to the network, or may have while we slept: everything is looked at again. */
  refresh(): void {
    this.#followAddresses();
    for (const race of this.#relays.values()) race.probe();
    for (const { mapped } of this.#hosts) mapped?.askAgain();
  }

  stop(): void {
    this.#isStopped = true;
    this.#look?.cancel();
    for (const race of this.#relays.values()) race.stop();
    for (const host of this.#hosts.splice(0)) this.#closeHost(host);
    if (this.#overlay !== null) this.#closeHost(this.#overlay.host);
  }

  get #usesAllAddresses(): boolean {
    return this.#parts.bindAddresses === null;
  }

  #wantedHosts(): readonly string[] {
    if (this.#parts.policy.relayOnly) return [];
    return this.#parts.bindAddresses ?? this.#parts.net.hostAddresses();
  }

  #openHosts(): void {
    for (const [index, address] of this.#wantedHosts().entries()) {
      if (!this.#hosts.some(({ host }) => host === address)) this.#openHost(address, 65_535 - index);
    }
  }

  #openHost(address: string, localPreference: number): void {
    const host: Host = { host: address, socket: null, base: null, mapped: null, isClosed: false };
    this.#hosts.push(host);
    this.#opening += 1;
    const message = (bytes: Buffer, from: string, port: number): void => this.#received(host, bytes, from, port);
    this.#parts.net.openUdp(address, { message }, (socket) => {
      this.#opening -= 1;
      // Closed: its address went while it opened, and so did its entry.
      if (host.isClosed) socket?.close();
      else if (socket === null) this.#hosts.splice(this.#hosts.indexOf(host), 1);
      else this.#opened(host, socket, localPreference);
      this.#readyIfOpen();
    });
  }

  #opened(host: Host, socket: UdpSocket, localPreference: number): void {
    const base = new HostBase(socket, { kind: 'host', localPreference, only: null, extraBytes: 0 });
    host.socket = socket;
    host.base = base;
    this.#parts.onBase(base);
    this.#found({ type: 'host', address: socket.address, priority: candidatePriority('host', localPreference) }, base);
    host.mapped = new MappedAddresses({
      clock: this.#parts.clock,
      random: this.#parts.random,
      send: (bytes, length, to) => socket.send(bytes, length, to),
      onMapped: (mapped) => {
        this.#found({ type: 'srflx', address: mapped, priority: candidatePriority('srflx', localPreference) }, base);
      },
    });
    this.#askServers(host);
  }

  /** What servers say comes later, as it comes: a call does not wait for it. */
  #readyIfOpen(): void {
    if (this.#isReady || this.#opening > 0) return;
    this.#isReady = true;
    this.#parts.onReady();
  }

  #received(host: Host, bytes: Buffer, from: string, port: number): void {
    const { base, mapped } = host;
    // Port 0 is nobody's (RFC 768), and a socket that is to answer there throws.
    if (base === null || bytes.length === 0 || port === 0 || host.isClosed) return;
    if (!isStun(bytes)) return this.#parts.onData(base, bytes, from, port);
    const message = readStun(bytes);
    if (message === null) return;
    const isAnswer = (message.class === 'success' || message.class === 'error') && mapped?.answered(message) === true;
    if (!isAnswer) this.#parts.onStun(base, message, from, port);
  }

  /** Relays over UDP answer as STUN servers, too. */
  #stunServers(): readonly TransportAddress[] {
    const servers = this.#servers.filter(({ transport }) => transport === 'udp');
    const asked = [...servers.filter(({ kind }) => kind === 'stun'), ...servers.filter(({ kind }) => kind === 'turn')];
    return asked.flatMap(({ address, port }) => canonical(address, port) ?? []).slice(0, maxStunServers);
  }

  #askServers({ base, mapped }: Host): void {
    mapped?.follow(this.#stunServers().filter(({ family }) => family === base?.address.family));
  }

  #found(candidate: Candidate, base: Base): void {
    const { host, port } = candidate.address;
    if (this.#told.some((known) => isSameAddress(known.candidate.address, host, port))) return;
    this.#told.push({ candidate, base });
    this.#parts.onCandidate(candidate, base);
  }

  get #relayParts(): ConstructorParameters<typeof RelayRace>[1] {
    const { clock, random, net, onBase, onTrouble } = this.#parts;
    return {
      clock,
      random,
      net,
      onTrouble,
      onBase: (base) => {
        onBase(base);
        const priority = candidatePriority('relay', base.localPreference);
        this.#found({ type: 'relay', address: base.address, priority }, base);
      },
      onBaseGone: (base) => this.#baseGone(base),
      onPacket: (base, bytes, { host, port }) => {
        if (bytes.length === 0) return;
        if (!isStun(bytes)) return this.#parts.onData(base, bytes, host, port);
        const message = readStun(bytes);
        if (message !== null) this.#parts.onStun(base, message, host, port);
      },
    };
  }

  #lookLater(): void {
    this.#look = this.#parts.clock.setTimer(lookIntervalMs, () => {
      this.#followAddresses();
      this.#lookLater();
    });
  }

  #followAddresses(): void {
    if (!this.#usesAllAddresses || this.#isStopped) return;
    const current = this.#parts.net.hostAddresses();
    const gone = this.#hosts.filter(({ host }) => !current.includes(host));
    for (const host of gone) {
      this.#hosts.splice(this.#hosts.indexOf(host), 1);
      this.#closeHost(host);
    }
    const before = this.#hosts.length;
    this.#openHosts();
    if (gone.length > 0 || this.#hosts.length > before) for (const race of this.#relays.values()) race.probe();
  }

  #closeHost(host: Host): void {
    host.isClosed = true;
    host.mapped?.stop();
    host.socket?.close();
    if (host.base !== null) this.#baseGone(host.base);
  }

  #baseGone(base: Base): void {
    for (let index = this.#told.length - 1; index >= 0; index -= 1)
      if (this.#told[index]?.base === base) this.#told.splice(index, 1);
    this.#parts.onBaseGone(base);
  }
}

/** RFC 7983 §7: STUN begins with 0…3. */
const isStun = (bytes: Buffer): boolean => bytes.readUInt8(0) < 4;
