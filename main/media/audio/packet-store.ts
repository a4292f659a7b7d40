/** RFC 6716: a packet of one 20 ms frame is far smaller; a longer one is not for us. */
export const maxPayloadBytes = 1275;
/** 64 packets of 20 ms: 1.28 s. */
export const storePackets = 64;

/** A ring of preallocated packets, addressed by unwrapped sequence number. */
export interface PacketStore {
  put(sequence: number, mediaMs: number, payload: Uint8Array): void;
  has(sequence: number): boolean;
  mediaMs(sequence: number): number;
  /** A view into the store, valid until the slot is written again. */
  payload(sequence: number): Uint8Array;
  remove(sequence: number): void;
  clear(): void;
}

export function createPacketStore(): PacketStore {
  const bytes = new Uint8Array(storePackets * maxPayloadBytes);
  const sequences = new Float64Array(storePackets).fill(-1);
  const times = new Float64Array(storePackets);
  const lengths = new Uint16Array(storePackets);
  const slot = (sequence: number): number => ((sequence % storePackets) + storePackets) % storePackets;
  return {
    put(sequence, mediaMs, payload) {
      const at = slot(sequence);
      sequences[at] = sequence;
      times[at] = mediaMs;
      lengths[at] = payload.length;
      bytes.set(payload, at * maxPayloadBytes);
    },
    has: (sequence) => sequences[slot(sequence)] === sequence,
    mediaMs: (sequence) => times[slot(sequence)] ?? 0,
    payload(sequence) {
      const at = slot(sequence);
      return bytes.subarray(at * maxPayloadBytes, at * maxPayloadBytes + (lengths[at] ?? 0));
    },
    remove(sequence) {
      if (sequences[slot(sequence)] === sequence) sequences[slot(sequence)] = -1;
    },
    clear: () => void sequences.fill(-1),
  };
}
