import type { AccountKey, PeerAddress, PeerState, PeerWire, SendResult } from '../../../main/ports/peer-wire.ts';
import type { Clock } from '../../../main/ports/clock.ts';

type MessageListener = (from: PeerAddress, message: Uint8Array) => void;
type StateListener = (peer: PeerAddress, state: PeerState) => void;

/** One person's end of the network: what `People.wire` gives, without the network. */
export class MemoryWire implements PeerWire {
  readonly address: PeerAddress;
  readonly #network: MemoryNetwork;
  readonly #messages: MessageListener[] = [];
  readonly #states: StateListener[] = [];

  constructor(address: PeerAddress, network: MemoryNetwork) {
    this.address = address;
    this.#network = network;
  }

  send(to: AccountKey, message: Uint8Array): SendResult {
    return this.#network.send(this.address, to, message);
  }

  onMessage(listener: MessageListener): () => void {
    this.#messages.push(listener);
    return () => this.#messages.splice(this.#messages.indexOf(listener), 1);
  }

  onState(listener: StateListener): () => void {
    this.#states.push(listener);
    for (const peer of this.#network.connectedTo(this.address)) listener(peer, 'connected');
    return () => this.#states.splice(this.#states.indexOf(listener), 1);
  }

  deliver(from: PeerAddress, message: Uint8Array): void {
    for (const listener of this.#messages) listener(from, message);
  }

  report(peer: PeerAddress, state: PeerState): void {
    for (const listener of this.#states) listener(peer, state);
  }
}

/** Sessions between everybody who joined, ordered and exactly-once, as `ports/peer-wire.ts` promises. */
export class MemoryNetwork {
  readonly #clock: Clock;
  readonly #latencyMs: number;
  readonly #ends = new Map<AccountKey, MemoryWire>();
  #state: 'connected' | 'interrupted' | 'closed' = 'connected';
  #kept: (() => void)[] = [];

  constructor(clock: Clock, latencyMs: number) {
    this.#clock = clock;
    this.#latencyMs = latencyMs;
  }

  join(address: PeerAddress): MemoryWire {
    const end = new MemoryWire(address, this);
    this.#ends.set(address.account, end);
    return end;
  }

  connectedTo(self: PeerAddress): readonly PeerAddress[] {
    if (this.#state === 'closed') return [];
    return [...this.#ends.values()].map(({ address }) => address).filter(({ account }) => account !== self.account);
  }

  send(from: PeerAddress, to: AccountKey, message: Uint8Array): SendResult {
    const end = this.#ends.get(to);
    if (this.#state === 'closed' || end === undefined) return 'not-connected';
    const deliver = (): void => {
      if (this.#state === 'interrupted') this.#kept.push(deliver);
      else if (this.#state === 'connected') end.deliver(from, message);
    };
    this.#clock.setTimer(this.#latencyMs, deliver);
    return 'queued';
  }

  interrupt(): void {
    this.#state = 'interrupted';
    this.#tellAll('interrupted');
  }

  resume(): void {
    this.#state = 'connected';
    const kept = this.#kept;
    this.#kept = [];
    for (const deliver of kept) deliver();
    this.#tellAll('resumed');
  }

  close(): void {
    this.#state = 'closed';
    this.#kept = [];
    this.#tellAll('closed');
  }

  reconnect(): void {
    this.#state = 'connected';
    this.#tellAll('connected');
  }

  #tellAll(state: PeerState): void {
    for (const end of this.#ends.values()) {
      for (const other of this.#ends.values()) if (other !== end) end.report(other.address, state);
    }
  }
}
