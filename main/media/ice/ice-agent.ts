import type { MediaPath } from '../../../preload/contract/index.ts';
import type { IceServer, OverlayPath, PathPolicy } from '../../calls/index.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Random } from '../../ports/random.ts';
import { udpBytes, ipBytes, type Base } from './base.ts';
import { canonical, type Candidate, type CandidateType } from './candidate.ts';
import { Gatherer } from './gatherer.ts';
import type { IceCredentials } from './generation.ts';
import { IceCore } from './ice-core.ts';
import type { IceNet } from './ice-net.ts';

/** A candidate as a line of SDP says it (RFC 8839 §5.1). */
export interface SpokenCandidate {
  readonly foundation: string;
  readonly priority: number;
  readonly address: string;
  readonly port: number;
  readonly type: CandidateType;
}

export interface IceAgentOptions {
  readonly role: 'offerer' | 'answerer';
  readonly servers: readonly IceServer[];
  readonly policy: PathPolicy;
  /** Bind only here (one address of a family); null: every usable address of the computer. */
  readonly bindAddresses: readonly string[] | null;
  readonly clock: Clock;
  readonly random: Random;
  readonly net: IceNet;
}

/** The paths of one call: what media sees of ICE. */
export interface IceAgent {
  readonly credentials: IceCredentials;
  /** Tells what is known, and everything that is found from now on; after a restart again. Resolves when what comes quickly is told. */
  gather(onCandidate: (candidate: SpokenCandidate) => void): Promise<void>;
  setRemote(credentials: IceCredentials): void;
  addRemoteCandidate(candidate: SpokenCandidate): void;
  /** All from now on. */
  setServers(servers: readonly IceServer[]): void;
  setOverlayPath(path: OverlayPath | null): void;
  /** What the path carries is thought to be little, or is not any more: what is not the voice is to be little, too. */
  setNarrow(isNarrow: boolean): void;
  /** Resolves when a path of this round is there; never, if there is none. */
  connect(): Promise<void>;
  /** New credentials and candidates; what carries media goes on until something of the new round can. */
  restart(): void;
  /** Sends the first `length` bytes, by default all. They must stay as they are until the system has taken them. */
  send(data: Buffer, length?: number): void;
  /** The data is valid until the listener returns. */
  onData(listener: (data: Buffer) => void): void;
  onPathChanged(listener: (kind: MediaPath) => void): void;
  onFailed(listener: () => void): void;
  readonly path: MediaPath | null;
  /** What carries a datagram of the path in use besides its payload. */
  readonly overheadBytes: number;
  close(): void;
}

export function createIceAgent(options: IceAgentOptions): IceAgent {
  const dataListeners: ((data: Buffer) => void)[] = [];
  const pathListeners: ((kind: MediaPath) => void)[] = [];
  const failureListeners: (() => void)[] = [];
  const waiting: (() => void)[] = [];
  let onCandidate: ((candidate: SpokenCandidate) => void) | null = null;
  let isGathering = false;
  const ready = Promise.withResolvers<void>();
  let isConnected = false;

  const core = new IceCore({
    clock: options.clock,
    random: options.random,
    isControlling: options.role === 'offerer',
    onPath: (kind) => {
      for (const listener of pathListeners) listener(kind);
    },
    onConnected: () => {
      isConnected = true;
      for (const resolve of waiting.splice(0)) resolve();
    },
    onData: (data) => {
      // By index: for each packet an iterator would be an object more, and so would the arguments as a list (below).
      for (let i = 0; i < dataListeners.length; i += 1) dataListeners[i]?.(data);
    },
    onFailed: () => {
      for (const listener of failureListeners) listener();
    },
    onTrouble: () => gatherer.refresh(),
  });
  const gatherer: Gatherer = new Gatherer({
    ...options,
    onBase: (base) => core.addBase(base),
    onBaseGone: (base) => core.removeBase(base),
    onCandidate: (candidate, base) => onCandidate?.(spoken(candidate, base)),
    onStun: (...message) => core.stun(...message),
    onData: (base, data, host, port) => core.data(base, data, host, port),
    onTrouble: (base) => core.doubtBase(base),
    onReady: () => ready.resolve(),
  });

  return {
    get credentials() {
      return core.credentials;
    },
    gather(listener) {
      onCandidate = listener;
      if (isGathering) for (const { candidate, base } of gatherer.candidates) listener(spoken(candidate, base));
      else gatherer.start(options.servers);
      isGathering = true;
      return ready.promise;
    },
    setRemote: (credentials) => core.setRemote(credentials),
    addRemoteCandidate({ type, priority, address, port }) {
      const at = canonical(address, port);
      if (at !== null) core.addRemote({ type, priority, address: at });
    },
    setServers: (servers) => gatherer.setServers(servers),
    setOverlayPath: (path) => gatherer.setOverlayPath(path),
    setNarrow: (isNarrow) => core.setNarrow(isNarrow),
    connect: () => (isConnected ? Promise.resolve() : new Promise((resolve) => waiting.push(resolve))),
    restart() {
      isConnected = false;
      waiting.length = 0;
      core.restart();
      gatherer.refresh();
    },
    send: (data, length = data.length) => core.send(data, length),
    onData: (listener) => void dataListeners.push(listener),
    onPathChanged: (listener) => void pathListeners.push(listener),
    onFailed: (listener) => void failureListeners.push(listener),
    get path() {
      return core.selected?.kind ?? null;
    },
    get overheadBytes() {
      return core.selected?.base.overheadBytes ?? udpBytes + ipBytes[4];
    },
    close() {
      core.stop();
      gatherer.stop();
    },
  };
}

/** The same for what has the same type and base (RFC 8445 §5.1.1.3): short, and it says nothing about us. */
function spoken({ type, priority, address }: Candidate, base: Base): SpokenCandidate {
  const foundation = `${type}${base.address.family}${base.localPreference}`;
  return { foundation, priority, address: address.host, port: address.port, type };
}
