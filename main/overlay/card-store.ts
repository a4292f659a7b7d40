/** Cards of people who want to be found, as the overlay keeps them: it knows whose each is and where it belongs, not what it says. */
export const cardMaxBytes = 760;

/** Whose card it is: the beginning of a hash of the account's key. Of a key there is one card at a target. */
export const cardKeyBytes = 16;

/** What a supernode must know of a card. */
export interface CardFacts {
  readonly key: Uint8Array;
  readonly sequence: number;
  readonly expiresAtMs: number;
  /** The owner's word that all earlier cards are withdrawn: it belongs wherever one of them is. */
  readonly withdraws: boolean;
  /** Where it belongs. */
  readonly targets: readonly Uint8Array[];
  /** What questions are compared with. */
  readonly words: readonly string[];
}

/** What a supernode asks before it keeps a card. Implemented by `main/directory`. */
export interface CardJudge {
  /** Form, signatures and time; null if anything is wrong. */
  read(card: Uint8Array, nowMs: number): CardFacts | null;
  /** Costs one hash of a proof of work. */
  isWorked(card: Uint8Array): Promise<boolean>;
}

export interface KeptCard {
  readonly target: Uint8Array;
  readonly key: Uint8Array;
  readonly card: Uint8Array;
  /** Whose quota it is counted in. */
  readonly source: string;
}

/** Where a supernode keeps cards over restarts. Implemented in `main/storage`; the overlay bounds their number. */
export interface CardShelf {
  load(): readonly KeptCard[];
  /** In place of the key's earlier one at that target. */
  save(card: KeptCard): void;
  remove(target: Uint8Array, key: Uint8Array): void;
}

export type CardRefusal = 'BAD_CARD' | 'STALE' | 'FULL' | 'TOO_BUSY';

export interface CardPutResult {
  /** Distinct networks that keep it now. */
  readonly storedBy: number;
  /** Nodes that answered. */
  readonly answered: number;
}

/** A question to the keepers of a target. */
export interface CardQuestion {
  readonly target: Uint8Array;
  /** Beginnings of words; cards that match more of them come first, those that match none not at all. */
  readonly beginnings: readonly string[];
  /** 8 bytes: which of too many are named. Another question, another choice. */
  readonly salt: Uint8Array;
}

/** The overlay's face to `main/directory`. Both methods throw AppError NO_NETWORK (nobody answers) or CANCELLED. */
export interface CardStore {
  put(target: Uint8Array, card: Uint8Array, signal: AbortSignal): Promise<CardPutResult>;
  /**
   * Cards as keepers gave them, withdrawals among them: unchecked, and several of one account where keepers differ. Those that most
   * keepers named come first, among equals in the order that the salt makes, in which networks that brought them take turns.
   */
  find(question: CardQuestion, signal: AbortSignal): Promise<readonly Uint8Array[]>;
}
