import type { Clock, Timer } from '../../../ports/clock.ts';
import type { Random } from '../../../ports/random.ts';
import { attribute, hasIntegrity, StunWriter, transactionIdBytes, type StunMessage } from '../../../stun/index.ts';
import { errorCodeOf } from '../check-message.ts';
import type { TurnCredentials } from './turn-credentials.ts';

export interface TurnRequestsParts {
  readonly clock: Clock;
  readonly random: Random;
  readonly credentials: TurnCredentials;
  /** A stream loses nothing: it needs no repetition. */
  readonly isReliable: boolean;
  readonly send: (bytes: Buffer, length: number) => void;
}

/** `code` null: nobody answered. */
export type TurnResult =
  | { readonly ok: true; readonly message: StunMessage }
  | { readonly ok: false; readonly code: number | null };

interface Asked {
  readonly method: number;
  readonly write: (writer: StunWriter) => void;
  readonly done: (result: TurnResult) => void;
  readonly patienceMs: number;
  id: string;
  bytes: Buffer;
  retryMs: number;
  leftMs: number;
  timer: Timer | null;
}

/** RFC 8489 §6.2.1 begins with 500 ms, for links that nobody could talk over. */
const firstRetryMs = 200;
/** A server that lets nobody be flooded through it answers no more bytes than it was asked with; ours challenges with some 110. */
const challengeBytes = 96;
/** A user name of 508 bytes, a nonce and what else a request has. */
const maxRequestBytes = 1_600;

/** Requests to one TURN server, each repeated and authenticated until it is answered. */
export class TurnRequests {
  readonly #parts: TurnRequestsParts;
  readonly #asked = new Map<string, Asked>();

  constructor(parts: TurnRequestsParts) {
    this.#parts = parts;
  }

  ask(method: number, write: (writer: StunWriter) => void, patienceMs: number, done: (result: TurnResult) => void): void {
    this.#send({ method, write, done, patienceMs, id: '', bytes: Buffer.alloc(0), retryMs: 0, leftMs: 0, timer: null });
  }

  /** A success or error response. */
  answered(message: StunMessage): void {
    const { credentials } = this.#parts;
    const asked = this.#asked.get(message.bytes.toString('latin1', 8, 8 + transactionIdBytes));
    if (asked === undefined || message.method !== asked.method) return;
    const isSuccess = message.class === 'success';
    const code = isSuccess ? null : errorCodeOf(message);
    const { integrity } = credentials;
    // A challenge can't be signed; everything else of a server that knows the password is.
    const needsIntegrity = integrity !== null && code !== 401 && code !== 438 && (isSuccess || message.integrity !== null);
    if (isSuccess && integrity === null) return;
    if (needsIntegrity && !hasIntegrity(message, integrity.key)) return;
    this.#forget(asked);
    if (isSuccess) {
      credentials.accepted();
      asked.done({ ok: true, message });
    } else if ((code === 401 || code === 438) && credentials.challenged(code, message)) this.#send(asked);
    else asked.done({ ok: false, code });
  }

  stop(): void {
    for (const asked of this.#asked.values()) asked.timer?.cancel();
    this.#asked.clear();
  }

  #send(asked: Asked): void {
    const { random, credentials, isReliable } = this.#parts;
    const transactionId = random.bytes(transactionIdBytes);
    const buffer = Buffer.alloc(maxRequestBytes);
    const writer = new StunWriter(buffer, asked.method, 'request', transactionId);
    asked.write(writer);
    credentials.write(writer);
    if (credentials.integrity === null) writer.text(attribute.software, 'lilliput'.padEnd(challengeBytes));
    asked.bytes = buffer.subarray(0, writer.finish(credentials.integrity, true));
    asked.id = Buffer.from(transactionId).toString('latin1');
    asked.retryMs = isReliable ? asked.patienceMs : firstRetryMs;
    asked.leftMs = asked.patienceMs;
    this.#asked.set(asked.id, asked);
    this.#try(asked);
  }

  #try(asked: Asked): void {
    this.#parts.send(asked.bytes, asked.bytes.length);
    const waitMs = Math.min(asked.retryMs, asked.leftMs);
    asked.timer = this.#parts.clock.setTimer(waitMs, () => {
      asked.leftMs -= waitMs;
      asked.retryMs *= 2;
      if (asked.leftMs > 0) return this.#try(asked);
      this.#forget(asked);
      asked.done({ ok: false, code: null });
    });
  }

  #forget(asked: Asked): void {
    asked.timer?.cancel();
    this.#asked.delete(asked.id);
  }
}
