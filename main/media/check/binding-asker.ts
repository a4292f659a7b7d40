import type { Clock, Timer } from '../../ports/clock.ts';
import type { Random } from '../../ports/random.ts';
import {
  addressesOf,
  attribute,
  method,
  plainAddressOf,
  readStun,
  StunWriter,
  transactionIdBytes,
  type TransportAddress,
} from '../../stun/index.ts';

/** Where an answer is to come from (RFC 5780 §7.2); each flag is one of CHANGE-REQUEST. */
export const answerFrom = { samePlace: 0, otherPort: 0x2, otherHostAndPort: 0x6 } as const;
export type AnswerFrom = (typeof answerFrom)[keyof typeof answerFrom];

export interface BindingAnswer {
  readonly mapped: TransportAddress;
  /** A second address or port at which this server answers; null: it has none, or does not say. */
  readonly other: TransportAddress | null;
  readonly rttMs: number;
}

/** One packet may be lost, and a second: the third is for lines that lose every fifth. */
const triesAtMs = [0, 300, 900] as const;
/** Once around the world takes 0.3 s; a path that takes longer is none for voices. */
const limitMs = 1_600;
/** Strangers get no longer answer than their question was, and one with all addresses is 100 bytes long over IPv6: this makes the question as long. */
const softwareText = 'Lilliput connection check'.padEnd(68, ' ');
const maxRequestBytes = 128;

interface Question {
  readonly server: TransportAddress;
  readonly from: AnswerFrom;
  readonly done: (answer: BindingAnswer | null) => void;
}

/** Asks STUN servers through one socket of the caller's how it is seen (RFC 8489 §2, RFC 5780). */
export class BindingAsker {
  readonly #clock: Clock;
  readonly #random: Random;
  readonly #send: (bytes: Buffer, length: number, to: TransportAddress) => void;
  readonly #questions = new Set<Question>();
  /** Tries that may be answered, by their transaction. */
  readonly #tries = new Map<string, { readonly question: Question; readonly sentMs: number }>();
  readonly #timers = new Set<Timer>();

  constructor(clock: Clock, random: Random, send: (bytes: Buffer, length: number, to: TransportAddress) => void) {
    this.#clock = clock;
    this.#random = random;
    this.#send = send;
  }

  /** Null: nothing came back, or an error did. */
  ask(server: TransportAddress, from: AnswerFrom): Promise<BindingAnswer | null> {
    return new Promise((done) => {
      const question = { server, from, done };
      this.#questions.add(question);
      for (const atMs of triesAtMs) this.#after(atMs, () => this.#try(question));
      this.#after(limitMs, () => this.#finish(question, null));
    });
  }

  /** What arrived at the socket, from wherever: the transaction id is what proves an answer. */
  receive(bytes: Buffer): void {
    const message = readStun(bytes);
    if (message === null || message.method !== method.binding || message.class === 'request') return;
    const tried = this.#tries.get(idOf(bytes));
    if (tried === undefined) return;
    const [mapped] = message.class === 'success' ? (addressesOf(message, attribute.xorMappedAddress) ?? []) : [];
    const rttMs = Math.max(0, this.#clock.monotonicMs() - tried.sentMs);
    const other = plainAddressOf(message, attribute.otherAddress);
    this.#finish(tried.question, mapped === undefined ? null : { mapped, other, rttMs });
  }

  stop(): void {
    for (const timer of this.#timers) timer.cancel();
    this.#timers.clear();
    for (const question of this.#questions) this.#finish(question, null);
  }

  /** Every try has its own transaction, so that none is measured by the answer to another. */
  #try(question: Question): void {
    if (!this.#questions.has(question)) return;
    const buffer = Buffer.alloc(maxRequestBytes);
    const writer = new StunWriter(buffer, method.binding, 'request', this.#random.bytes(transactionIdBytes));
    if (question.from !== answerFrom.samePlace) writer.number(attribute.changeRequest, question.from);
    writer.text(attribute.software, softwareText);
    const length = writer.finish(null, true);
    this.#tries.set(idOf(buffer), { question, sentMs: this.#clock.monotonicMs() });
    this.#send(buffer, length, question.server);
  }

  #finish(question: Question, answer: BindingAnswer | null): void {
    if (!this.#questions.delete(question)) return;
    for (const [id, tried] of this.#tries) if (tried.question === question) this.#tries.delete(id);
    question.done(answer);
  }

  #after(delayMs: number, run: () => void): void {
    const timer = this.#clock.setTimer(delayMs, () => {
      this.#timers.delete(timer);
      run();
    });
    this.#timers.add(timer);
  }
}

const idOf = (bytes: Buffer): string => bytes.toString('latin1', 8, 8 + transactionIdBytes);
