import {
  addressesOf,
  attribute,
  type Family,
  type IntegrityKey,
  longTermKey,
  method,
  networkOfHost,
  numberOf,
  readStun,
  type StunClass,
  type StunMessage,
  StunWriter,
  type TransportAddress,
  valueOf,
} from '../../../main/stun/index.ts';
import type { Allocation } from '../../../main/relay/turn/allocation.ts';
import type { Arrival, ClientPath } from '../../../main/relay/turn/client-path.ts';
import { passwordAlgorithms, type TicketVerifier } from '../../../main/relay/turn/credentials.ts';
import { FramePool, type Frame } from '../../../main/relay/turn/frame-pool.ts';
import { defaultLimits, type RelayLimits } from '../../../main/relay/turn/limits.ts';
import type { PeerPath, PortWish, RelayPort, RelayPorts } from '../../../main/relay/turn/relay-ports.ts';
import { TurnServer } from '../../../main/relay/turn/turn-server.ts';
import type { Random } from '../../../main/ports/random.ts';

/** A server between clients and peers that exist only here, and a clock that a test moves. */

export const realm = 'lilliput';
export const relayHost4 = '198.41.0.4';
export const relayHost6 = '2606:4700::9';
/** Somewhere in the internet. */
export const peer4: TransportAddress = { family: 4, host: '93.184.216.34', port: 7000 };
export const peer6: TransportAddress = { family: 6, host: '2606:2800::1', port: 7001 };

/** Everybody whose name begins with a device's, and with the password `secret`. */
export const anybody: TicketVerifier = {
  check: (username) => (username.startsWith('stranger') ? null : { device: username.split('/')[0] ?? '', password: 'secret' }),
};

/** Counts up: reproducible, never twice the same. */
function countingRandom(): Random {
  let next = 0;
  return {
    bytes: (length) => {
      next += 1;
      const bytes = Buffer.alloc(length);
      bytes.writeUInt32BE(next, 0);
      return bytes;
    },
    fraction: () => 0.5,
  };
}

/** Takes a frame over as a socket does. */
function contentOf(frame: Frame): Buffer {
  const bytes = Buffer.from(frame.bytes.subarray(frame.start, frame.end));
  frame.release();
  return bytes;
}

/** An address of the server's, that remembers what was sent from it to whom. */
export class FakeArrival implements Arrival {
  readonly address: TransportAddress;
  otherPort: Arrival | null = null;
  otherHost: Arrival['otherHost'] = null;
  readonly sent: { readonly bytes: Buffer; readonly to: TransportAddress }[] = [];

  constructor(address: TransportAddress) {
    this.address = address;
  }

  sendTo(frame: Frame, to: TransportAddress): void {
    this.sent.push({ bytes: contentOf(frame), to });
  }
}

export class FakePath implements ClientPath {
  readonly transport: ClientPath['transport'];
  readonly address: TransportAddress;
  readonly network: string;
  allocation: Allocation | null = null;
  isAllocating = false;
  isGone = false;
  readonly arrival: Arrival | null;
  readonly got: Buffer[] = [];

  constructor(
    address: TransportAddress,
    transport: ClientPath['transport'] = 'udp',
    arrival: Arrival | null = new FakeArrival({ family: 4, host: relayHost4, port: 3478 }),
  ) {
    this.arrival = transport === 'udp' ? arrival : null;
    this.address = address;
    this.transport = transport;
    this.network = networkOfHost(address.host);
  }

  send(frame: Frame): void {
    this.got.push(contentOf(frame));
  }
}

export class FakePort implements RelayPort {
  readonly address: TransportAddress;
  allocation: Allocation | null = null;
  isClosed = false;
  readonly sent: { readonly data: string; readonly to: TransportAddress; readonly isWhole: boolean }[] = [];

  constructor(address: TransportAddress) {
    this.address = address;
  }

  towards(to: TransportAddress): PeerPath {
    return { send: (frame, isWhole) => this.sent.push({ data: contentOf(frame).toString('latin1'), to, isWhole }) };
  }

  close(): void {
    this.isClosed = true;
  }
}

export class FakePorts implements RelayPorts {
  readonly families: readonly Family[];
  readonly opened: FakePort[] = [];
  /** Requests for ports that wait, while `isSlow`. */
  readonly waiting: (() => void)[] = [];
  isSlow = false;
  canSendWhole = true;

  constructor(families: readonly Family[]) {
    this.families = families;
  }

  open(family: Family, wish: PortWish, done: (ports: readonly RelayPort[] | null) => void): void {
    const first = 50_000 + this.opened.length * 2;
    const numbers = wish === 'pair' ? [first, first + 1] : [first];
    const ports = numbers.map((port) => new FakePort({ family, host: family === 4 ? relayHost4 : relayHost6, port }));
    this.opened.push(...ports);
    if (this.isSlow) this.waiting.push(() => done(ports));
    else done(ports);
  }
}

export interface Answer {
  readonly class: StunClass;
  readonly code: number | null;
  readonly bytes: Buffer;
  readonly message: StunMessage;
  readonly relayed: readonly TransportAddress[];
  readonly mapped: readonly TransportAddress[];
  readonly lifetime: number | null;
}

export function openStage(
  changes: {
    verifier?: TicketVerifier | null;
    limits?: Partial<RelayLimits>;
    families?: readonly Family[];
    canSendWhole?: boolean;
  } = {},
) {
  const ports = new FakePorts(changes.families ?? [4, 6]);
  ports.canSendWhole = changes.canSendWhole ?? true;
  const frames = new FramePool(64);
  const random = countingRandom();
  const server = new TurnServer({
    ports,
    frames,
    random,
    verifier: changes.verifier === undefined ? anybody : changes.verifier,
    policy: { ownHosts: new Set([relayHost4, relayHost6]), allowLoopback: false },
    limits: { ...defaultLimits, ...changes.limits },
    realm,
    nowMs: 0,
  });
  const stage = {
    server,
    ports,
    frames,
    nowMs: 0,
    /** As the edge does it: in a frame. */
    fromClient: (path: ClientPath, bytes: Buffer): void => {
      const frame = frames.hold(bytes);
      if (frame !== null) server.fromClient(path, frame, stage.nowMs);
    },
    fromPeer: (port: RelayPort, bytes: Buffer, from: TransportAddress): void => {
      const frame = frames.hold(bytes);
      if (frame !== null) server.fromPeer(port, frame, from.host, from.port, stage.nowMs);
    },
    client: (host = '81.2.69.1', port = 4000, username = 'alice') =>
      new Client(stage, new FakePath({ family: 4, host, port }), username),
  };
  return stage;
}

type Stage = ReturnType<typeof openStage>;

let transactions = 0;

/** What a TURN client does, one request at a time. */
export class Client {
  readonly path: FakePath;
  readonly username: string;
  readonly #stage: Stage;
  #nonce = '';
  password = 'secret';
  algorithm: 'md5' | 'sha256' | null = null;

  constructor(stage: Stage, path: FakePath, username: string) {
    this.#stage = stage;
    this.path = path;
    this.username = username;
  }

  /** As bytes. `sign`: with credentials. */
  request(kind: number, write: (writer: StunWriter) => void, sign = true, transaction = this.transaction()): Buffer {
    const buffer = Buffer.alloc(1_400);
    const writer = new StunWriter(buffer, kind, 'request', transaction);
    write(writer);
    if (!sign) return buffer.subarray(0, writer.finish(null, false));
    writer.text(attribute.username, this.username);
    writer.text(attribute.realm, realm);
    writer.text(attribute.nonce, this.#nonce);
    if (this.algorithm !== null) {
      writer.bytes(attribute.passwordAlgorithms, passwordAlgorithms);
      writer.number(attribute.passwordAlgorithm, (this.algorithm === 'sha256' ? 2 : 1) << 16);
    }
    const key = longTermKey(this.algorithm ?? 'md5', this.username, realm, this.password);
    const integrity: IntegrityKey = { key, kind: this.algorithm === 'sha256' ? 'sha256' : 'sha1' };
    return buffer.subarray(0, writer.finish(integrity, true));
  }

  transaction(): Buffer {
    transactions += 1;
    const bytes = Buffer.alloc(12);
    bytes.writeUInt32BE(transactions, 8);
    return bytes;
  }

  /** Null: silence. */
  say(bytes: Buffer): Answer | null {
    const before = this.path.got.length;
    this.#stage.fromClient(this.path, bytes);
    const answer = this.path.got[before];
    return answer === undefined ? null : readAnswer(answer);
  }

  /** Takes the nonce of a challenge, as every client does. */
  greet(): Answer | null {
    const answer = this.say(this.request(method.allocate, udpWantedAtLength, false));
    const nonce = answer === null ? null : valueOf(answer.message, attribute.nonce);
    if (nonce !== null) this.#nonce = nonce.toString();
    return answer;
  }

  allocate(write: (writer: StunWriter) => void = () => undefined): Answer | null {
    this.greet();
    return this.ask(method.allocate, (writer) => {
      udpWanted(writer);
      write(writer);
    });
  }

  ask(kind: number, write: (writer: StunWriter) => void = () => undefined): Answer | null {
    return this.say(this.request(kind, write));
  }

  permit(...peers: TransportAddress[]): Answer | null {
    return this.ask(method.createPermission, (writer) => {
      for (const peer of peers) writer.address(attribute.xorPeerAddress, peer);
    });
  }

  bind(number: number, peer: TransportAddress): Answer | null {
    return this.ask(method.channelBind, (writer) => {
      writer.number(attribute.channelNumber, number << 16);
      writer.address(attribute.xorPeerAddress, peer);
    });
  }

  sendIndication(peer: TransportAddress, data: string, isWhole = false): void {
    const buffer = Buffer.alloc(1_400);
    const writer = new StunWriter(buffer, method.send, 'indication', this.transaction());
    writer.address(attribute.xorPeerAddress, peer);
    writer.text(attribute.data, data);
    if (isWhole) writer.bytes(attribute.dontFragment, new Uint8Array());
    this.say(buffer.subarray(0, writer.finish(null, false)));
  }

  sendChannel(number: number, data: string): void {
    const bytes = Buffer.alloc(4 + data.length);
    bytes.writeUInt16BE(number, 0);
    bytes.writeUInt16BE(data.length, 2);
    bytes.write(data, 4, 'latin1');
    this.#stage.fromClient(this.path, bytes);
  }
}

/** And so long that the answer is no longer, as our own client asks. */
export function udpWantedAtLength(writer: StunWriter): void {
  udpWanted(writer);
  writer.bytes(0x8022, new Uint8Array(60)); // SOFTWARE
}

export function udpWanted(writer: StunWriter): void {
  writer.number(attribute.requestedTransport, 17 << 24);
}

export function readAnswer(bytes: Buffer): Answer {
  const message = readStun(bytes);
  if (message === null) throw new Error('the server said something that is no STUN message');
  const error = numberOf(message, attribute.errorCode);
  return {
    class: message.class,
    code: error === null ? null : ((error >> 8) & 7) * 100 + (error & 0xff),
    bytes,
    message,
    relayed: addressesOf(message, attribute.xorRelayedAddress) ?? [],
    mapped: addressesOf(message, attribute.xorMappedAddress) ?? [],
    lifetime: numberOf(message, attribute.lifetime),
  };
}
