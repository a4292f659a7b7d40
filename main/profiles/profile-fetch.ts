import type { ProfileDocument, ProfileMessage } from './profile-wire.ts';
import { decodeDocument, documentIdOf, pictureIdOf } from './profile-wire.ts';

/**
 * One profile on its way to us, one part at a time. Pure: each step gives the next state and what it means.
 *
 *   document ── (it came; its picture is known, or there is none) ──► done
 *      └──────── (it names another picture) ──► picture ── (parts came) ──► picture ── (the last came) ──► done
 *
 * Whatever isn't awaited is passed over: it may be the answer to an older question.
 */
export type Fetch =
  | { readonly stage: 'document'; readonly version: number; readonly id: Uint8Array }
  | {
      readonly stage: 'picture';
      readonly version: number;
      readonly document: ProfileDocument;
      readonly id: Uint8Array;
      readonly size: number;
      readonly got: Uint8Array;
    };

export type FetchStep =
  | { readonly type: 'ignored' }
  | { readonly type: 'ask'; readonly fetch: Fetch }
  /** `picture`: new bytes; null: there is none, or it is here already, as `document` says. */
  | { readonly type: 'done'; readonly version: number; readonly document: ProfileDocument; readonly picture: Uint8Array | null }
  /** It is not what its id or its size says. */
  | { readonly type: 'false' };

export const beginFetch = (version: number, id: Uint8Array): Fetch => ({ stage: 'document', version, id });

export const questionOf = (fetch: Fetch): ProfileMessage => ({
  type: 'get',
  id: fetch.id,
  from: fetch.stage === 'document' ? 0 : fetch.got.byteLength,
});

type Part = Extract<ProfileMessage, { readonly type: 'part' }>;

const isSame = (a: Uint8Array, b: Uint8Array): boolean => Buffer.compare(a, b) === 0;

/** @param hasPicture whether the bytes of a picture are here already */
export function nextFetch(fetch: Fetch, part: Part, hasPicture: (id: Uint8Array) => boolean): FetchStep {
  const question = questionOf(fetch);
  if (question.type !== 'get' || !isSame(part.id, question.id) || part.from !== question.from) return { type: 'ignored' };
  if (fetch.stage === 'document') {
    const document = isSame(documentIdOf(part.bytes), fetch.id) ? decodeDocument(part.bytes) : null;
    if (document === null) return { type: 'false' };
    const { version } = fetch;
    const { picture } = document;
    if (picture === null || hasPicture(picture.id)) return { type: 'done', version, document, picture: null };
    const { id, size } = picture;
    return { type: 'ask', fetch: { stage: 'picture', version, document, id, size, got: new Uint8Array(0) } };
  }
  const got = new Uint8Array(Buffer.concat([fetch.got, part.bytes]));
  // An empty part would be asked for again and again.
  if (part.bytes.byteLength === 0 || got.byteLength > fetch.size) return { type: 'false' };
  if (got.byteLength < fetch.size) return { type: 'ask', fetch: { ...fetch, got } };
  if (!isSame(pictureIdOf(got), fetch.id)) return { type: 'false' };
  return { type: 'done', version: fetch.version, document: fetch.document, picture: got };
}
