import type { LinkHandlers, TurnLink } from '../../../../main/media/ice/ice-net.ts';
import type { Allocation } from '../../../../main/relay/turn/allocation.ts';
import type { ClientPath } from '../../../../main/relay/turn/client-path.ts';
import { FramePool, type Frame } from '../../../../main/relay/turn/frame-pool.ts';
import { defaultLimits } from '../../../../main/relay/turn/limits.ts';
import type { PeerPath, RelayPort } from '../../../../main/relay/turn/relay-ports.ts';
import { TurnServer } from '../../../../main/relay/turn/turn-server.ts';
import { networkOfHost, StreamFrames, type TransportAddress } from '../../../../main/stun/index.ts';
import { textOf, type Internet, type Packet, type Station } from './sim-net.ts';

export const relayPort = 3478;
/** What every test's tickets are worth. */
export const relayPassword = 'secret';

/** Our own relay, at a public address of the simulated internet. */
export class SimRelay implements Station {
  readonly host: string;
  readonly server: TurnServer;
  readonly #net: Internet;
  readonly #frames = new FramePool(256);
  readonly #paths = new Map<string, ClientPath>();
  readonly #ports = new Map<number, RelayPort>();
  readonly #links = new Set<LinkHandlers>();
  #nextPort = 50_000;
  #isDead = false;

  constructor(net: Internet, host: string) {
    this.host = host;
    this.#net = net;
    this.server = new TurnServer({
      ports: {
        families: [4],
        canSendWhole: false,
        open: (_family, _wish, done) => done([this.#openPort()]),
      },
      frames: this.#frames,
      random: net.random,
      verifier: { check: (username) => (username === 'nobody' ? null : { device: username, password: relayPassword }) },
      policy: { ownHosts: new Set([host]), allowLoopback: false },
      limits: defaultLimits,
      realm: 'lilliput',
      nowMs: net.clock.monotonicMs(),
    });
    net.place(host, this);
  }

  /** Killed: nothing answers, connections break. */
  die(): void {
    this.#isDead = true;
    this.#net.place(this.host, null);
    for (const link of this.#links) this.#net.pipe(() => link.closed());
  }

  /** A TCP connection. */
  accept(handlers: LinkHandlers): Pick<TurnLink, 'send' | 'close'> {
    const path = this.#newPath('tcp', { family: 4, host: '93.184.216.99', port: this.#nextPort + 9_000 }, (bytes) =>
      this.#net.pipe(() => {
        if (!this.#isDead) inbound.push(bytes, (frame) => handlers.frame(frame));
      }),
    );
    const inbound = new StreamFrames();
    const outbound = new StreamFrames();
    this.#links.add(handlers);
    return {
      send: (bytes, length) => {
        const copy = Buffer.from(bytes.subarray(0, length));
        this.#net.pipe(() => {
          if (!this.#isDead) outbound.push(copy, (frame) => this.#toServer(path, frame));
        });
      },
      close: () => {
        this.#links.delete(handlers);
        this.#net.pipe(() => this.server.clientGone(path));
      },
    };
  }

  arrived({ from, to, bytes }: Packet): void {
    const port = this.#ports.get(to.port);
    if (port !== undefined) {
      const frame = this.#frames.hold(bytes);
      if (frame !== null) this.server.fromPeer(port, frame, from.host, from.port, this.#net.clock.monotonicMs());
    } else if (to.port === relayPort) {
      const key = textOf(from);
      let path = this.#paths.get(key);
      if (path === undefined) {
        const answer = (reply: Buffer): void =>
          this.#net.carry({ from: { family: 4, host: this.host, port: relayPort }, to: from, bytes: reply });
        path = this.#newPath('udp', from, answer);
        this.#paths.set(key, path);
      }
      this.#toServer(path, bytes);
    }
  }

  #toServer(path: ClientPath, bytes: Buffer): void {
    const frame = this.#frames.hold(bytes);
    if (frame !== null) this.server.fromClient(path, frame, this.#net.clock.monotonicMs());
  }

  #newPath(transport: 'udp' | 'tcp', address: TransportAddress, send: (bytes: Buffer) => void): ClientPath {
    return {
      transport,
      address,
      network: networkOfHost(address.host),
      arrival: null,
      allocation: null,
      isAllocating: false,
      isGone: false,
      send: (frame) => send(contentOf(frame, transport === 'tcp')),
    };
  }

  #openPort(): RelayPort {
    this.#nextPort += 1;
    const address: TransportAddress = { family: 4, host: this.host, port: this.#nextPort };
    const port = {
      address,
      allocation: null as Allocation | null,
      towards: (to: TransportAddress): PeerPath => ({
        send: (frame) => this.#net.carry({ from: address, to, bytes: contentOf(frame, false) }),
      }),
      close: () => void this.#ports.delete(address.port),
    };
    this.#ports.set(address.port, port);
    return port;
  }
}

/** Takes a frame over as a socket does. */
function contentOf(frame: Frame, isStream: boolean): Buffer {
  const bytes = Buffer.from(frame.bytes.subarray(frame.start, frame.end));
  frame.release();
  return isStream ? Buffer.concat([bytes, Buffer.alloc((4 - (bytes.length % 4)) % 4)]) : bytes;
}
