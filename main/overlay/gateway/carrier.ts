import type { SecretStream } from '../../../native-shims/hyperdht/index.ts';
import { AppError } from '../../ports/app-error.ts';
import type { Clock, Timer } from '../../ports/clock.ts';
import type { HostPort } from '../../ports/host-port.ts';
import { missingCase } from '../../ports/missing-case.ts';
import { decodeFrame, encodeFrame, type Frame } from './frames.ts';
import type { ClientPace } from './pace.ts';
import { Pipe, pieces } from './pipe.ts';

/** A person's sessions and what is being dialed. */
const maxPipes = 256;
/** Requests whose answer is awaited, at each end. */
const maxWaiting = 64;
/** So much may wait to leave for somebody who doesn't read; then the whole connection ends. */
const maxUnsentFrames = 512;
/** Something is said at least so often, and so long without a word is too long. */
const pingEveryMs = 5_000;
const deadAfterMs = 15_000;
/** After a change of network an answer is due this soon. */
const doubtMs = 2_000;

export interface CarrierEvents {
  /** @param body a copy. Null refuses. */
  readonly onRequest: (body: Uint8Array) => Promise<Uint8Array | null>;
  /** The other end opened a pipe: take it, or destroy it. */
  readonly onPipe: (pipe: Pipe, purpose: Uint8Array) => void;
  readonly onDead: (reason: string) => void;
}

export interface CarrierParts {
  readonly stream: SecretStream;
  /** Who opened the connection numbers its pipes odd, the other even. */
  readonly isClient: boolean;
  /** Where the other end is. */
  readonly remote: HostPort;
  /** How fast bytes may pass, both ways; null: as they come. Over it nothing is read, and pipes don't go on. */
  readonly pace: ClientPace | null;
  readonly clock: Clock;
  readonly events: CarrierEvents;
}

/** Requests and pipes over one Noise session between a client and a gateway. */
export class Carrier {
  readonly #parts: CarrierParts;
  readonly #pipes = new Map<number, Pipe>();
  /** Pipes whose bytes another carrier counts. */
  readonly #countedElsewhere = new Set<number>();
  readonly #waiting = new Map<number, (answer: Uint8Array | null) => void>();
  readonly #drained: (() => void)[] = [];
  #nextPipe: number;
  #lastTheirs = 0;
  #nextRequest = 1;
  #asked = 0;
  #bytes = 0;
  #unsent = 0;
  #heardAtMs: number;
  /** We don't read until then. */
  #pausedUntilMs = Number.NEGATIVE_INFINITY;
  #timer: Timer | null = null;
  #isOver = false;

  constructor(parts: CarrierParts) {
    const { stream, clock } = parts;
    this.#parts = parts;
    this.#nextPipe = parts.isClient ? 1 : 2;
    this.#heardAtMs = clock.monotonicMs();
    stream.on('data', (bytes) => this.#onFrame(bytes));
    stream.on('drain', () => this.#onDrain());
    stream.on('close', () => this.#die('closed'));
    this.#watch();
  }

  get isOver(): boolean {
    return this.#isOver;
  }

  /** Of frames, both ways; without those of pipes that lead to another carrier that counts them. */
  get bytes(): number {
    return this.#bytes;
  }

  get remote(): HostPort {
    return this.#parts.remote;
  }

  /**
   * Null: refused. Rejects with NOT_REACHABLE when the connection ends, or nothing came in time.
   * @throws AppError NOT_REACHABLE, CANCELLED
   */
  request(body: Uint8Array, limitMs: number, signal?: AbortSignal): Promise<Uint8Array | null> {
    const { clock } = this.#parts;
    return new Promise((resolve, reject) => {
      if (this.#isOver || this.#waiting.size >= maxWaiting) {
        reject(new AppError('NOT_REACHABLE', 'gateway-gone'));
        return;
      }
      const id = this.#nextRequest;
      this.#nextRequest = id === 0xff_ff_ff_ff ? 1 : id + 1;
      const end = (settle: () => void): void => {
        this.#waiting.delete(id);
        timer.cancel();
        signal?.removeEventListener('abort', onAbort);
        settle();
      };
      const onAbort = (): void => end(() => reject(new AppError('CANCELLED', 'aborted')));
      const timer = clock.setTimer(limitMs, () => end(() => reject(new AppError('NOT_REACHABLE', 'gateway-silent'))));
      signal?.addEventListener('abort', onAbort, { once: true });
      this.#waiting.set(id, (answer) => {
        end(() => (this.#isOver ? reject(new AppError('NOT_REACHABLE', 'gateway-gone')) : resolve(answer)));
      });
      this.#send({ type: 'request', id, body });
      if (signal?.aborted === true) onAbort();
    });
  }

  /**
   * Null: there are too many, or the connection is gone. Bytes may be written at once.
   * @param isCounted whether its bytes are counted here, and not where they come from
   */
  open(purpose: Uint8Array, isCounted = true): Pipe | null {
    if (this.#isOver || this.#pipes.size >= maxPipes || this.#nextPipe > 0xff_ff_ff_fd) return null;
    const id = this.#nextPipe;
    this.#nextPipe += 2;
    if (!isCounted) this.#countedElsewhere.add(id);
    this.#send({ type: 'open', id, body: purpose });
    return this.#createPipe(id);
  }

  /** Our network may have changed: an answer is due soon. */
  check(): void {
    if (this.#isOver) return;
    this.#send({ type: 'ping', id: 0 });
    this.#heardAtMs = Math.min(this.#heardAtMs, this.#parts.clock.monotonicMs() - deadAfterMs + doubtMs);
    this.#watch();
  }

  close(): void {
    this.#die('closed-by-us');
  }

  #createPipe(id: number): Pipe {
    const pipe = new Pipe(this.#parts.remote, {
      send: (bytes, done) => {
        let mayGoOn = true;
        for (const piece of pieces(bytes)) mayGoOn = this.#send({ type: 'data', id, body: piece });
        if (mayGoOn || this.#isOver) this.#whenPaced(done);
        else this.#drained.push(done);
      },
      close: () => {
        if (this.#pipes.delete(id)) this.#send({ type: 'close', id });
        this.#countedElsewhere.delete(id);
      },
    });
    this.#pipes.set(id, pipe);
    return pipe;
  }

  /** False: wait for `drain`. */
  #send(frame: Frame): boolean {
    if (this.#isOver) return true;
    const bytes = encodeFrame(frame);
    this.#count(frame, bytes);
    this.#slowDown(bytes.byteLength);
    const isTaken = this.#parts.stream.write(bytes);
    this.#unsent = isTaken ? 0 : this.#unsent + 1;
    if (this.#unsent > maxUnsentFrames) this.#die('does-not-read');
    return isTaken;
  }

  #count(frame: Frame | null, { byteLength }: Uint8Array): void {
    if (frame?.type === 'data' && this.#countedElsewhere.has(frame.id)) return;
    this.#bytes += byteLength;
  }

  #onDrain(): void {
    this.#unsent = 0;
    for (const done of this.#drained.splice(0)) this.#whenPaced(done);
  }

  #onFrame(bytes: Uint8Array): void {
    if (this.#isOver) return;
    this.#heardAtMs = this.#parts.clock.monotonicMs();
    this.#slowDown(bytes.byteLength);
    const frame = decodeFrame(bytes);
    this.#count(frame, bytes);
    if (frame === null) {
      this.#die('malformed');
      return;
    }
    switch (frame.type) {
      case 'request':
        void this.#serve(frame.id, new Uint8Array(frame.body));
        return;
      case 'answer':
        this.#waiting.get(frame.id)?.(new Uint8Array(frame.body));
        return;
      case 'refusal':
        this.#waiting.get(frame.id)?.(null);
        return;
      case 'open':
        this.#onOpen(frame.id, new Uint8Array(frame.body));
        return;
      case 'data':
        // One that we closed a moment ago: their bytes were under way. Copied, because the stream's buffer is shared.
        this.#pipes.get(frame.id)?.receive(new Uint8Array(frame.body));
        return;
      case 'close': {
        const pipe = this.#pipes.get(frame.id);
        this.#pipes.delete(frame.id);
        pipe?.finish();
        return;
      }
      case 'ping':
        this.#send({ type: 'pong', id: frame.id });
        return;
      case 'pong':
        return;
      default:
        missingCase(frame);
    }
  }

  async #serve(id: number, body: Uint8Array): Promise<void> {
    if (this.#asked >= maxWaiting) {
      this.#send({ type: 'refusal', id });
      return;
    }
    this.#asked += 1;
    const answer = await this.#parts.events.onRequest(body).catch(() => null);
    this.#asked -= 1;
    this.#send(answer === null ? { type: 'refusal', id } : { type: 'answer', id, body: answer });
  }

  #onOpen(id: number, purpose: Uint8Array): void {
    const isTheirs = id % 2 === (this.#parts.isClient ? 0 : 1);
    // Each number once, and upwards: a pipe can't be taken over by opening it again.
    if (!isTheirs || id <= this.#lastTheirs) {
      this.#die('malformed');
      return;
    }
    this.#lastTheirs = id;
    if (this.#pipes.size >= maxPipes) this.#send({ type: 'close', id });
    else this.#parts.events.onPipe(this.#createPipe(id), purpose);
  }

  /** Over the pace, nothing more is read until what was too much is paid off. */
  #slowDown(bytes: number): void {
    const { clock, stream, pace } = this.#parts;
    const nowMs = clock.monotonicMs();
    const waitMs = pace?.spend(nowMs, bytes) ?? 0;
    if (waitMs === 0) return;
    const isPaused = this.#pausedUntilMs > nowMs;
    this.#pausedUntilMs = Math.max(this.#pausedUntilMs, nowMs + waitMs);
    if (isPaused) return;
    stream.pause();
    this.#whenPaced(() => {
      if (!this.#isOver) stream.resume();
    });
  }

  /** Now, if nothing is to be waited for. */
  #whenPaced(goOn: () => void): void {
    const waitMs = this.#pausedUntilMs - this.#parts.clock.monotonicMs();
    if (this.#isOver || waitMs <= 0) goOn();
    else this.#parts.clock.setTimer(waitMs, () => this.#whenPaced(goOn));
  }

  #watch(): void {
    if (this.#isOver) return;
    this.#timer?.cancel();
    // Who isn't read says nothing.
    const silentMs = this.#parts.clock.monotonicMs() - Math.max(this.#heardAtMs, this.#pausedUntilMs);
    if (silentMs >= deadAfterMs) {
      this.#die('silent');
      return;
    }
    if (silentMs >= pingEveryMs / 2) this.#send({ type: 'ping', id: 0 });
    this.#timer = this.#parts.clock.setTimer(Math.min(pingEveryMs / 2, deadAfterMs - silentMs), () => this.#watch());
  }

  #die(reason: string): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#timer?.cancel();
    for (const answer of this.#waiting.values()) answer(null);
    for (const done of this.#drained.splice(0)) done();
    const pipes = [...this.#pipes.values()];
    this.#pipes.clear();
    for (const pipe of pipes) pipe.finish();
    this.#parts.stream.destroy();
    this.#parts.events.onDead(reason);
  }
}
