import type { Haste } from '../quick-clock.ts';
import type { KeepersAnswer, KeepersQuestion } from '../far-keepers.ts';

export type Channel = 'chat' | 'mailbox';

/** Everything that a process needs to be somebody. */
export interface Life {
  readonly name: string;
  /** Of the account: the same in each life. */
  readonly seed: string;
  readonly bornMs: number;
  readonly directory: string;
  readonly driver: 'node' | 'wasm';
  readonly friend: string;
  readonly haste: Haste;
  readonly wrongByMs: number;
  /** Which of their lives it is: texts say so, and are one of their kind. */
  readonly number: number;
  /** Whether they write, and read, all the time. */
  readonly isBusy: boolean;
}

export type ToPerson =
  | { readonly type: 'live'; readonly life: Life }
  | { readonly type: 'session'; readonly isOpen: boolean }
  | { readonly type: 'wire'; readonly channel: Channel; readonly bytes: Uint8Array }
  | { readonly type: 'answer'; readonly call: number; readonly answer: KeepersAnswer }
  /** As Ctrl C. */
  | { readonly type: 'quit' };

export interface Standing {
  /** Keys to the friend's mailbox. */
  readonly keys: number;
  readonly isRegistered: boolean;
  /** Nothing waits to be acknowledged, and nothing to be told. */
  readonly isSettled: boolean;
}

export type FromPerson =
  /** The program is there; nobody lives in it yet. */
  | { readonly type: 'loaded' }
  /** Accepted by the chat: on disk. */
  | { readonly type: 'wrote'; readonly text: string }
  | { readonly type: 'standing'; readonly standing: Standing }
  | { readonly type: 'wire'; readonly channel: Channel; readonly bytes: Uint8Array }
  | { readonly type: 'ask'; readonly call: number; readonly question: KeepersQuestion };
