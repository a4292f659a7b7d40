import { attribute, StunWriter, transactionIdBytes, type ErrorCode, type StunClass, type StunMessage } from '../../stun/index.ts';
import type { ClientPath } from './client-path.ts';
import { passwordAlgorithms, type Authenticated } from './credentials.ts';
import type { Frame, FramePool } from './frame-pool.ts';
import type { Nonces } from './nonce.ts';
import { ReplyBudget } from './reply-budget.ts';

/** A request that is being answered. */
export interface Asked {
  readonly path: ClientPath;
  readonly message: StunMessage;
  readonly nowMs: number;
  /** Null until the request has shown who sent it. */
  readonly by: Authenticated | null;
}

/** Writes what an answer has between its header and its checksums. */
export type Content = (writer: StunWriter) => void;

/** What is known of a request whose answer has to wait, apart from the packet, which does not wait. */
export const lasting = <Kind extends Asked>(asked: Kind): Kind => ({
  ...asked,
  message: { ...asked.message, bytes: Buffer.from(asked.message.bytes) },
});

export const transactionOf = ({ bytes }: StunMessage): Buffer => bytes.subarray(8, 8 + transactionIdBytes);

/** The server's side of requests: answers, signed where the request was, and to strangers no longer than what they sent. */
export class Answers {
  readonly #frames: FramePool;
  readonly #nonces: Nonces;
  readonly #realm: string;
  readonly #budget: ReplyBudget;

  constructor(parts: { readonly frames: FramePool; readonly nonces: Nonces; readonly realm: string; readonly nowMs: number }) {
    this.#frames = parts.frames;
    this.#nonces = parts.nonces;
    this.#realm = parts.realm;
    this.#budget = new ReplyBudget(parts.nowMs);
  }

  reply(asked: Asked, content: Content): void {
    this.#sendWithin(asked, 'success', [content]);
  }

  refuse(asked: Asked, code: ErrorCode): void {
    const error: Content = (writer) => writer.error(code);
    this.#sendWithin(asked, 'error', code === 401 || code === 438 ? this.#challenges(asked, error) : [error]);
  }

  /** RFC 8489 §6.3.1. To whom the list would be too long an answer, only that there is something. */
  refuseUnknown(asked: Asked, types: readonly number[]): void {
    const told = Buffer.alloc(types.length * 2);
    for (const [index, type] of types.entries()) told.writeUInt16BE(type, index * 2);
    const error: Content = (writer) => writer.error(420);
    const listed: Content = (writer) => {
      error(writer);
      writer.bytes(attribute.unknownAttributes, told);
    };
    this.#sendWithin(asked, 'error', [listed, error]);
  }

  /** Written, and not sent yet: for an answer whose length or way is the caller's matter. Null: no room. */
  written({ message, by }: Asked, kind: StunClass, content: Content): Frame | null {
    const frame = this.#frames.take();
    if (frame === null) return null;
    frame.start = 0;
    const writer = new StunWriter(frame.bytes, message.method, kind, transactionOf(message));
    content(writer);
    frame.end = writer.finish(by?.integrity ?? null, message.hasFingerprint);
    return frame;
  }

  /** The full challenge; and one that a request of the shortest form gets when it comes twice. */
  #challenges({ path, nowMs }: Asked, error: Content): readonly Content[] {
    const challenge = (isFull: boolean): Content => {
      const nonce = isFull ? this.#nonces.make(path, nowMs) : this.#nonces.makeShort(path, nowMs);
      return (writer) => {
        error(writer);
        writer.text(attribute.realm, this.#realm);
        writer.text(attribute.nonce, nonce);
        if (isFull) writer.bytes(attribute.passwordAlgorithms, passwordAlgorithms);
      };
    };
    return [challenge(true), challenge(false)];
  }

  /** Sends the first of some answers, the best first, that this source may have; maybe none. */
  #sendWithin(asked: Asked, kind: StunClass, contents: readonly Content[]): void {
    const { path, message, nowMs, by } = asked;
    // A connection has shown that somebody is there to hear.
    const isProven = by !== null || path.transport !== 'udp';
    const source = isProven ? '' : `${path.address.host} ${path.address.port}`;
    const available = isProven ? Infinity : this.#budget.available(source, message.bytes.length, nowMs);
    for (const content of contents) {
      const frame = this.written(asked, kind, content);
      if (frame === null) return;
      if (frame.end <= available) {
        if (!isProven) this.#budget.keep(source, 0);
        path.send(frame);
        return;
      }
      frame.release();
    }
    this.#budget.keep(source, available);
  }
}
