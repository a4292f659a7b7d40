import { assert, property } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeMail, encodeMail, maxPostsInLetter, maxReceiptsInLetter } from '../../main/chat/index.ts';
import { mutationsOf } from './mutations.ts';

const seed = Date.now() % 2 ** 31;
const id = '0f'.repeat(16);

const full = encodeMail({
  posts: [
    { after: 0, post: { id, sequence: 1, sentMs: 7, body: { kind: 'text', text: 'tiny strings', replyTo: null } } },
    { after: 1, post: { id, sequence: 2, sentMs: 8, body: { kind: 'missed-call', call: id, atMs: 9 } } },
    { after: 1, post: { id, sequence: 3, sentMs: 9, body: { kind: 'read', upTo: 4 } } },
  ],
  receipts: [id, id],
});

describe(`The decoder of letters with bytes from anywhere (seed ${seed})`, () => {
  it.each([
    ['one with everything', full],
    ['an empty one', encodeMail({ posts: [], receipts: [] })],
  ])('understands within its bounds or refuses, and never throws: %s', (_, valid) => {
    assert(
      property(mutationsOf(valid), (bytes) => {
        const mail = decodeMail(bytes);
        if (mail === null) return;
        expect(mail.posts.length + mail.malformed).toBeLessThanOrEqual(maxPostsInLetter);
        expect(mail.receipts.length).toBeLessThanOrEqual(maxReceiptsInLetter);
        const sequences = mail.posts.map(({ post }) => post.sequence);
        expect(sequences).toEqual(sequences.toSorted((left, right) => left - right));
      }),
      { seed, numRuns: 2_000 },
    );
  });
});
