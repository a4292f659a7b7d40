import type { End, Homes } from '../rig/homes.ts';
import type { Recording } from '../rig/sound-room.ts';

export const peerNames = ['lilliput', 'chromium', 'lilliput-headless'] as const;
export type PeerName = (typeof peerNames)[number];

/** What a program says of its own receiving, in total since the call began. Null: it does not say. */
export interface OwnAccount {
  readonly concealedMs: number | null;
  readonly stretchedMs: number | null;
}

/** The same program in both homes, speaking. */
export interface Peers {
  /**
   * Sets up a call. Resolves when each end gets the other's sound.
   * @returns how long that took, milliseconds
   */
  call(): Promise<number>;
  account(): Promise<Readonly<Record<End, OwnAccount>>>;
  /** Records mouths and ears from now on; the call may end with it. */
  record(): Promise<Recording>;
  /** Ends the call. Resolves when there may be another; null: this program makes but one. */
  readonly hangUp: (() => Promise<void>) | null;
  stop(): Promise<void>;
}

/** Where peers live, and what they say. */
export interface Place {
  readonly homes: Homes;
  /** What each end says, over and over. */
  readonly voices: Readonly<Record<End, Int16Array>>;
  /** Null: none is installed. */
  readonly chromiumPath: string | null;
  /** A folder of this run's own. */
  readonly dir: string;
  /** For how long they will speak at most, seconds. */
  readonly longestSeconds: number;
}

export const bothEnds = async <Value>(of: (end: End) => Promise<Value>): Promise<Record<End, Value>> => {
  const [a, b] = await Promise.all([of('a'), of('b')]);
  return { a, b };
};
