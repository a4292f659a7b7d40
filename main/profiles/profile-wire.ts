import { z } from 'zod';
import { blake2b256 } from '../../native-shims/sodium/index.ts';
import { displayNameMaxLength, isPlainLine, moodMaxLength, pictureMaxBytes } from '../../preload/contract/index.ts';
import { boundedBytesField, counterField, decodeCbor, encodeCbor, fixedBytesField } from '../ports/cbor.ts';
import type { WireLimits } from '../ports/peer-wire.ts';

export const profileProtocol = 'lilliput/profile/1';

/** A picture is four of them. */
export const partBytes = 16_384;

/** A part and its envelope; a fetch asks for one part after the other. */
export const profileWireLimits: WireLimits = { maxMessageBytes: partBytes + 128, maxMessagesPerSecond: 10 };

const idField = fixedBytesField(32);

const messageSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('have'), version: counterField, id: idField }),
  z.object({ type: z.literal('get'), id: idField, from: counterField }),
  z.object({ type: z.literal('part'), id: idField, from: counterField, bytes: boundedBytesField(partBytes) }),
]);

/**
 * have: my profile has this version, and is the document of this id; get: give me what is behind an id (document or picture) from
 * this byte on; part: here it is.
 */
export type ProfileMessage = z.output<typeof messageSchema>;

export const encodeProfileMessage = (message: ProfileMessage): Uint8Array => encodeCbor(message);

/** Null if malformed. */
export const decodeProfileMessage = (bytes: Uint8Array): ProfileMessage | null =>
  decodeCbor(bytes, messageSchema, profileWireLimits.maxMessageBytes);

const documentSchema = z.object({
  name: z.string().max(4 * displayNameMaxLength),
  mood: z.string().max(4 * moodMaxLength),
  picture: z.object({ id: idField, size: z.int().min(1).max(pictureMaxBytes) }).nullable(),
});

/** What a profile says; the picture by its id. */
export interface ProfileDocument {
  readonly displayName: string;
  readonly mood: string;
  readonly picture: { readonly id: Uint8Array; readonly size: number } | null;
}

export const encodeDocument = ({ displayName, mood, picture }: ProfileDocument): Uint8Array =>
  encodeCbor({ name: displayName, mood, picture });

const shown = (text: string, maxLength: number): string => (isPlainLine(text, maxLength) ? text : '');

/** Null if malformed. Text that is no plain line is as good as none: it would be shown beside everybody's name. */
export function decodeDocument(bytes: Uint8Array): ProfileDocument | null {
  const document = decodeCbor(bytes, documentSchema, partBytes);
  if (document === null) return null;
  const { name, mood, picture } = document;
  return { displayName: shown(name, displayNameMaxLength), mood: shown(mood, moodMaxLength), picture };
}

const label = (text: string): Uint8Array => new Uint8Array([...Buffer.from(text), 0]);
const documentLabel = label('lilliput/profile-document/1');
const pictureLabel = label('lilliput/profile-picture/1');

export const documentIdOf = (bytes: Uint8Array): Uint8Array => blake2b256(documentLabel, bytes);
export const pictureIdOf = (bytes: Uint8Array): Uint8Array => blake2b256(pictureLabel, bytes);
