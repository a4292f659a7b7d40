import type { Socket } from 'node:dgram';
import { isIPv4 } from 'node:net';
import type { MediaPath } from '../../../preload/contract/index.ts';
import type { IceServer, OverlayPath, PathPolicy } from '../../calls/index.ts';
import { Candidate, Connection, StunProtocol, type CandidatePair } from 'werift';
import type { IceCandidate } from './candidate-line.ts';
import { hostAddresses } from './host-addresses.ts';
import { maxCandidates } from './sdp.ts';

export interface IceAgentOptions {
  readonly role: 'offerer' | 'answerer';
  readonly servers: readonly IceServer[];
  readonly policy: PathPolicy;
  /** Bind only here (one address of a family); null: every usable address of the computer. */
  readonly bindAddresses: readonly string[] | null;
}

export interface IceCredentials {
  readonly ufrag: string;
  readonly pwd: string;
}

/** Interactive connectivity establishment (RFC 8445) for one component, trickled, over werift's agent with its faults mended. */
export interface IceAgent {
  readonly credentials: IceCredentials;
  gather(onCandidate: (candidate: IceCandidate) => void): Promise<void>;
  setRemote(credentials: IceCredentials): void;
  addRemoteCandidate(candidate: IceCandidate): void;
  /** All from now on. werift can take no more servers once it is made: only those of the options are asked. */
  setServers(servers: readonly IceServer[]): void;
  /** Not used by werift. */
  setOverlayPath(path: OverlayPath | null): void;
  /** Resolves when a pair is nominated. @throws Error if every pair failed or the agent was closed */
  connect(): Promise<void>;
  /** New credentials and candidates; the sockets, and whatever is keyed above them, stay. */
  restart(): void;
  /** Sends the first `length` bytes, by default all. They must stay as they are until the system has taken them. */
  send(data: Buffer, length?: number): void;
  onData(listener: (data: Buffer) => void): void;
  onFailed(listener: () => void): void;
  onPathChanged(listener: (kind: MediaPath) => void): void;
  path(): MediaPath | null;
  /** What carries a datagram of the nominated pair besides its payload: UDP, IP, and a relay's frame. */
  readonly overheadBytes: number;
  close(): Promise<void>;
}

const udpBytes = 8;
const ipv4Bytes = 20;
const ipv6Bytes = 40;
/** RFC 8656 §12.4 */
const channelDataBytes = 4;

export function createIceAgent({ role, servers, bindAddresses }: IceAgentOptions): IceAgent {
  const addresses = bindAddresses ?? hostAddresses();
  const bound = bindAddresses === null ? {} : { interfaceAddresses: bindMap(bindAddresses) };
  const turn = servers.find(({ kind }) => kind === 'turn');
  const stun = servers.find(({ kind }) => kind === 'stun');
  const connection = new Connection(role === 'offerer', {
    // Off, so that `additionalHostAddresses` is the whole list: werift's own choice leaves out loopback and veth.
    useIpv4: false,
    useIpv6: false,
    additionalHostAddresses: [...addresses],
    ...bound,
    filterStunResponse: isForUs,
    ...(turn === undefined
      ? {}
      : { turnServer: [turn.address, turn.port], turnUsername: turn.username ?? '', turnPassword: turn.credential ?? '' }),
  });
  // Without a server, even when told so, werift asks a public one (its constructor falls back to it): take it out.
  connection.stunServer = stun === undefined ? undefined : [stun.address, stun.port];

  /**
   * werift takes connectivity checks from anybody, without looking at their integrity, and checks back: strangers could fill
   * our lists and have us send to whom they like. Both random user names of this call are known only to its two ends.
   */
  function isForUs(message: { getAttributeValue(name: 'USERNAME'): unknown }): boolean {
    const name = message.getAttributeValue('USERNAME');
    if (typeof name !== 'string') return false;
    const [ours, theirs] = name.split(':');
    return ours === connection.localUsername && (connection.remoteUsername === '' || theirs === connection.remoteUsername);
  }

  const pathListeners: ((kind: MediaPath) => void)[] = [];
  const listeners: ((data: Buffer) => void)[] = [];
  const deliver = (data: Buffer): void => {
    for (const listener of listeners) listener(data);
  };
  connection.onData.subscribe(deliver);
  /** The pair that `direct` is the socket of. */
  let routed: CandidatePair | null = null;
  let direct: StunProtocol['transport'] | null = null;
  const bypassed = new WeakSet<Socket>();

  /**
   * From the nominated pair's own socket, packets of a call go the short way: past werift's events and promises, which cost
   * more than encrypting them. Other sockets, and relays, go on through werift.
   */
  function route(pair: CandidatePair): void {
    const kind = kindOf(pair);
    if (routed === null || kindOf(routed) !== kind) for (const listener of pathListeners) listener(kind);
    routed = pair;
    direct = pair.protocol instanceof StunProtocol ? pair.protocol.transport : null;
    if (direct === null || bypassed.has(direct.socket)) return;
    bypassed.add(direct.socket);
    bypass(direct.socket, deliver);
  }

  let remoteCandidates = 0;
  let closed = false;
  const remoteCount = { add: (): boolean => (remoteCandidates += 1) <= maxCandidates };

  return {
    get credentials() {
      return { ufrag: connection.localUsername, pwd: connection.localPassword };
    },
    async gather(onCandidate) {
      const subscription = connection.onIceCandidate.subscribe((candidate) => {
        const own = fromWerift(candidate);
        if (own !== null) onCandidate(own);
      });
      await connection.gatherCandidates();
      subscription.unSubscribe();
    },
    setRemote({ ufrag, pwd }) {
      connection.setRemoteParams({ iceLite: false, usernameFragment: ufrag, password: pwd });
    },
    addRemoteCandidate({ foundation, priority, address, port, type }) {
      if (closed || !remoteCount.add()) return;
      const candidate = new Candidate(foundation, 1, 'udp', priority, address, port, type === 'prflx' ? 'srflx' : type);
      connection.addRemoteCandidate(candidate).catch(ignoreLostDatagram);
    },
    async connect() {
      await connection.connect();
      if (connection.nominated === undefined) throw new Error('ICE found no pair');
      route(connection.nominated);
    },
    setServers: () => undefined,
    setOverlayPath: () => undefined,
    restart() {
      remoteCandidates = 0;
      connection.restart().catch(ignoreLostDatagram);
    },
    send(data, length = data.length) {
      const pair = connection.nominated;
      if (pair === undefined || closed || connection.state === 'failed' || connection.state === 'closed') return;
      if (pair !== routed) route(pair);
      const { host, port } = pair.remoteCandidate;
      if (direct === null) connection.send(data.subarray(0, length)).catch(ignoreLostDatagram);
      else if (!direct.closed) direct.socket.send(data, 0, length, port, host);
    },
    onData(listener) {
      listeners.push(listener);
    },
    onFailed(listener) {
      connection.stateChanged.subscribe((state) => {
        if (state === 'failed') listener();
      });
    },
    onPathChanged(listener) {
      pathListeners.push(listener);
    },
    path: () => (connection.nominated === undefined ? null : kindOf(connection.nominated)),
    get overheadBytes() {
      const local = connection.nominated?.localCandidate;
      if (local === undefined) return udpBytes + ipv4Bytes;
      return udpBytes + (isIPv4(local.host) ? ipv4Bytes : ipv6Bytes) + (local.type === 'relay' ? channelDataBytes : 0);
    },
    async close() {
      closed = true;
      await connection.close();
    },
  };
}

/** A datagram that could not be sent is a lost one; what follows from that is liveness' business. */
const ignoreLostDatagram = (): void => undefined;

function kindOf({ localCandidate, remoteCandidate }: CandidatePair): MediaPath {
  const types = [localCandidate.type, remoteCandidate.type];
  if (types.includes('relay')) return 'relay';
  return types.every((type) => type === 'host') ? 'host' : 'direct';
}

function bindMap(addresses: readonly string[]): { udp4?: string; udp6?: string } {
  const [v4, v6] = [addresses.find(isIPv4), addresses.find((address) => !isIPv4(address))];
  return { ...(v4 === undefined ? {} : { udp4: v4 }), ...(v6 === undefined ? {} : { udp6: v6 }) };
}

function fromWerift({ foundation, priority, host, port, type, transport }: Candidate): IceCandidate | null {
  if (transport !== 'udp' || (type !== 'host' && type !== 'srflx' && type !== 'relay')) return null;
  return { foundation, priority, address: host, port, type };
}

/** RFC 7983 §7: STUN begins with 0…3, channel data of a relay with 64…79; what is neither is the call's own. */
const isCallData = (data: Buffer): boolean => {
  const first = data[0] ?? 0;
  return (first >= 20 && first <= 63) || first >= 128;
};

/** Takes the call's own datagrams off `socket` before its other listeners see them. */
function bypass(socket: Socket, deliver: (data: Buffer) => void): void {
  const others = socket.listeners('message');
  socket.removeAllListeners('message');
  socket.on('message', (data, from) => {
    if (isCallData(data)) deliver(data);
    else for (const listener of others) Reflect.apply(listener, socket, [data, from]);
  });
}
