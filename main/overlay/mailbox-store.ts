import type { HostPort } from '../ports/host-port.ts';

/** Sealed items as the overlay moves and keeps them: it knows sizes, proofs and times, never what is inside or from whom. */

/** An item is padded to one of these before it is left: 1 KiB holds a line of chat, 64 KiB a part of a picture. */
export const sealedSizes: readonly number[] = [1_024, 2_048, 4_096, 16_384, 65_536];
export const sealedMaxBytes = 65_536;
/** The owner's word that the mailbox exists. */
export const boxRecordMaxBytes = 400;
/** What proves that an item may be left. */
export const slipMaxBytes = 400;

/** contact: left with a one-time deposit key; request: left by a stranger, with proof of work, in a small slot of its own. */
export type ItemKind = 'contact' | 'request';

export interface BoxFacts {
  /** Ed25519 public key: its owner signs. */
  readonly mailbox: Uint8Array;
  /** The higher one replaces the lower. */
  readonly sequence: number;
  readonly expiresAtMs: number;
}

export interface SlipFacts {
  /** 32 bytes, made from the sealed bytes. */
  readonly id: Uint8Array;
  readonly size: number;
  readonly kind: ItemKind;
  /** Spent by this item; null for requests. */
  readonly depositKey: Uint8Array | null;
  readonly expiresAtMs: number;
  /** So long it must be known that the key is spent: at least until the item expires. */
  readonly rememberUntilMs: number;
}

/** What a supernode asks before it keeps something: implemented by `main/mailbox`, passed into the overlay. */
export interface MailboxJudge {
  /** Form, signature, target and time; null if anything is wrong. */
  readBox(target: Uint8Array, record: Uint8Array, nowMs: number): BoxFacts | null;
  /** Costs one hash of Argon2id, so callers limit its rate. */
  isBoxWorked(record: Uint8Array): Promise<boolean>;
  /** Form, signatures and time; null if anything is wrong. */
  readSlip(mailbox: Uint8Array, slip: Uint8Array, nowMs: number): SlipFacts | null;
  /** How much work a request shows, in zero bits; null: too little. Costs one hash, likewise. */
  requestWork(mailbox: Uint8Array, slip: Uint8Array): Promise<number | null>;
  itemId(mailbox: Uint8Array, sealed: Uint8Array, depositKey: Uint8Array | null): Uint8Array;
  /** The owner signed this token, which only this node gives and only to the asker's address. */
  mayOpen(mailbox: Uint8Array, token: Uint8Array, signature: Uint8Array): boolean;
  /** The owner's word that an item is done with. */
  isRemoval(mailbox: Uint8Array, id: Uint8Array, signature: Uint8Array): boolean;
}

/** live: there to be picked up; removed: the owner signed for it; lapsed: nobody came. The last two have no bytes any more. */
export type ItemState = 'live' | 'removed' | 'lapsed';

export interface KeptItem {
  readonly target: Uint8Array;
  readonly id: Uint8Array;
  readonly kind: ItemKind;
  readonly size: number;
  /** Of a request: zero bits of its work. */
  readonly work: number;
  readonly depositKey: Uint8Array | null;
  readonly state: ItemState;
  readonly removal: Uint8Array | null;
  /** Whose quota it counts for; null: handed over by a neighbour, or our own. */
  readonly network: string | null;
  readonly expiresAtMs: number;
  readonly rememberUntilMs: number;
}

/** Where a supernode keeps mailboxes over restarts. Implemented in `main/storage`; the overlay bounds number and size. */
export interface MailboxShelf {
  loadBoxes(): readonly { readonly target: Uint8Array; readonly record: Uint8Array }[];
  /** In the order in which they came. */
  loadItems(): readonly KeptItem[];
  saveBox(target: Uint8Array, record: Uint8Array): void;
  /** With all that is in it. */
  removeBox(target: Uint8Array): void;
  /** @param body null: it is only remembered, its bytes go */
  saveItem(item: KeptItem, body: ItemBody | null): void;
  removeItem(target: Uint8Array, id: Uint8Array): void;
  body(target: Uint8Array, id: Uint8Array): ItemBody | null;
}

export type MailboxRefusal =
  /** Nobody registered it here. */
  | 'NO_BOX'
  /** Malformed, forged, expired, too little work. */
  | 'BAD_ITEM'
  /** The deposit key was spent for another item. */
  | 'SPENT'
  | 'FULL'
  | 'TOO_BUSY'
  | 'STALE';

export interface MailboxPutResult {
  /** Distinct networks that keep it. */
  readonly storedBy: readonly string[];
  readonly refusals: readonly { readonly code: MailboxRefusal; readonly network: string }[];
}

/** One of the supernodes that keep a mailbox: its address, or (null) this node itself. */
export interface MailboxPlace {
  readonly at: HostPort | null;
  readonly network: string;
}

/** An item to be left. */
export interface OutgoingItem extends ItemBody {
  readonly id: Uint8Array;
}

/** Opens a mailbox: signs what a supernode gives as a challenge. */
export interface MailboxAccess {
  readonly target: Uint8Array;
  sign(token: Uint8Array): Uint8Array;
}

export interface ListedItem {
  readonly id: Uint8Array;
  readonly kind: ItemKind;
}

/** An item with what proved that it might be left. */
export interface ItemBody {
  readonly slip: Uint8Array;
  readonly sealed: Uint8Array;
}

/** The overlay's face to `main/mailbox`. All methods throw AppError NO_NETWORK (nobody answers, or when something is stored too few) or CANCELLED. */
export interface MailboxStore {
  /** The closest set (20) of a mailbox, nearest first. */
  places(target: Uint8Array, signal: AbortSignal): Promise<readonly MailboxPlace[]>;
  register(target: Uint8Array, record: Uint8Array, signal: AbortSignal): Promise<MailboxPutResult>;
  /** Box records that the closest set shows, for the asker to judge. Each once. */
  find(target: Uint8Array, signal: AbortSignal): Promise<readonly Uint8Array[]>;
  /** Leaves an item at the whole closest set. The same item again is stored once. */
  deposit(target: Uint8Array, item: OutgoingItem, signal: AbortSignal): Promise<MailboxPutResult>;
  /** What one place has for us; null: it didn't answer, or knows nothing of the mailbox. */
  list(place: MailboxPlace, access: MailboxAccess, signal: AbortSignal): Promise<readonly ListedItem[] | null>;
  /** Null: it doesn't have it, or gave something else than it should. */
  fetch(place: MailboxPlace, access: MailboxAccess, id: Uint8Array, signal: AbortSignal): Promise<ItemBody | null>;
  /** The owner's signed removals, to one place. @returns whether it took them */
  remove(
    place: MailboxPlace,
    target: Uint8Array,
    removals: readonly { readonly id: Uint8Array; readonly signature: Uint8Array }[],
    signal: AbortSignal,
  ): Promise<boolean>;
}

/** What we keep for others. */
export interface MailboxCounts {
  readonly boxes: number;
  readonly items: number;
  readonly bytes: number;
}
