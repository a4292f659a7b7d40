/** `node keepers-process.ts SETTING`: keepers that several processes ask, each over its line to who started this one. Ends when that line does. */
import type { ItemBody, MailboxPlace, MailboxStore, OutgoingItem } from '../../../main/overlay/index.ts';
import { AppError } from '../../../main/ports/app-error.ts';
import { seededRandom } from '../../unit/identity/fixtures.ts';
import {
  packList,
  type FromKeepers,
  type KeepersAnswer,
  type KeepersQuestion,
  type KeepersSetting,
  type ToKeepers,
} from './far-keepers.ts';
import { memoryKeepers } from './memory-keepers.ts';
import { quickClock } from './quick-clock.ts';

// Said by `startKeepers`.
const { count, seed, haste, loss } = JSON.parse(process.argv[2] ?? '') as KeepersSetting;
const keepers = memoryKeepers(count, quickClock(haste), seededRandom(seed));
keepers.loss = loss;
const never = new AbortController().signal;
const stores = new Map<string | null, MailboxStore>();

const storeOf = (network: string | null): MailboxStore => {
  const known = stores.get(network) ?? keepers.storeFor(network, () => true);
  stores.set(network, known);
  return known;
};
// It is the laboratory's own, and asks no signature.
const access = (target: Uint8Array) => ({ target, sign: () => new Uint8Array(64) });

/** Parameters are as `farStore` gave them. */
function asked({ network, method, parameters }: KeepersQuestion): Promise<unknown> {
  const store = storeOf(network);
  switch (method) {
    case 'places':
    case 'find': {
      const [target] = parameters as [Uint8Array];
      return store[method](target, never);
    }
    case 'register': {
      const [target, record] = parameters as [Uint8Array, Uint8Array];
      return store.register(target, record, never);
    }
    case 'deposit': {
      const [target, item] = parameters as [Uint8Array, OutgoingItem];
      return store.deposit(target, item, never);
    }
    case 'list': {
      const [place, target] = parameters as [MailboxPlace, Uint8Array];
      return store.list(place, access(target), never).then(packList);
    }
    case 'fetch': {
      const [place, target, id] = parameters as [MailboxPlace, Uint8Array, Uint8Array];
      return store.fetch(place, access(target), id, never) satisfies Promise<ItemBody | null>;
    }
    case 'remove': {
      const [place, target, removals] = parameters as [MailboxPlace, Uint8Array, Parameters<MailboxStore['remove']>[2]];
      return store.remove(place, target, removals, never);
    }
  }
}

const answerTo = (question: KeepersQuestion): Promise<KeepersAnswer> =>
  asked(question).then(
    (said) => ({ said }),
    (error: unknown) => {
      if (error instanceof AppError) return { failure: error.code };
      throw error;
    },
  );

process.on('message', (words: ToKeepers) => {
  if (words.type === 'loss') keepers.loss = words.loss;
  else void answerTo(words.question).then((answer) => process.send?.({ call: words.call, answer } satisfies FromKeepers));
});
process.on('disconnect', () => process.exit(0));
