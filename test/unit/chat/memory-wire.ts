import type { AccountKey, PeerAddress, PeerState, PeerWire, SendResult } from '../../../main/ports/peer-wire.ts';

interface End {
  readonly address: PeerAddress;
  readonly onMessage: Set<(from: PeerAddress, message: Uint8Array) => void>;
  readonly onState: Set<(peer: PeerAddress, state: PeerState) => void>;
}

interface Link {
  /** Messages under way, per direction (keyed by receiver), in order. */
  readonly flying: Map<AccountKey, Uint8Array[]>;
}

/**
 * `PeerWire` as the overlay promises it, between accounts in one process: ordered and exactly-once while a session lives;
 * what is under way when it closes is lost. Nothing moves by itself: the test decides when.
 */
export interface MemoryNet {
  /** The wire of an account. Taking it anew forgets the old listeners, as a restart does. */
  wire(account: AccountKey): PeerWire;
  connect(a: AccountKey, b: AccountKey): void;
  /** The session ends; what was under way is lost. */
  close(a: AccountKey, b: AccountKey): void;
  interrupt(a: AccountKey, b: AccountKey): void;
  resume(a: AccountKey, b: AccountKey): void;
  isConnected(a: AccountKey, b: AccountKey): boolean;
  /** Moves the oldest message under way to `to`. False if there is none. */
  deliverOne(from: AccountKey, to: AccountKey): boolean;
  /** Moves messages until none is under way. */
  settle(): void;
  inFlight(from: AccountKey, to: AccountKey): number;
}

const keyOf = (a: AccountKey, b: AccountKey): string => [a, b].toSorted().join('/');

export function memoryNet(): MemoryNet {
  const ends = new Map<AccountKey, End>();
  const links = new Map<string, Link>();
  const tell = (to: AccountKey, about: AccountKey, state: PeerState): void => {
    const end = ends.get(to);
    for (const listener of end?.onState ?? []) listener(addressOf(about), state);
  };
  const both = (a: AccountKey, b: AccountKey, state: PeerState): void => {
    tell(a, b, state);
    tell(b, a, state);
  };
  const net: MemoryNet = {
    wire(account) {
      const end: End = { address: addressOf(account), onMessage: new Set(), onState: new Set() };
      ends.set(account, end);
      return {
        send(to, message): SendResult {
          const link = links.get(keyOf(account, to));
          if (link === undefined || ends.get(account) !== end) return 'not-connected';
          const queue = link.flying.get(to) ?? [];
          queue.push(message.slice());
          link.flying.set(to, queue);
          return 'queued';
        },
        onMessage(listener) {
          end.onMessage.add(listener);
          return () => end.onMessage.delete(listener);
        },
        onState(listener) {
          end.onState.add(listener);
          for (const other of ends.keys()) if (links.has(keyOf(account, other))) listener(addressOf(other), 'connected');
          return () => end.onState.delete(listener);
        },
      };
    },
    connect(a, b) {
      if (links.has(keyOf(a, b))) return;
      links.set(keyOf(a, b), { flying: new Map() });
      both(a, b, 'connected');
    },
    close(a, b) {
      if (links.delete(keyOf(a, b))) both(a, b, 'closed');
    },
    interrupt: (a, b) => both(a, b, 'interrupted'),
    resume: (a, b) => both(a, b, 'resumed'),
    isConnected: (a, b) => links.has(keyOf(a, b)),
    deliverOne(from, to) {
      const message = links.get(keyOf(from, to))?.flying.get(to)?.shift();
      if (message === undefined) return false;
      for (const listener of ends.get(to)?.onMessage ?? []) listener(addressOf(from), message);
      return true;
    },
    settle() {
      const names = [...ends.keys()];
      for (let moved = true; moved;) {
        moved = false;
        for (const from of names) for (const to of names) while (net.deliverOne(from, to)) moved = true;
      }
    },
    inFlight: (from, to) => links.get(keyOf(from, to))?.flying.get(to)?.length ?? 0,
  };
  return net;
}

/** One device an account. */
export const addressOf = (account: AccountKey): PeerAddress => ({ account, device: account });
