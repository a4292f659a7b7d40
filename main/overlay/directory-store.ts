/** Bytes of the Global Index as the overlay moves them: it knows targets and bounds, not what a claim means. */
export const directoryRecordMaxBytes = 900;

export interface DirectoryAnswer {
  /** The record as received, or null: this node holds nothing for the target. */
  readonly record: Uint8Array | null;
  /** The answering node's network: its /24 (IPv4; the overlay speaks no other), or `host:port` for private and loopback addresses. */
  readonly network: string;
}

export interface DirectoryRefusal {
  readonly code: 'NAME_TAKEN' | 'STALE' | 'BAD_RECORD' | 'TOO_BUSY';
  /** The valid record that stands in the way (NAME_TAKEN, STALE). */
  readonly held: Uint8Array | null;
  readonly network: string;
}

export interface DirectoryPutResult {
  /** Distinct networks that stored it. */
  readonly storedBy: readonly string[];
  readonly refusals: readonly DirectoryRefusal[];
}

/** The overlay's face to `main/directory`. Both methods ask the whole closest set (20) over disjoint paths. */
export interface DirectoryStore {
  /** @throws AppError NO_NETWORK if no node answers, CANCELLED if aborted */
  put(target: Uint8Array, record: Uint8Array, signal: AbortSignal): Promise<DirectoryPutResult>;
  /** @throws AppError NO_NETWORK if no node answers, CANCELLED if aborted */
  get(target: Uint8Array, signal: AbortSignal): Promise<readonly DirectoryAnswer[]>;
}

export type StoreVerdict =
  | { readonly verdict: 'store'; readonly expiresAtMs: number }
  | { readonly verdict: 'refuse'; readonly code: DirectoryRefusal['code'] };

/** What a supernode asks before it stores: implemented by `main/directory`, passed into the overlay. */
export interface RecordValidator {
  /** `held` is the record this node stores for the target now, or null. Costs a proof-of-work check, so callers limit its rate. */
  judge(target: Uint8Array, offered: Uint8Array, held: Uint8Array | null, nowMs: number): Promise<StoreVerdict>;
}

/** Where a supernode keeps its records over restarts. Implemented in `main/storage`; the overlay bounds their number. */
export interface RecordShelf {
  load(): readonly { readonly target: Uint8Array; readonly record: Uint8Array; readonly expiresAtMs: number }[];
  save(target: Uint8Array, record: Uint8Array, expiresAtMs: number): void;
  remove(target: Uint8Array): void;
}
