import type { IceServer } from '../../../../main/calls/index.ts';
import type { IceNet, LinkHandlers, TurnLink, UdpHandlers, UdpSocket } from '../../../../main/media/ice/ice-net.ts';
import type { Clock } from '../../../../main/ports/clock.ts';
import type { Random } from '../../../../main/ports/random.ts';
import type { TransportAddress } from '../../../../main/stun/index.ts';

/** Networks, routers and computers that exist only here, on a clock that a test moves. */

/** What of a destination a router's mapping or filter depends on (RFC 4787 §4.1 and §5). */
export type Dependence = 'endpoint' | 'address' | 'port';

export interface RouterKind {
  readonly mapping: Dependence;
  readonly filtering: Dependence;
}

export const routers = {
  full: { mapping: 'endpoint', filtering: 'endpoint' },
  restricted: { mapping: 'endpoint', filtering: 'address' },
  port: { mapping: 'endpoint', filtering: 'port' },
  halfSymmetric: { mapping: 'address', filtering: 'address' },
  symmetric: { mapping: 'port', filtering: 'port' },
} as const satisfies Record<string, RouterKind>;

export const textOf = ({ host, port }: TransportAddress): string => `${host} ${port}`;
const familyOf = (host: string): 4 | 6 => (host.includes(':') ? 6 : 4);

/** A packet on its way. */
export interface Packet {
  readonly from: TransportAddress;
  readonly to: TransportAddress;
  readonly bytes: Buffer;
}

/** What sits at a public address and takes what comes there. */
export interface Station {
  arrived(packet: Packet): void;
}

export class Internet {
  readonly clock: Clock;
  readonly random: Random;
  readonly #stations = new Map<string, Station>();
  /** One way, everywhere … */
  delayMs = 20;
  /** … and so much more to or from these. */
  readonly farMs = new Map<string, number>();
  loss = 0;
  /** What leads away from these carries so much, bits per second, one packet after the other. */
  readonly uplinkBps = new Map<string, number>();
  readonly #busyUntilMs = new Map<string, number>();
  /** Tells of every packet that crosses the internet; false: it is lost. */
  passes: (packet: Packet) => boolean = () => true;

  constructor(clock: Clock, random: Random) {
    this.clock = clock;
    this.random = random;
  }

  place(host: string, station: Station | null): void {
    if (station === null) this.#stations.delete(host);
    else this.#stations.set(host, station);
  }

  carry(packet: Packet): void {
    if (!this.passes(packet) || (this.loss > 0 && this.random.fraction() < this.loss)) return;
    const farMs = (this.farMs.get(packet.from.host) ?? 0) + (this.farMs.get(packet.to.host) ?? 0);
    const waitMs = this.occupy(packet.from.host, packet.bytes.length + 28);
    this.clock.setTimer(this.delayMs + farMs + waitMs, () => this.#stations.get(packet.to.host)?.arrived(packet));
  }

  /** So many bytes go up from there. @returns how long that takes, what was there before included */
  occupy(host: string, bytes: number): number {
    const bitsPerSecond = this.uplinkBps.get(host);
    if (bitsPerSecond === undefined) return 0;
    const nowMs = this.clock.monotonicMs();
    const endMs = Math.max(nowMs, this.#busyUntilMs.get(host) ?? 0) + (bytes * 8_000) / bitsPerSecond;
    this.#busyUntilMs.set(host, endMs);
    return endMs - nowMs;
  }

  /** As TCP: nothing is lost, nothing is out of order. */
  pipe(run: () => void): void {
    this.clock.setTimer(this.delayMs, run);
  }

  isThere(host: string): Station | undefined {
    return this.#stations.get(host);
  }
}

interface Mapping {
  readonly inside: TransportAddress;
  readonly publicPort: number;
  readonly permitted: Set<string>;
}

const keyOf = (dependence: Dependence, to: TransportAddress): string =>
  dependence === 'endpoint' ? '' : dependence === 'address' ? to.host : textOf(to);

/** A router of one public address with computers behind it. */
export class Router implements Station {
  readonly #net: Internet;
  readonly #kind: RouterKind;
  readonly #mappings = new Map<string, Mapping>();
  readonly #computers = new Map<string, Station>();
  #host: string;
  #nextPort = 20_000;

  constructor(net: Internet, host: string, kind: RouterKind) {
    this.#net = net;
    this.#host = host;
    this.#kind = kind;
    net.place(host, this);
  }

  join(host: string, computer: Station): void {
    this.#computers.set(host, computer);
  }

  /** It forgets everything, as after a restart, and may have another address. */
  renumber(host: string): void {
    this.#net.place(this.#host, null);
    this.#host = host;
    this.#mappings.clear();
    this.#net.place(host, this);
  }

  send(packet: Packet): void {
    const neighbour = this.#computers.get(packet.to.host);
    if (neighbour !== undefined) {
      this.#net.clock.setTimer(1, () => neighbour.arrived(packet));
      return;
    }
    if (packet.to.host.startsWith('192.168.')) return;
    const key = `${textOf(packet.from)} ${keyOf(this.#kind.mapping, packet.to)}`;
    let mapping = this.#mappings.get(key);
    if (mapping === undefined) {
      this.#nextPort += 1;
      mapping = { inside: packet.from, publicPort: this.#nextPort, permitted: new Set() };
      this.#mappings.set(key, mapping);
    }
    mapping.permitted.add(keyOf(this.#kind.filtering, packet.to));
    this.#net.carry({ ...packet, from: { family: 4, host: this.#host, port: mapping.publicPort } });
  }

  arrived(packet: Packet): void {
    for (const { inside, publicPort, permitted } of this.#mappings.values()) {
      if (publicPort !== packet.to.port || !permitted.has(keyOf(this.#kind.filtering, packet.from))) continue;
      this.#computers.get(inside.host)?.arrived({ ...packet, to: inside });
      return;
    }
  }
}

/** A computer as ICE sees it, behind a router or at a public address of its own. */
export class Computer implements IceNet, Station {
  readonly #net: Internet;
  #addresses: readonly { readonly host: string; readonly router: Router | null }[] = [];
  readonly #sockets = new Map<string, (bytes: Buffer, from: TransportAddress) => void>();
  #nextPort = 40_000;
  /** Whether its network lets UDP out. */
  hasUdp = true;
  /** What else listens on its loopback. */
  forwarder: (packet: Packet) => void = () => undefined;
  /** Everything that left it, by where it went. */
  readonly sent = new Map<string, Buffer[]>();

  constructor(net: Internet, at: readonly { readonly host: string; readonly router: Router | null }[]) {
    this.#net = net;
    this.move(at);
  }

  /** Into another network; what was sent to the old addresses is lost. */
  move(at: readonly { readonly host: string; readonly router: Router | null }[]): void {
    for (const { host, router } of this.#addresses) if (router === null) this.#net.place(host, null);
    this.#addresses = at;
    for (const { host, router } of at) {
      if (router === null) this.#net.place(host, this);
      else router.join(host, this);
    }
  }

  hostAddresses(): readonly string[] {
    return this.#addresses.map(({ host }) => host);
  }

  hasAddress(host: string): boolean {
    return this.hostAddresses().includes(host);
  }

  openUdp(host: string, handlers: UdpHandlers, done: (socket: UdpSocket | null) => void): void {
    const address = this.#bind(host, (bytes, from) => handlers.message(bytes, from.host, from.port));
    done({
      address,
      send: (bytes, length, to) => this.#send(address, to, Buffer.from(bytes.subarray(0, length))),
      close: () => void this.#sockets.delete(textOf(address)),
    });
  }

  openLink(server: IceServer, handlers: LinkHandlers, done: (link: TurnLink | null) => void): void {
    const { host = '' } = this.#addresses.find((each) => familyOf(each.host) === familyOf(server.address)) ?? {};
    const to: TransportAddress = { family: familyOf(server.address), host: server.address, port: server.port };
    if (server.transport === 'udp') {
      const address = this.#bind(host, (bytes, from) => {
        if (textOf(from) === textOf(to)) handlers.frame(bytes);
      });
      done({
        localHost: host,
        isReliable: false,
        overheadBytes: 28,
        send: (bytes, length) => this.#send(address, to, Buffer.from(bytes.subarray(0, length))),
        close: () => void this.#sockets.delete(textOf(address)),
      });
      return;
    }
    const relay = this.#net.isThere(server.address);
    this.#net.pipe(() => {
      if (relay === undefined || !('accept' in relay)) return done(null);
      // Only a relay has it.
      const accept = relay.accept as (handlers: LinkHandlers) => Pick<TurnLink, 'send' | 'close'>;
      done({ localHost: host, isReliable: true, overheadBytes: 40, ...accept.call(relay, handlers) });
    });
  }

  arrived({ from, to, bytes }: Packet): void {
    this.#sockets.get(textOf(to))?.(bytes, from);
  }

  #bind(host: string, take: (bytes: Buffer, from: TransportAddress) => void): TransportAddress {
    this.#nextPort += 1;
    const address: TransportAddress = { family: familyOf(host), host, port: this.#nextPort };
    this.#sockets.set(textOf(address), take);
    return address;
  }

  #send(from: TransportAddress, to: TransportAddress, bytes: Buffer): void {
    if (to.host === '127.0.0.1') return this.forwarder({ from, to, bytes });
    const place = this.#addresses.find(({ host }) => host === from.host);
    if (place === undefined || !this.hasUdp || !this.#sockets.has(textOf(from))) return;
    const list = this.sent.get(to.host) ?? [];
    list.push(bytes);
    this.sent.set(to.host, list);
    if (place.router === null) this.#net.carry({ from, to, bytes });
    else place.router.send({ from, to, bytes });
  }
}
