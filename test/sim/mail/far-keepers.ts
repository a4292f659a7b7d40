import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { MailboxStore } from '../../../main/overlay/index.ts';
import { AppError, type ErrorCode } from '../../../main/ports/app-error.ts';
import type { Haste } from './quick-clock.ts';

/** What a process asks of keepers that live in another; functions and signals stay where they are. */
export interface KeepersQuestion {
  /** Of who asks: null: one that no quota counts. */
  readonly network: string | null;
  readonly method: keyof MailboxStore;
  readonly parameters: readonly unknown[];
}
export type KeepersAnswer = { readonly said: unknown } | { readonly failure: ErrorCode };

/** Wherever they are. */
export type AskKeepers = (question: KeepersQuestion) => Promise<KeepersAnswer>;

type ListedItem = NonNullable<Awaited<ReturnType<MailboxStore['list']>>>[number];

const listedBytes = 33;

/** What a keeper lists, as bytes: 32 of each id, and its kind. */
export function packList(items: readonly ListedItem[] | null): Uint8Array | null {
  if (items === null) return null;
  const packed = new Uint8Array(items.length * listedBytes);
  for (const [index, { id, kind }] of items.entries()) {
    packed.set(id, index * listedBytes);
    packed[(index + 1) * listedBytes - 1] = kind === 'contact' ? 1 : 0;
  }
  return packed;
}

const unpackList = (packed: Uint8Array): ListedItem[] =>
  Array.from({ length: packed.byteLength / listedBytes }, (_, index) => ({
    id: packed.slice(index * listedBytes, (index + 1) * listedBytes - 1),
    kind: packed[(index + 1) * listedBytes - 1] === 1 ? 'contact' : 'request',
  }));

/** Keepers as somebody of one network sees them, over whatever carries questions and answers. */
export function farStore(network: string | null, ask: AskKeepers): MailboxStore {
  const asked = async <Method extends keyof MailboxStore>(
    method: Method,
    ...parameters: readonly unknown[]
  ): Promise<Awaited<ReturnType<MailboxStore[Method]>>> => {
    const answer = await ask({ network, method, parameters });
    if ('failure' in answer) throw new AppError(answer.failure, 'as the keepers say');
    // The other end of the line is our own, and gives what the same method of its store gave.
    return answer.said as Awaited<ReturnType<MailboxStore[Method]>>;
  };
  return {
    places: (target) => asked('places', target),
    register: (target, record) => asked('register', target, record),
    find: (target) => asked('find', target),
    deposit: (target, item) => asked('deposit', target, item),
    async list(place, { target }) {
      // Ten thousand of them on the line are a long turn of whoever reads them: over a real one they come in pages.
      const packed: unknown = await asked('list', place, target);
      return packed instanceof Uint8Array ? unpackList(packed) : null;
    },
    fetch: (place, { target }, id) => asked('fetch', place, target, id),
    remove: (place, target, removals) => asked('remove', place, target, removals),
  };
}

export interface KeepersSetting {
  readonly count: number;
  readonly seed: string;
  readonly haste: Haste;
  /** That share of all requests gets no answer. */
  readonly loss: number;
}

export interface FarKeepers {
  readonly ask: AskKeepers;
  storeFor(network: string | null): MailboxStore;
  setLoss(loss: number): void;
  stop(): Promise<void>;
}

export type ToKeepers =
  | { readonly type: 'ask'; readonly call: number; readonly question: KeepersQuestion }
  | { readonly type: 'loss'; readonly loss: number };
export interface FromKeepers {
  readonly call: number;
  readonly answer: KeepersAnswer;
}

/** Starts one of the laboratory's own programs; its words come to our standard error. */
export const startProgram = (name: URL, parameters: readonly string[] = []): ChildProcess =>
  fork(fileURLToPath(name), parameters, {
    execArgv: [],
    serialization: 'advanced',
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });

/** `memoryKeepers` in a process of their own. */
export function startKeepers(setting: KeepersSetting): FarKeepers {
  const program = startProgram(new URL('keepers-process.ts', import.meta.url), [JSON.stringify(setting)]);
  const waiting = new Map<number, (answer: KeepersAnswer) => void>();
  let calls = 0;
  program.on('message', ({ call, answer }: FromKeepers) => {
    waiting.get(call)?.(answer);
    waiting.delete(call);
  });
  const tell = (words: ToKeepers): void => void program.send(words);
  const ask: AskKeepers = (question) =>
    new Promise((resolve) => {
      calls += 1;
      waiting.set(calls, resolve);
      tell({ type: 'ask', call: calls, question });
    });
  return {
    ask,
    storeFor: (network) => farStore(network, ask),
    setLoss: (loss) => tell({ type: 'loss', loss }),
    async stop() {
      const ended = once(program, 'exit');
      program.disconnect();
      await ended;
    },
  };
}
