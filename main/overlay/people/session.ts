import type { Clock, Timer } from '../../ports/clock.ts';
import type { PeerAddress, SendResult, WireLimits } from '../../ports/peer-wire.ts';
import { TokenBucket } from '../../ports/token-bucket.ts';
import type { Line } from './line.ts';
import { Link } from './link.ts';
import { Inbox, Outbox } from './reliable.ts';
import type { HeldSession } from './session-rules.ts';
import type { LinkTiming } from './timing.ts';

/** Unacknowledged bytes kept per session, all protocols together. */
const maxWaitingBytes = 256 * 1024;
/** A sender keeps to four seconds' worth at once. The receiver allows twice that: a network that stalled and then delivers is no abuse. */
const burstSeconds = 4;
const receiverTolerance = 2;

export interface SessionEvents {
  readonly onMessage: (protocol: string, message: Uint8Array) => void;
  readonly onInterrupted: (reason: string) => void;
  readonly onClosed: (reason: string) => void;
}

export interface SessionParts {
  /** Hex, 16 bytes. */
  readonly id: string;
  readonly peer: PeerAddress;
  readonly peerInstance: string;
  /** What both sides speak. */
  readonly limits: ReadonlyMap<string, WireLimits>;
  readonly clock: Clock;
  readonly timing: LinkTiming;
  readonly events: SessionEvents;
}

interface Row {
  readonly limits: WireLimits;
  readonly outbox: Outbox;
  readonly inbox: Inbox;
  readonly sending: TokenBucket;
  receiving: TokenBucket;
}

/**
 * A conversation with one device that outlives its links: messages are numbered per protocol, kept until acknowledged, and sent
 * again on the next link.
 */
export class Session {
  readonly #parts: SessionParts;
  readonly #rows = new Map<string, Row>();
  readonly #unacknowledged = new Set<string>();
  #link: Link | null = null;
  #line: Line | null = null;
  #isLinkDialedByThem = false;
  /** When the last link that died was heard; null: none did. */
  #heardAtMs: number | null = null;
  #ackTimer: Timer | null = null;
  #graceTimer: Timer | null = null;
  #isClosed = false;

  constructor(parts: SessionParts) {
    this.#parts = parts;
    const nowMs = parts.clock.monotonicMs();
    for (const [protocol, limits] of parts.limits) {
      const { maxMessagesPerSecond: rate } = limits;
      this.#rows.set(protocol, {
        limits,
        outbox: new Outbox(),
        inbox: new Inbox(),
        sending: new TokenBucket(rate, rate * burstSeconds, nowMs),
        receiving: new TokenBucket(rate, rate * burstSeconds * receiverTolerance, nowMs),
      });
    }
  }

  get peer(): PeerAddress {
    return this.#parts.peer;
  }

  get isConnected(): boolean {
    return this.#link !== null;
  }

  /** What it rides on now; null while it is interrupted. */
  get line(): Line | null {
    return this.#line;
  }

  held(): HeldSession {
    const { id, peerInstance } = this.#parts;
    const hasLink = this.#link !== null;
    const isLinkDialedByThem = this.#isLinkDialedByThem;
    const isLive = hasLink && (!isLinkDialedByThem || this.#link?.hasHeard === true);
    return { id, peerInstance, hasLink, isLive, isLinkDialedByThem };
  }

  received(): ReadonlyMap<string, number> {
    return new Map([...this.#rows].map(([protocol, row]) => [protocol, row.inbox.received]));
  }

  /** A verified connection for this session; replaces the one it had. What they miss is sent again. */
  attach(line: Line, isDialedByThem: boolean, theirReceived: ReadonlyMap<string, number>): void {
    const { clock, timing } = this.#parts;
    const heardAtMs = this.#link?.heardAtMs ?? this.#heardAtMs;
    const silentMs = heardAtMs === null ? 0 : clock.monotonicMs() - heardAtMs;
    this.#link?.retire();
    this.#graceTimer?.cancel();
    this.#isLinkDialedByThem = isDialedByThem;
    const link: Link = new Link(line.stream, [...this.#rows.keys()], clock, timing, {
      onMessage: (protocol, sequence, message) => this.#onMessage(protocol, sequence, message),
      onAcknowledged: (protocol, sequence) => this.#onAcknowledged(protocol, sequence),
      onGoodbye: () => this.close('goodbye', false),
      onDead: (reason) => {
        if (this.#link === link) this.#interrupt(reason);
      },
    });
    this.#link = link;
    this.#line = line;
    for (const [protocol, row] of this.#rows) {
      if (!row.outbox.acknowledge(theirReceived.get(protocol) ?? 0)) {
        this.close('protocol-violation', true);
        return;
      }
      // What was kept through an interruption arrives at once; who only redials gets nothing for it.
      row.receiving.grant(row.limits.maxMessagesPerSecond * (silentMs / 1000));
      for (const numbered of row.outbox.waiting) link.send(protocol, numbered);
    }
  }

  send(protocol: string, message: Uint8Array): SendResult {
    const row = this.#rows.get(protocol);
    if (row === undefined || this.#isClosed) return 'not-connected';
    if (message.byteLength > row.limits.maxMessageBytes) return 'too-large';
    if (this.#waitingBytes() + message.byteLength > maxWaitingBytes) return 'too-much';
    if (!row.sending.take(this.#parts.clock.monotonicMs())) return 'too-much';
    const numbered = row.outbox.add(message);
    this.#link?.send(protocol, numbered);
    return 'queued';
  }

  breakLink(): void {
    this.#link?.cut();
  }

  /** Makes sure, soon, that the link lives. */
  check(): void {
    this.#link?.check();
  }

  /** Ends it. @param sayGoodbye tell the other side, so that it needn't wait */
  close(reason: string, sayGoodbye: boolean): void {
    void this.end(reason, sayGoodbye);
  }

  /** Like `close`; resolves when the goodbye is out. */
  async end(reason: string, sayGoodbye: boolean): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#ackTimer?.cancel();
    this.#graceTimer?.cancel();
    const link = this.#link;
    this.#link = null;
    this.#line = null;
    this.#parts.events.onClosed(reason);
    if (sayGoodbye) await link?.sayGoodbye();
    else link?.drop();
  }

  #waitingBytes(): number {
    let bytes = 0;
    for (const row of this.#rows.values()) bytes += row.outbox.bytes;
    return bytes;
  }

  #onMessage(protocol: string, sequence: number, message: Uint8Array): void {
    const row = this.#rows.get(protocol);
    if (row === undefined || this.#isClosed) return;
    const isTooMuch = !row.receiving.take(this.#parts.clock.monotonicMs());
    if (isTooMuch || message.byteLength > row.limits.maxMessageBytes) {
      this.close(isTooMuch ? 'too-many-messages' : 'too-large-message', true);
      return;
    }
    switch (row.inbox.accept(sequence)) {
      case 'gap':
        this.close('protocol-violation', true);
        return;
      case 'duplicate':
        this.#acknowledgeSoon(protocol);
        return;
      case 'deliver':
        this.#acknowledgeSoon(protocol);
        this.#parts.events.onMessage(protocol, message);
        return;
    }
  }

  #onAcknowledged(protocol: string, sequence: number): void {
    const row = this.#rows.get(protocol);
    if (row !== undefined && !row.outbox.acknowledge(sequence)) this.close('protocol-violation', true);
  }

  #acknowledgeSoon(protocol: string): void {
    this.#unacknowledged.add(protocol);
    if (this.#ackTimer !== null) return;
    const { clock, timing } = this.#parts;
    this.#ackTimer = clock.setTimer(timing.ackAfterMs, () => {
      this.#ackTimer = null;
      for (const each of this.#unacknowledged) this.#link?.acknowledge(each, this.#rows.get(each)?.inbox.received ?? 0);
      this.#unacknowledged.clear();
    });
  }

  #interrupt(reason: string): void {
    this.#heardAtMs = this.#link?.heardAtMs ?? this.#heardAtMs;
    this.#link = null;
    this.#line = null;
    if (this.#isClosed) return;
    const { clock, timing, events } = this.#parts;
    this.#graceTimer = clock.setTimer(timing.graceMs, () => this.close('not-back-in-time', false));
    events.onInterrupted(reason);
  }
}
