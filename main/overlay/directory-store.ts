/** Bytes of the Global Index as the overlay moves them: it knows targets and bounds, not what a claim means. */
export const directoryRecordMaxBytes = 900;

export interface DirectoryAnswer {
  /** The record as received, or null: this node holds nothing for the target. */
  readonly record: Uint8Array | null;
  /** The answering node's network: its /24 (IPv4; the overlay speaks no other), or `host:port` for private and loopback addresses. */
  readonly network: string;
}

export interface DirectoryRefusal {
  /** CONTESTED: it was taken, but waits beside the held record, and counts only when that one ends. */
  readonly code: 'NAME_TAKEN' | 'STALE' | 'BAD_RECORD' | 'TOO_BUSY' | 'CONTESTED';
  /** The valid record that stands in the way (NAME_TAKEN, STALE, CONTESTED). */
  readonly held: Uint8Array | null;
  readonly network: string;
}

export interface DirectoryPutResult {
  /** Distinct networks that stored it. */
  readonly storedBy: readonly string[];
  readonly refusals: readonly DirectoryRefusal[];
}

/** The overlay's face to `main/directory`: `get` asks the 20 closest, `put` the 24, found over disjoint paths. */
export interface DirectoryStore {
  /** @throws AppError NO_NETWORK if not even half of those that were found answer, CANCELLED if aborted */
  put(target: Uint8Array, record: Uint8Array, signal: AbortSignal): Promise<DirectoryPutResult>;
  /** @throws AppError NO_NETWORK if no node answers, CANCELLED if aborted */
  get(target: Uint8Array, signal: AbortSignal): Promise<readonly DirectoryAnswer[]>;
}

export type StoreVerdict =
  | { readonly verdict: 'store'; readonly expiresAtMs: number }
  /** Kept beside the held record, in place of what waits there until then. When the held one ends, it is judged anew. */
  | { readonly verdict: 'wait'; readonly expiresAtMs: number }
  /** `inTheWay`: what the asker is shown, where that is not the held record. */
  | { readonly verdict: 'refuse'; readonly code: DirectoryRefusal['code']; readonly inTheWay?: Uint8Array };

/** What a supernode asks before it stores: implemented by `main/directory`, passed into the overlay. */
export interface RecordValidator {
  /**
   * `held` is the record this node stores for the target now, `waiting` the one that waits beside it, or null. Costs one or two
   * checks of a proof of work, so callers limit its rate.
   */
  judge(
    target: Uint8Array,
    offered: Uint8Array,
    held: Uint8Array | null,
    nowMs: number,
    waiting: Uint8Array | null,
  ): Promise<StoreVerdict>;
}

/** Of a target there is at most one record of each kind. */
export type ShelfPlace = 'held' | 'waiting';

export interface ShelvedRecord {
  readonly target: Uint8Array;
  readonly place: ShelfPlace;
  readonly record: Uint8Array;
  readonly expiresAtMs: number;
}

/** Where a supernode keeps its records over restarts. Implemented in `main/storage`; the overlay bounds their number. */
export interface RecordShelf {
  load(): readonly ShelvedRecord[];
  save(record: ShelvedRecord): void;
  remove(target: Uint8Array, place: ShelfPlace): void;
}
