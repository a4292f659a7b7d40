import { z } from 'zod';
import { boundedBytesField, counterField, decodeCbor, encodeCbor, fixedBytesField } from '../ports/cbor.ts';
import { toHex } from '../ports/hex.ts';
import { chatWireLimits, decodeChatMessage, encodePost } from './chat-wire.ts';
import type { HeardPost, Post } from './post.ts';

/** Of one letter. */
export const maxPostsInLetter = 200;
/** 16 bytes each, and one to say so. */
export const maxReceiptsInLetter = 1_000;
/** The largest item, 64 KiB; the letter around this is bounded by `main/mailbox`. */
const mailMaxBytes = 65_536;

/** A post on its way by mailbox. */
export interface MailedPost<Said = HeardPost> {
  /** Sequence of the message before it that has not arrived either, as far as its writer knows; 0: there is none. */
  readonly after: number;
  readonly post: Said;
}

/** What a letter between contacts holds. */
export interface Mail<Said = HeardPost> {
  /** In sequence. */
  readonly posts: readonly MailedPost<Said>[];
  /** These posts of the reader's are on the writer's disk. */
  readonly receipts: readonly string[];
}

const mailSchema = z.object({
  posts: z.array(z.tuple([counterField, boundedBytesField(chatWireLimits.maxMessageBytes)])).max(maxPostsInLetter),
  receipts: z.array(fixedBytesField(16).transform(toHex)).max(maxReceiptsInLetter),
});

export const encodeMail = ({ posts, receipts }: Mail<Post>): Uint8Array =>
  encodeCbor({
    posts: posts.map(({ after, post }) => [after, encodePost(post)]),
    receipts: receipts.map((id) => Buffer.from(id, 'hex')),
  });

/** As much as `encodeMail` makes of it, or a little more. */
export const mailedBytes = (post: Post): number => encodePost(post).byteLength + 12;
export const receiptBytes = 17;
export const emptyMailBytes = 32;

/**
 * Each post is as it would be on the wire; one that is malformed, or is no post, is left out.
 * @returns null if the whole is malformed or beyond a bound
 */
export function decodeMail(bytes: Uint8Array): (Mail & { readonly malformed: number }) | null {
  const mail = decodeCbor(bytes, mailSchema, mailMaxBytes);
  if (mail === null) return null;
  let malformed = 0;
  const posts = mail.posts.flatMap(([after, encoded]) => {
    const message = decodeChatMessage(encoded);
    if (message === null) malformed += 1;
    return message?.type === 'post' ? [{ after, post: message }] : [];
  });
  // As their writer counts them, whatever order they came in.
  return { posts: posts.toSorted((left, right) => left.post.sequence - right.post.sequence), receipts: mail.receipts, malformed };
}
