import { assert, property, uint8Array } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { displayNameMaxLength, isPlainLine, moodMaxLength } from '../../preload/contract/index.ts';
import { beginFetch, nextFetch } from '../../main/profiles/profile-fetch.ts';
import {
  decodeDocument,
  decodeProfileMessage,
  documentIdOf,
  encodeDocument,
  encodeProfileMessage,
  type ProfileMessage,
} from '../../main/profiles/profile-wire.ts';
import { mutationsOf } from './mutations.ts';

const seed = Date.now() % 2 ** 31;
const runs = { seed, numRuns: 1_500 };
const id = new Uint8Array(32).fill(7);
const document = encodeDocument({ displayName: 'Wren', mood: 'In the garden', picture: { id, size: 5_000 } });
const messages: readonly ProfileMessage[] = [
  { type: 'have', version: 9, id },
  { type: 'get', id, from: 16_384 },
  { type: 'part', id: documentIdOf(document), from: 0, bytes: document },
];

describe(`The profile decoders with bytes from anywhere (seed ${seed})`, () => {
  for (const message of messages) {
    const sample = encodeProfileMessage(message);
    it(`${message.type}: understood or refused, and the same bytes again`, () => {
      assert(
        property(mutationsOf(sample), (bytes) => {
          const read = decodeProfileMessage(bytes);
          expect(read === null ? null : decodeProfileMessage(encodeProfileMessage(read))).toEqual(read);
        }),
        runs,
      );
    });
  }

  it('a document is shown as plain lines within their lengths, or refused', () => {
    assert(
      property(mutationsOf(document), uint8Array({ maxLength: 200 }), (mutated, noise) => {
        for (const bytes of [mutated, noise]) {
          const read = decodeDocument(bytes);
          if (read === null) continue;
          expect(isPlainLine(read.displayName, displayNameMaxLength)).toBe(true);
          expect(isPlainLine(read.mood, moodMaxLength)).toBe(true);
          expect(read.picture === null || read.picture.size <= 65_536).toBe(true);
        }
      }),
      runs,
    );
  });

  it('a fetch believes a part only if it is what was named', () => {
    const fetch = beginFetch(9, documentIdOf(document));
    assert(
      property(mutationsOf(document), (bytes) => {
        const step = nextFetch(fetch, { type: 'part', id: fetch.id, from: 0, bytes }, () => false);
        expect(step.type).toBe(Buffer.compare(bytes, document) === 0 ? 'ask' : 'false');
      }),
      runs,
    );
  });
});
