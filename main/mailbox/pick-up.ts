import { equalBytes, type KeyPair } from '../../native-shims/sodium/index.ts';
import type { ItemBody, ItemKind, MailboxPlace, MailboxStore, SlipFacts } from '../overlay/index.ts';
import type { Clock, Timer } from '../ports/clock.ts';
import { toHex } from '../ports/hex.ts';
import { openGate, type LineGate } from '../ports/line-gate.ts';
import type { Logger } from '../ports/logger.ts';
import type { Random } from '../ports/random.ts';
import { inSlices } from '../ports/slices.ts';
import type { SeenItemRepository } from '../storage/index.ts';
import { accessOf, createMailboxJudge, signRemoval } from './judge.ts';
import { decodeSlip, hourMs, itemLifetimeMs } from './slip.ts';
import type { MailboxWork } from './mailbox-work.ts';

export interface WaitingItem {
  readonly id: Uint8Array;
  readonly kind: ItemKind;
  readonly sealed: Uint8Array;
  /** The one-time key it was left with; null for requests. */
  readonly depositKey: Uint8Array | null;
}

export type Taken = 'done' | 'later';

interface Listed {
  readonly id: Uint8Array;
  /** As the first keeper says. */
  readonly isContacts: boolean;
  readonly having: readonly MailboxPlace[];
}

interface Fetched {
  readonly listed: Listed;
  readonly item: WaitingItem;
}

export interface PickUpOptions {
  readonly store: MailboxStore;
  readonly mailbox: KeyPair;
  readonly work: MailboxWork;
  /** What was taken, so that it is taken once, whoever brings it back. */
  readonly seen: SeenItemRepository;
  /**
   * What came together, in the order in which it came. Of each: done: whatever it was, it needs to come no more; later: not now (it
   * stays where it is). On disk when this resolves.
   */
  readonly take: (items: readonly WaitingItem[]) => Promise<readonly Taken[]>;
  /** Most keepers open nothing for us: they don't know our mailbox. */
  readonly onUnknown: () => void;
  readonly gate?: LineGate;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
}

/** Fetches what waits in our mailbox while we are there. */
export interface PickUp {
  start(): void;
  /** The network changed, or the computer woke: look everywhere, now. */
  look(): void;
  stop(): void;
}

/** One of the nearest keepers is asked so often, in turn: a request is there within two seconds, of three keepers' honesty one is enough. */
const askEveryMs = 2_000;
const askedKeepers = 3;
/** While the line is the voice's alone: 280 bytes each time, 0.2 kbit/s. What is due at all keepers waits for so long. */
const shutAskEveryMs = 10_000;
const shutPatienceMs = 60_000;
/** All keepers: when we come, and so often; what only far ones have is found then. */
const lookEveryMs = 600_000;
/** Keepers that go on to open nothing are given the mailbox so often: a record is made and signed for each of them. */
const tellEveryMs = 0.75 * lookEveryMs;
/** Nobody was there: again so soon, twice as long each time. */
const retryMs = 2_000;
/**
 * What a contact left and couldn't be taken is tried again so soon, and all keepers are asked for what may be missing before it; they
 * are, too, where most of them opened nothing, then twice as long after each time.
 */
const laterMs = 10_000;
/** A request, while we are asking anyway. */
const requestLaterMs = 30_000;
/** Fetched at a time, from different keepers: about one from each. */
const fetchesInFlight = 16;
/** Handed on at a time: enough to bring them into order, few enough that the first are seen while the rest comes. */
const takenTogether = 256;
const bytesTogether = 4 * 1_024 * 1_024;
/** Times that one look tries what came before what it needs. */
const maxRounds = 4;
/** Keepers that give something else than they listed are not asked again in this look. */
const maxFalse = 8;
/**
 * What a contact left, was taken, and lies there again: its writer, who leaves it again each day, never heard that it came. So it is
 * taken once more, which brings about another receipt; not at once, for some keeper may only have missed the removal, and not for ever,
 * for whoever kept it could show it again and again.
 */
const takenAgain = { afterMs: 20 * hourMs, times: 3 };
/** Looked at, or signed, without a pause: some milliseconds. */
const lookedAtTogether = 1_000;
const signedTogether = 64;
/** Seen items are remembered for as long as any honest keeper may have them. */
const seenMs = 32 * 86_400_000;
/** Removals on the way to one keeper. */
const maxRemovals = 20_000;

export function createPickUp(options: PickUpOptions): PickUp {
  const { store, mailbox, work, seen, take, onUnknown, gate = openGate, clock, random, logger } = options;
  const access = accessOf(mailbox);
  const judge = createMailboxJudge(work);
  const stopping = new AbortController();
  const laterUntil = new Map<string, number>();
  let places: readonly MailboxPlace[] = [];
  let timer: Timer | null = null;
  let nextLookMs = Number.NEGATIVE_INFINITY;
  let failures = 0;
  /** Looks in a row in which most keepers opened nothing. */
  let poorLooks = 0;
  let toldUnknownMs = Number.NEGATIVE_INFINITY;
  let turn = 0;
  let running: Promise<void> | null = null;

  /** Keepers judged a contact's item by their clocks when it came: that ours says something else is no reason to leave it there. */
  const momentFor = (slip: Uint8Array): number => {
    const read = decodeSlip(slip);
    const atMs = read?.kind === 'contact' ? read.atHour * hourMs : clock.nowMs();
    return Math.min(Math.max(clock.nowMs(), atMs), atMs + itemLifetimeMs - 1);
  };
  /** Null: not what was listed, or not proven: a keeper can leave out, and not make up. */
  const check = async (id: Uint8Array, { slip, sealed }: ItemBody): Promise<SlipFacts | null> => {
    const facts = judge.readSlip(mailbox.publicKey, slip, momentFor(slip));
    if (facts === null || !equalBytes(facts.id, id)) return null;
    if (!equalBytes(judge.itemId(mailbox.publicKey, sealed, facts.depositKey), id)) return null;
    return facts.kind === 'request' && (await judge.requestWork(mailbox.publicKey, slip)) === null ? null : facts;
  };

  const removeEverywhere = async (ids: readonly Uint8Array[]): Promise<void> => {
    const removals: { readonly id: Uint8Array; readonly signature: Uint8Array }[] = [];
    await inSlices(ids.slice(0, maxRemovals), signedTogether, (some) => {
      removals.push(...some.map((id) => ({ id, signature: signRemoval(id, mailbox) })));
      return some.length;
    });
    if (removals.length === 0) return;
    await Promise.allSettled(places.map((place) => store.remove(place, access.target, removals, stopping.signal)));
  };

  /** Whether a listed item is one to take. */
  const isWanted = ({ id, isContacts }: Listed): boolean => {
    const before = seen.find(id);
    if (before === null) return true;
    return isContacts && before.times < takenAgain.times && Math.abs(clock.nowMs() - before.atMs) >= takenAgain.afterMs;
  };
  /** What these keepers list, each item once, and how many opened the mailbox for us. */
  const listFrom = async (asked: readonly MailboxPlace[]): Promise<{ readonly listed: Listed[]; readonly opened: number }> => {
    const lists = await Promise.all(
      asked.map(async (place) => ({ place, items: await store.list(place, access, stopping.signal).catch(() => null) })),
    );
    const known = new Map<string, Omit<Listed, 'having'> & { readonly having: MailboxPlace[] }>();
    for (const { place, items } of lists) {
      // oxlint-disable-next-line no-await-in-loop -- some at a time
      await inSlices(items ?? [], lookedAtTogether, (some) => {
        for (const { id, kind } of some) {
          const key = toHex(id);
          const item = known.get(key) ?? { id, isContacts: kind === 'contact', having: [] };
          item.having.push(place);
          known.set(key, item);
        }
        return some.length;
      });
    }
    return { listed: [...known.values()], opened: lists.filter(({ items }) => items !== null).length };
  };

  /**
   * Takes what some keepers list, each item from the first that gives it.
   * @returns whether something must come again, and how many keepers opened the mailbox for us
   */
  const takeFrom = async (
    asked: readonly MailboxPlace[],
  ): Promise<{ readonly isIncomplete: boolean; readonly opened: number }> => {
    const { listed, opened } = await listFrom(asked);
    const gone: Uint8Array[] = [];
    const wanted: Listed[] = [];
    await inSlices(listed, lookedAtTogether, (some) => {
      for (const item of some) {
        if (!isWanted(item)) gone.push(item.id);
        else if ((laterUntil.get(toHex(item.id)) ?? 0) <= clock.monotonicMs()) wanted.push(item);
      }
      return some.length;
    });
    await removeEverywhere(gone);
    const falseGivers = new Map<MailboxPlace, number>();
    let left: readonly Listed[] = wanted;
    // What stood before something that it needs: again, as long as that helps.
    for (let round = 0; round < maxRounds && left.length > 0 && !stopping.signal.aborted; round += 1) {
      // oxlint-disable-next-line no-await-in-loop -- the next round is for what this one left
      const still = await takeAll(left, falseGivers);
      const hasHelped = still.length < left.length;
      left = still;
      if (!hasHelped) break;
    }
    return { isIncomplete: left.length > 0, opened };
  };

  /** Some at a time, in the order in which they came. @returns those of contacts that could not be taken now */
  const takeAll = async (wanted: readonly Listed[], falseGivers: Map<MailboxPlace, number>): Promise<Listed[]> => {
    const later: Listed[] = [];
    let { some, upTo } = await fetchSome(wanted, 0, falseGivers);
    while (!stopping.signal.aborted) {
      // Those after them are on the way meanwhile.
      // oxlint-disable-next-line no-await-in-loop -- what comes later is taken later
      const [next, notNow] = await Promise.all([fetchSome(wanted, upTo, falseGivers), takeSome(some)]);
      later.push(...notNow);
      if (next.some.length === 0 && next.upTo >= wanted.length) break;
      ({ some, upTo } = next);
    }
    return later;
  };

  /** As many as are handed on together, from one of them on. */
  const fetchSome = async (
    wanted: readonly Listed[],
    from: number,
    falseGivers: Map<MailboxPlace, number>,
  ): Promise<{ readonly some: readonly Fetched[]; readonly upTo: number }> => {
    const some: Fetched[] = [];
    let upTo = from;
    let bytes = 0;
    while (upTo < wanted.length && some.length < takenTogether && bytes < bytesTogether && !stopping.signal.aborted) {
      const batch = wanted.slice(upTo, upTo + fetchesInFlight);
      upTo += batch.length;
      // oxlint-disable-next-line no-await-in-loop -- some at a time
      const items = await Promise.all(batch.map(({ id, having }, index) => fetchOne(id, having, index, falseGivers)));
      for (const [index, item] of items.entries()) {
        const listed = batch[index];
        if (item === null || listed === undefined) continue;
        some.push({ listed, item });
        bytes += item.sealed.byteLength;
      }
    }
    return { some, upTo };
  };

  /** Removed where they lie, once they are on our disk. @returns those of contacts that could not be taken now */
  const takeSome = async (some: readonly Fetched[]): Promise<Listed[]> => {
    const later: Listed[] = [];
    const results = some.length === 0 ? [] : await take(some.map(({ item }) => item));
    const done: Uint8Array[] = [];
    for (const [index, { listed, item }] of some.entries()) {
      if (results[index] === 'later') {
        laterUntil.set(toHex(item.id), clock.monotonicMs() + (item.kind === 'contact' ? laterMs : requestLaterMs));
        if (item.kind === 'contact') later.push(listed);
        continue;
      }
      laterUntil.delete(toHex(item.id));
      done.push(item.id);
    }
    if (done.length > 0) seen.add(done, clock.nowMs(), clock.nowMs() + seenMs);
    await removeEverywhere(done);
    return later;
  };

  /** From the first that gives what it listed; null: nobody does. */
  const fetchOne = async (
    id: Uint8Array,
    having: readonly MailboxPlace[],
    turnOf: number,
    falseGivers: Map<MailboxPlace, number>,
  ): Promise<WaitingItem | null> => {
    for (let index = 0; index < having.length; index += 1) {
      // Not all from the same one.
      const place = having[(turnOf + index) % having.length];
      if (place === undefined || (falseGivers.get(place) ?? 0) >= maxFalse) continue;
      // oxlint-disable-next-line no-await-in-loop -- the next only if this one doesn't give it
      const body = await store.fetch(place, access, id, stopping.signal);
      // oxlint-disable-next-line no-await-in-loop -- likewise
      const facts = body === null ? null : await check(id, body);
      if (body === null || facts === null) {
        falseGivers.set(place, (falseGivers.get(place) ?? 0) + 1);
        continue;
      }
      return { id, kind: facts.kind, sealed: body.sealed, depositKey: facts.depositKey };
    }
    return null;
  };

  const lookEverywhere = async (): Promise<void> => {
    places = await store.places(access.target, stopping.signal);
    seen.prune(clock.nowMs());
    const { isIncomplete, opened } = await takeFrom(places);
    const isPoor = opened < places.length / 2;
    const poorMs = isPoor ? Math.min(lookEveryMs, laterMs * 2 ** Math.min(poorLooks, 8)) : lookEveryMs;
    poorLooks = isPoor ? poorLooks + 1 : 0;
    const nowMs = clock.monotonicMs();
    if (!isPoor) toldUnknownMs = Number.NEGATIVE_INFINITY;
    else if (nowMs - toldUnknownMs >= tellEveryMs) {
      toldUnknownMs = nowMs;
      onUnknown();
    }
    nextLookMs = nowMs + (isIncomplete ? laterMs : poorMs) * (0.75 + random.fraction() / 2);
  };
  const askOne = async (): Promise<void> => {
    const near = places.slice(0, askedKeepers);
    turn += 1;
    const place = near[turn % Math.max(1, near.length)];
    if (place === undefined) return;
    const { isIncomplete } = await takeFrom([place]);
    if (isIncomplete) nextLookMs = Math.min(nextLookMs, clock.monotonicMs() + laterMs);
  };
  const round = async (): Promise<void> => {
    try {
      // A line that is the voice's alone makes many late: asking more would only make more of them.
      const patienceMs = poorLooks > 0 ? lookEveryMs : shutPatienceMs;
      const lookMs = nextLookMs + (gate.isShut ? patienceMs : 0);
      await (clock.monotonicMs() >= lookMs ? lookEverywhere() : askOne());
      failures = 0;
    } catch (error) {
      if (stopping.signal.aborted) return;
      failures += 1;
      logger.debug('mailbox-not-reached', { error: String(error).slice(0, 200) });
    }
  };
  const after = (delayMs: number): void => {
    timer?.cancel();
    if (stopping.signal.aborted) return;
    timer = clock.setTimer(delayMs, () => {
      running = round().finally(() => {
        running = null;
        const calmMs = gate.isShut ? shutAskEveryMs : askEveryMs;
        const waitMs = failures === 0 ? calmMs : Math.min(lookEveryMs, retryMs * 2 ** Math.min(failures - 1, 8));
        after(waitMs * (0.75 + random.fraction() / 2));
      });
    });
  };
  return {
    start: () => after(0),
    look() {
      nextLookMs = Number.NEGATIVE_INFINITY;
      failures = 0;
      poorLooks = 0;
      toldUnknownMs = Number.NEGATIVE_INFINITY;
      if (running === null) after(0);
    },
    stop() {
      stopping.abort();
      timer?.cancel();
    },
  };
}
