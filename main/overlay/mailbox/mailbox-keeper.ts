import { equalBytes } from '../../../native-shims/sodium/index.ts';
import type { Clock, Timer } from '../../ports/clock.ts';
import { toHex } from '../../ports/hex.ts';
import type { Logger } from '../../ports/logger.ts';
import {
  boxRecordMaxBytes,
  sealedSizes,
  type ItemBody,
  type ItemKind,
  type KeptItem,
  type MailboxCounts,
  type MailboxJudge,
  type MailboxRefusal,
  type MailboxShelf,
  type SlipFacts,
} from '../mailbox-store.ts';
import { Box } from './box.ts';
import type { MailboxLimits } from './mailbox-limits.ts';
import { pageItems, type Page } from './mailbox-wire.ts';

const sweepEveryMs = 60_000;
const dayMs = 24 * 3_600_000;
/** Whether others are nearer is asked of a tenth of the mailboxes in each sweep: it sorts the routing table. */
const sweepsPerRound = 10;
/** Nearer keepers have been handed everything many times over by then. */
const farKeptMs = dayMs;
/** The owner's removal of something that we never saw: it may still arrive, for as long as an item lives. */
const unseenRemovalMs = 31 * dayMs;

export interface MailboxKeeperParts {
  readonly clock: Clock;
  readonly log: Logger;
  readonly shelf: MailboxShelf;
  readonly judge: MailboxJudge;
  readonly limits: MailboxLimits;
  /** Whether we are among the closest to a target, as far as we know. */
  readonly isNear: (target: Uint8Array) => boolean;
}

/** Where something comes from. Null: our own, or handed over by a neighbour. */
export type Sender = string | null;

/** The mailboxes this node keeps for others: every rule of what is taken, kept and given back, and nothing of the network. */
export class MailboxKeeper {
  readonly #parts: MailboxKeeperParts;
  readonly #boxes = new Map<string, Box>();
  /** What each network brought: what lies here, and what was here today. */
  readonly #bytesOf = new Map<string, number>();
  /** Of it, what is here no more. It counts until the day (UTC) is over: whoever leaves as much as they may would see a place become free, and so the owner come. */
  readonly #goneToday = new Map<string, number>();
  #day = 0;
  #bytes = 0;
  #items = 0;
  #sweeps = 0;
  #sweep: Timer | null = null;

  constructor(parts: MailboxKeeperParts) {
    this.#parts = parts;
  }

  start(): void {
    const { shelf, judge, clock } = this.#parts;
    for (const { target, record } of shelf.loadBoxes()) {
      const facts = judge.readBox(target, record, clock.nowMs());
      if (facts === null) this.#onDisk(() => shelf.removeBox(target));
      else this.#boxes.set(toHex(target), new Box(target, record, facts));
    }
    for (const item of shelf.loadItems()) {
      const box = this.#boxes.get(toHex(item.target));
      if (box === undefined) this.#onDisk(() => shelf.removeItem(item.target, item.id));
      else this.#put(box, item);
    }
    this.#sweepNow();
  }

  stop(): void {
    this.#sweep?.cancel();
    this.#sweep = null;
  }

  get counts(): MailboxCounts {
    let items = 0;
    for (const { live } of this.#boxes.values()) items += live.contact.items + live.request.items;
    return { boxes: this.#boxes.size, items, bytes: this.#bytes };
  }

  targets(): readonly Uint8Array[] {
    return [...this.#boxes.values()].map(({ target }) => target);
  }

  record(target: Uint8Array): Uint8Array | null {
    return this.#box(target)?.record ?? null;
  }

  digest(target: Uint8Array): Uint8Array | null {
    return this.#box(target)?.digest() ?? null;
  }

  mailbox(target: Uint8Array): Uint8Array | null {
    return this.#box(target)?.facts.mailbox ?? null;
  }

  /** What a neighbour may lack. */
  contents(target: Uint8Array): readonly KeptItem[] {
    return [...(this.#box(target)?.items.values() ?? [])].filter(({ state }) => state !== 'lapsed');
  }

  async register(target: Uint8Array, record: Uint8Array): Promise<'stored' | MailboxRefusal> {
    const { judge, clock, limits } = this.#parts;
    if (record.byteLength > boxRecordMaxBytes) return 'BAD_ITEM';
    const held = this.#box(target);
    // The very same word again was judged when it came first.
    if (held !== null && equalBytes(held.record, record)) return 'stored';
    const facts = judge.readBox(target, record, clock.nowMs());
    if (facts === null) return 'BAD_ITEM';
    if (held !== null && held.facts.sequence >= facts.sequence) return 'STALE';
    if (!(await judge.isBoxWorked(record))) return 'BAD_ITEM';
    const now = this.#box(target);
    // Asked twice, because our answer took long or was lost.
    if (now !== null && equalBytes(now.record, record)) return 'stored';
    if (now !== null && now.facts.sequence >= facts.sequence) return 'STALE';
    if (now === null && this.#boxes.size >= limits.maxBoxes && !this.#makeRoom()) return 'FULL';
    if (!this.#onDisk(() => this.#parts.shelf.saveBox(target, record))) return 'TOO_BUSY';
    if (now === null) this.#boxes.set(toHex(target), new Box(target, record, facts));
    else Object.assign(now, { record, facts });
    return 'stored';
  }

  /** Before any bytes come. `stored`, and for a request `raise`: it is here, or was, and nobody is told which. */
  consider(target: Uint8Array, slip: Uint8Array, from: Sender): SlipFacts | 'stored' | 'raise' | MailboxRefusal {
    const box = this.#box(target);
    if (box === null) return 'NO_BOX';
    const facts = this.#parts.judge.readSlip(box.facts.mailbox, slip, this.#parts.clock.nowMs());
    if (facts === null || !sealedSizes.includes(facts.size)) return 'BAD_ITEM';
    if (box.items.has(toHex(facts.id))) return facts.kind === 'request' ? 'raise' : 'stored';
    return this.#objection(box, facts, from) ?? facts;
  }

  /** How much work a request shows; null: too little, or the mailbox is gone. */
  async workOf(target: Uint8Array, slip: Uint8Array): Promise<number | null> {
    const box = this.#box(target);
    return box === null ? null : this.#parts.judge.requestWork(box.facts.mailbox, slip);
  }

  /** An item whose slip was considered, and if it is a request, worked for. */
  store(target: Uint8Array, facts: SlipFacts, body: ItemBody, work: number, from: Sender): 'stored' | MailboxRefusal {
    const { judge, shelf } = this.#parts;
    const box = this.#box(target);
    if (box === null) return 'NO_BOX';
    const isWhole =
      body.sealed.byteLength === facts.size &&
      equalBytes(judge.itemId(box.facts.mailbox, body.sealed, facts.depositKey), facts.id);
    if (!isWhole) return 'BAD_ITEM';
    if (box.items.has(toHex(facts.id))) return 'stored';
    const objection = this.#objection(box, facts, from);
    if (objection !== null) return objection;
    // A stranger is told the same whether there was room or not: who could see the slot empty itself would see its owner.
    if (facts.kind === 'request' && !this.#makeSlot(box, facts.size, work)) return 'stored';
    const { id, kind, size, depositKey, expiresAtMs, rememberUntilMs } = facts;
    const known = { target, id, kind, size, work, depositKey, expiresAtMs, rememberUntilMs };
    const item: KeptItem = { ...known, state: 'live', removal: null, network: from };
    if (!this.#onDisk(() => shelf.saveItem(item, body))) return 'TOO_BUSY';
    this.#put(box, item);
    return 'stored';
  }

  /** Whether what is kept came with this very slip. */
  holds(target: Uint8Array, slip: Uint8Array): boolean {
    const { judge, clock, shelf } = this.#parts;
    const mailbox = this.mailbox(target);
    const facts = mailbox === null ? null : judge.readSlip(mailbox, slip, clock.nowMs());
    const kept = facts === null ? null : shelf.body(target, facts.id);
    return kept !== null && equalBytes(kept.slip, slip);
  }

  /**
   * A request that is here, or was, comes again: while it waits, it counts with the most work that it has shown. What was taken is
   * judged as what waits is, so that nobody is told which. Whoever knows an id can make such a slip up: it changes the work and nothing else.
   */
  async raise(target: Uint8Array, slip: Uint8Array): Promise<void> {
    const { judge, clock, shelf } = this.#parts;
    const box = this.#box(target);
    const facts = box === null ? null : judge.readSlip(box.facts.mailbox, slip, clock.nowMs());
    if (box === null || facts?.kind !== 'request') return;
    const work = await judge.requestWork(box.facts.mailbox, slip);
    const key = toHex(facts.id);
    const now = this.#box(target)?.items.get(key);
    if (work === null || now?.state !== 'live' || now.kind !== 'request' || now.work >= work) return;
    if (now.size !== facts.size || now.expiresAtMs !== facts.expiresAtMs) return;
    const body = shelf.body(target, facts.id);
    if (body === null || !this.#onDisk(() => shelf.saveItem({ ...now, work }, { slip, sealed: body.sealed }))) return;
    this.#box(target)?.raise(key, work);
  }

  /** The signature over this token opens the mailbox. */
  mayOpen(target: Uint8Array, token: Uint8Array, signature: Uint8Array): boolean {
    const box = this.#box(target);
    return box !== null && this.#parts.judge.mayOpen(box.facts.mailbox, token, signature);
  }

  list(target: Uint8Array, skip: number): Page {
    const live = [...(this.#box(target)?.items.values() ?? [])].filter(({ state }) => state === 'live');
    return { total: live.length, items: live.slice(skip, skip + pageItems).map(({ id, kind }) => ({ id, kind })) };
  }

  body(target: Uint8Array, id: Uint8Array): ItemBody | null {
    const item = this.#box(target)?.items.get(toHex(id));
    return item?.state === 'live' ? this.#parts.shelf.body(target, id) : null;
  }

  /** Takes the owner's word that an item is done with, also of one that only comes later. */
  remove(target: Uint8Array, id: Uint8Array, removal: Uint8Array): boolean {
    const { judge, clock, limits, shelf } = this.#parts;
    const box = this.#box(target);
    if (box === null) return false;
    const before = box.items.get(toHex(id));
    if (before?.state === 'removed') return true;
    if (!judge.isRemoval(box.facts.mailbox, id, removal)) return false;
    if (before === undefined && (box.remembered >= limits.boxRemembered || this.#items >= limits.maxItems)) return false;
    const untilMs = clock.nowMs() + unseenRemovalMs;
    const unseen = { target, id, kind: 'contact' as ItemKind, size: 0, work: 0, depositKey: null, network: null };
    const known = before ?? { ...unseen, expiresAtMs: untilMs, rememberUntilMs: untilMs };
    const item: KeptItem = { ...known, state: 'removed', removal };
    if (!this.#onDisk(() => shelf.saveItem(item, null))) return false;
    this.#put(box, item);
    return true;
  }

  #box(target: Uint8Array): Box | null {
    const box = this.#boxes.get(toHex(target));
    return box !== undefined && box.facts.expiresAtMs > this.#parts.clock.nowMs() ? box : null;
  }

  #objection(box: Box, { kind, size, depositKey }: SlipFacts, from: Sender): MailboxRefusal | null {
    const { limits } = this.#parts;
    if (depositKey !== null && box.spentBy(depositKey) !== null) return 'SPENT';
    if (this.#bytes + size > limits.maxBytes || this.#items >= limits.maxItems) return 'FULL';
    if (from !== null && (this.#bytesOf.get(from) ?? 0) + size > limits.networkBytes) return 'FULL';
    if (kind === 'request') return size > limits.requestBytes ? 'BAD_ITEM' : null;
    const { items, bytes } = box.live.contact;
    return items >= limits.boxItems || bytes + size > limits.boxBytes ? 'FULL' : null;
  }

  /** A full slot is an auction: what shows the least work gives way, and of equals what is there stays. */
  #makeSlot(box: Box, size: number, work: number): boolean {
    const { limits } = this.#parts;
    const isFull = (): boolean =>
      box.live.request.items >= limits.requestItems || box.live.request.bytes + size > limits.requestBytes;
    while (isFull()) {
      let least: KeptItem | null = null;
      for (const item of box.items.values()) {
        if (item.kind === 'request' && item.state === 'live' && (least === null || item.work < least.work)) least = item;
      }
      if (least === null || least.work >= work) return false;
      this.#forget(box, least);
    }
    return true;
  }

  /** A mailbox for which others are nearer gives way: of those, the one that has been theirs the longest. */
  #makeRoom(): boolean {
    let longest: Box | null = null;
    for (const box of this.#boxes.values()) {
      if (box.farSinceMs === null) continue;
      if (longest?.farSinceMs === undefined || longest.farSinceMs === null || box.farSinceMs < longest.farSinceMs) longest = box;
    }
    if (longest === null) return false;
    this.#forgetBox(longest);
    return true;
  }

  #put(box: Box, item: KeptItem): void {
    this.#uncount(box.drop(toHex(item.id)));
    box.put(item);
    this.#items += 1;
    if (item.state !== 'live') return;
    this.#bytes += item.size;
    if (item.network !== null) this.#bytesOf.set(item.network, (this.#bytesOf.get(item.network) ?? 0) + item.size);
  }

  #uncount(item: KeptItem | null): void {
    if (item === null) return;
    this.#items -= 1;
    if (item.state !== 'live') return;
    this.#bytes -= item.size;
    if (item.network !== null) this.#goneToday.set(item.network, (this.#goneToday.get(item.network) ?? 0) + item.size);
  }

  #forgetGone(): void {
    for (const [network, bytes] of this.#goneToday) {
      const left = (this.#bytesOf.get(network) ?? 0) - bytes;
      if (left > 0) this.#bytesOf.set(network, left);
      else this.#bytesOf.delete(network);
    }
    this.#goneToday.clear();
  }

  #forget(box: Box, { target, id }: KeptItem): void {
    this.#uncount(box.drop(toHex(id)));
    this.#onDisk(() => this.#parts.shelf.removeItem(target, id));
  }

  #forgetBox(box: Box): void {
    for (const item of box.items.values()) this.#uncount(item);
    this.#boxes.delete(toHex(box.target));
    this.#onDisk(() => this.#parts.shelf.removeBox(box.target));
  }

  #onDisk(write: () => void): boolean {
    try {
      write();
      return true;
    } catch (error) {
      // Storage tells the person of a full disk itself. What was not written is not promised to anybody.
      this.#parts.log.debug('mailbox-not-written', { error: String(error).slice(0, 200) });
      return false;
    }
  }

  #sweepNow(): void {
    const { clock, isNear } = this.#parts;
    const nowMs = clock.nowMs();
    this.#sweeps += 1;
    const day = Math.floor(nowMs / dayMs);
    if (day !== this.#day) this.#forgetGone();
    this.#day = day;
    for (const [index, box] of [...this.#boxes.values()].entries()) {
      if (index % sweepsPerRound === this.#sweeps % sweepsPerRound) {
        box.farSinceMs = isNear(box.target) ? null : (box.farSinceMs ?? nowMs);
      }
      const isLeft = box.farSinceMs !== null && nowMs - box.farSinceMs > farKeptMs;
      if (box.facts.expiresAtMs <= nowMs || isLeft) this.#forgetBox(box);
      else this.#sweepBox(box, nowMs);
    }
    this.#sweep = clock.setTimer(sweepEveryMs, () => this.#sweepNow());
  }

  #sweepBox(box: Box, nowMs: number): void {
    for (const item of box.items.values()) {
      if (item.rememberUntilMs <= nowMs) {
        this.#forget(box, item);
      } else if (item.state === 'live' && item.expiresAtMs <= nowMs) {
        const lapsed: KeptItem = { ...item, state: 'lapsed' };
        if (this.#onDisk(() => this.#parts.shelf.saveItem(lapsed, null))) this.#put(box, lapsed);
      }
    }
    // The oldest of what is only remembered: its key has the least time left, as a rule.
    for (const item of box.items.values()) {
      if (box.remembered <= this.#parts.limits.boxRemembered) break;
      if (item.state !== 'live') this.#forget(box, item);
    }
  }
}
