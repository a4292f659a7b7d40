import type { Clock, Timer } from '../../ports/clock.ts';
import type { Random } from '../../ports/random.ts';
import {
  addressesOf,
  attribute,
  headerBytes,
  method,
  StunWriter,
  transactionIdBytes,
  type StunMessage,
  type TransportAddress,
} from '../../stun/index.ts';
import { isSameAddress } from './candidate.ts';

/** Lost questions are asked again after so long each; then nobody is there. */
const retriesMs = [100, 200, 400, 800, 1_600];
/** Mappings of routers live 30 s at least (RFC 4787 REQ-5: two minutes, which many don't keep); a call may be answered late. */
const keepAliveMs = 15_000;

/** A server that lets nobody be flooded through it answers no more bytes than it was asked with: an IPv6 address, at most. */
const answerBytes = headerBytes + 4 + 20;
const questionBytes = answerBytes + 4;

/** Asks STUN servers how a socket of ours is seen from outside (RFC 8489 §2), for as long as that may matter. */
export class MappedAddresses {
  readonly #clock: Clock;
  readonly #random: Random;
  readonly #send: (bytes: Buffer, length: number, to: TransportAddress) => void;
  readonly #onMapped: (mapped: TransportAddress) => void;
  readonly #open = new Map<string, { readonly timer: Timer }>();
  #servers: readonly TransportAddress[] = [];
  #again: Timer | null = null;
  #isStopped = false;

  constructor(parts: {
    readonly clock: Clock;
    readonly random: Random;
    readonly send: (bytes: Buffer, length: number, to: TransportAddress) => void;
    /** Of each answer; the same again and again. */
    readonly onMapped: (mapped: TransportAddress) => void;
  }) {
    this.#clock = parts.clock;
    this.#random = parts.random;
    this.#send = parts.send;
    this.#onMapped = parts.onMapped;
  }

  /** Whom to ask from now on: who is new at once, and all again for as long as the socket lives, and the router's mapping with it. */
  follow(servers: readonly TransportAddress[]): void {
    const before = this.#servers;
    this.#servers = servers;
    for (const server of servers) if (!before.some(({ host, port }) => isSameAddress(server, host, port))) this.#ask(server);
    if (this.#again === null) this.#askLater();
  }

  /** The way out may be another one. */
  askAgain(): void {
    for (const server of this.#servers) this.#ask(server);
  }

  /** @returns true if it was an answer to a question of ours */
  answered(message: StunMessage): boolean {
    const id = message.bytes.toString('latin1', 8, 8 + transactionIdBytes);
    const open = this.#open.get(id);
    if (open === undefined || message.method !== method.binding) return false;
    open.timer.cancel();
    this.#open.delete(id);
    const [mapped] = message.class === 'success' ? (addressesOf(message, attribute.xorMappedAddress) ?? []) : [];
    if (mapped !== undefined) this.#onMapped(mapped);
    return true;
  }

  stop(): void {
    this.#isStopped = true;
    this.#again?.cancel();
    for (const { timer } of this.#open.values()) timer.cancel();
    this.#open.clear();
  }

  #askLater(): void {
    if (this.#isStopped) return;
    this.#again = this.#clock.setTimer(keepAliveMs, () => {
      this.askAgain();
      this.#askLater();
    });
  }

  #ask(server: TransportAddress): void {
    if (this.#isStopped) return;
    const transactionId = this.#random.bytes(transactionIdBytes);
    const bytes = Buffer.alloc(questionBytes);
    const writer = new StunWriter(bytes, method.binding, 'request', transactionId);
    writer.text(attribute.software, 'lilliput'.padEnd(answerBytes - headerBytes));
    const length = writer.finish(null, false);
    this.#try(server, bytes, length, Buffer.from(transactionId).toString('latin1'), 0);
  }

  #try(server: TransportAddress, bytes: Buffer, length: number, id: string, tries: number): void {
    this.#send(bytes, length, server);
    const waitMs = retriesMs[tries];
    if (waitMs === undefined) return void this.#open.delete(id);
    const timer = this.#clock.setTimer(waitMs, () => {
      if (this.#open.has(id)) this.#try(server, bytes, length, id, tries + 1);
    });
    this.#open.set(id, { timer });
  }
}
