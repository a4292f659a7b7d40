import type { NodeAddress } from '../../../native-shims/hyperdht/index.ts';
import { AppError } from '../../ports/app-error.ts';
import type { Clock } from '../../ports/clock.ts';
import { toHex } from '../../ports/hex.ts';
import { hostPortText } from '../../ports/host-port.ts';
import { findAround, type DirectoryDht, type PlacesParts } from '../directory/places.ts';
import { putPatiently, type Around } from '../directory/put-patiently.ts';
import {
  boxRecordMaxBytes,
  type ItemBody,
  type ListedItem,
  type MailboxAccess,
  type MailboxPlace,
  type MailboxPutResult,
  type MailboxRefusal,
  type MailboxStore,
} from '../mailbox-store.ts';
import { closestSetSize } from '../lookup.ts';
import { abortable, throwIfAborted } from '../waiting.ts';
import { leaveItem } from './leave-item.ts';
import type { MailboxKeeper } from './mailbox-keeper.ts';
import type { KeeperVisits } from '../directory/keeper-visits.ts';
import {
  decodeAnswer,
  decodeFirstRead,
  decodePage,
  encodeList,
  encodeRead,
  encodeRemovals,
  mailboxCommands,
  pageItems,
  partCount,
  partRange,
  removalsAtOnce,
  type Page,
} from './mailbox-wire.ts';

export interface MailboxClientParts extends PlacesParts {
  readonly node: () => DirectoryDht | null;
  /** While gateways carry us: the closest set as they agree on it; null: we look ourselves. */
  readonly carriedPlaces: (target: Uint8Array, signal: AbortSignal) => Promise<readonly NodeAddress[]> | null;
  readonly visits: KeeperVisits;
  readonly keeper: MailboxKeeper;
  readonly clock: Clock;
}

const someOf = (places: readonly MailboxPlace[]): readonly MailboxPlace[] => {
  if (places.length === 0) throw new AppError('NO_NETWORK', 'no-node-answered');
  return places;
};

/** What one place said. */
interface Placed {
  readonly place: MailboxPlace;
  readonly said: 'stored' | MailboxRefusal;
}

const keyOf = ({ at }: MailboxPlace): string => (at === null ? 'self' : hostPortText(at));
const isBusy = ({ said }: Placed): boolean => said === 'TOO_BUSY';

/** Pages, and parts of an item, that are asked for at a time. */
const readsInFlight = 8;
/** More than any honest keeper lists (`MailboxLimits.boxItems` and the strangers' slot), so that a liar can't keep us reading. */
const maxListed = 20_000;

export function createMailboxStore(parts: MailboxClientParts): MailboxStore {
  const { networks, visits, keeper } = parts;

  const usable = (): DirectoryDht => {
    const node = parts.node();
    if (node === null) throw new AppError('NO_NETWORK', 'not-started');
    return node;
  };
  const placeAt = (at: NodeAddress): MailboxPlace => ({ at, network: networks.network(at) });
  const ourselves = (): MailboxPlace => {
    const self = parts.self();
    return { at: null, network: self === null ? 'self' : networks.network(self.address) };
  };

  const look = async (target: Uint8Array, signal: AbortSignal): Promise<Around<MailboxPlace>> => {
    const node = usable();
    const carried = parts.carriedPlaces(target, signal);
    if (carried !== null) return { places: (await abortable(carried, signal)).map(placeAt), known: 0, isFull: false, silent: 0 };
    const { places, ...around } = await abortable(
      findAround(parts, node, { command: mailboxCommands.register, target, value: null }, closestSetSize, signal),
      signal,
    );
    const met = places.map((place) => {
      if (place === 'self') return ourselves();
      visits.remember(place, place.token);
      return placeAt({ host: place.host, port: place.port });
    });
    return { ...around, places: met };
  };
  const find = async (target: Uint8Array, signal: AbortSignal): Promise<readonly MailboxPlace[]> =>
    someOf((await look(target, signal)).places);
  /** At each of them, as far as they can be brought to it. */
  const putAt = async (
    target: Uint8Array,
    put: (place: MailboxPlace) => Promise<Placed | null>,
    mayMiss: number,
    signal: AbortSignal,
  ): Promise<MailboxPutResult> => {
    const findAgain = (): Promise<Around<MailboxPlace>> => look(target, signal);
    const placed = await abortable(
      putPatiently({ find: findAgain, keyOf, put, isBusy, mayMiss, clock: parts.clock, signal }),
      signal,
    );
    const storedBy = new Set<string>();
    const refusals: { code: MailboxRefusal; network: string }[] = [];
    for (const { place, said } of placed) {
      if (said === 'stored') storedBy.add(place.network);
      else refusals.push({ code: said, network: place.network });
    }
    return { storedBy: [...storedBy], refusals };
  };
  const depositHere = async (target: Uint8Array, body: ItemBody): Promise<'stored' | MailboxRefusal> => {
    const facts = keeper.consider(target, body.slip, null);
    if (facts === 'raise') {
      await keeper.raise(target, body.slip);
      return 'stored';
    }
    if (typeof facts === 'string') return facts;
    const work = facts.kind === 'request' ? await keeper.workOf(target, body.slip) : 0;
    return work === null ? 'BAD_ITEM' : keeper.store(target, facts, body, work, null);
  };
  const page = async ({ at }: MailboxPlace, { target, sign }: MailboxAccess, skip: number): Promise<Page | null> => {
    if (at === null) return keeper.list(target, skip);
    const bytes = await visits.ask(at, mailboxCommands.open, target, (token) => encodeList(sign(token), skip));
    return bytes === null ? null : decodePage(bytes);
  };
  /** Runs all of them, some at a time; the first failure ends it. */
  const inTurns = async (count: number, run: (index: number) => Promise<boolean>): Promise<boolean> => {
    let next = 0;
    let isFine = true;
    const lane = async (): Promise<void> => {
      while (next < count && isFine) {
        const index = next++;
        // oxlint-disable-next-line no-await-in-loop -- each lane waits for its own
        if (!(await run(index))) isFine = false;
      }
    };
    await Promise.all(Array.from({ length: Math.min(readsInFlight, count) }, lane));
    return isFine;
  };

  return {
    places: find,
    async register(target, record, signal) {
      if (record.byteLength > boxRecordMaxBytes) throw new AppError('BAD_INPUT', 'box-record-too-large');
      const put = async (place: MailboxPlace): Promise<Placed | null> => {
        if (place.at === null) return { place, said: await keeper.register(target, record) };
        const said = decodeAnswer(await visits.ask(place.at, mailboxCommands.register, target, () => record));
        return said === null || said === 'more' || said === 'again' ? null : { place, said };
      };
      return putAt(target, put, 1 / 6, signal);
    },
    async find(target, signal) {
      const nothing = new Uint8Array(0);
      const recordAt = ({ at }: MailboxPlace): Promise<Uint8Array | null> =>
        at === null
          ? Promise.resolve(keeper.record(target) ?? nothing)
          : visits.ask(at, mailboxCommands.register, target, () => null);
      const said = await abortable(Promise.all((await find(target, signal)).map(recordAt)), signal);
      const records = new Map<string, Uint8Array>();
      for (const record of said) {
        if (record !== null && record.byteLength > 0 && record.byteLength <= boxRecordMaxBytes)
          records.set(toHex(record), record);
      }
      return [...records.values()];
    },
    async deposit(target, item, signal) {
      const put = async (place: MailboxPlace): Promise<Placed | null> => {
        const { at } = place;
        const said = await (at === null ? depositHere(target, item) : leaveItem(visits, at, target, item, () => signal.aborted));
        return said === null ? null : { place, said };
      };
      // Keepers hand it on to each other, and the next letter waits for this.
      return putAt(target, put, 1 / 3, signal);
    },
    async list(place, access, signal) {
      const first = await abortable(page(place, access, 0), signal);
      if (first === null) return null;
      const items = new Map<string, ListedItem>();
      const take = (listed: readonly ListedItem[]): void => {
        for (const item of listed) items.set(toHex(item.id), item);
      };
      take(first.items);
      const total = Math.min(first.total, maxListed);
      const pages = Math.ceil(total / pageItems) - 1;
      const isWhole = await inTurns(Math.max(0, pages), async (index) => {
        throwIfAborted(signal);
        const next = await page(place, access, (index + 1) * pageItems);
        if (next !== null) take(next.items);
        return next !== null;
      });
      // What was heard of is worth something, even if the rest was not.
      return isWhole || items.size > 0 ? [...items.values()] : null;
    },
    async fetch({ at }, { target, sign }, id, signal) {
      if (at === null) return keeper.body(target, id);
      const read = (index: number): Promise<Uint8Array | null> =>
        visits.ask(at, mailboxCommands.open, target, (token) => encodeRead(sign(token), id, index));
      const bytes = await abortable(read(0), signal);
      const first = bytes === null ? null : decodeFirstRead(bytes);
      if (first === null) return null;
      const sealed = new Uint8Array(first.size);
      sealed.set(first.data.subarray(0, first.size));
      const isWhole = await inTurns(partCount(first.size) - 1, async (earlier) => {
        throwIfAborted(signal);
        const [from, to] = partRange(earlier + 1, first.size);
        const data = await read(earlier + 1);
        if (data?.byteLength !== to - from) return false;
        sealed.set(data, from);
        return true;
      });
      return isWhole ? { slip: first.slip, sealed } : null;
    },
    async remove({ at }, target, removals, signal) {
      if (at === null) return removals.map(({ id, signature }) => keeper.remove(target, id, signature)).every(Boolean);
      const batches = Array.from({ length: Math.ceil(removals.length / removalsAtOnce) }, (_, index) =>
        removals.slice(index * removalsAtOnce, (index + 1) * removalsAtOnce),
      );
      return inTurns(batches.length, async (index) => {
        throwIfAborted(signal);
        const answer = await visits.ask(at, mailboxCommands.remove, target, () => encodeRemovals(batches[index] ?? []));
        return decodeAnswer(answer) === 'stored';
      });
    },
  };
}
