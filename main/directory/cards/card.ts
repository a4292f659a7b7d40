import { z } from 'zod';
import { blake2b256, type KeyPair } from '../../../native-shims/sodium/index.ts';
import { isCertificateTimely, openCertificate, openSealed, seal, type DeviceCertificate } from '../../identity/index.ts';
import { boundedBytesField, counterField, decodeCbor, encodeCbor } from '../../ports/cbor.ts';
import { toHex } from '../../ports/hex.ts';
import type { AccountKey } from '../../ports/peer-wire.ts';
import { parseName } from '../names.ts';
import { isWorkTimely, workSchema, type Work } from '../work.ts';
import { isCardText, maxDisplayName, maxWord, maxCardWords, type CardText } from './card-text.ts';

const cardDomain = 'lilliput/card/1';
const endDomain = 'lilliput/card-end/1';

/** The overlay's `cardMaxBytes` and `cardKeyBytes`, kept equal by a test: a format doesn't need the node that its module brings along. */
export const cardBytes = 760;
export const keyBytes = 16;
const maxPayloadBytes = 480;

const dayMs = 86_400_000;
/** Who hasn't been there for a week is not found by their words any more; by their name they are. */
export const cardLifetimeMs = 7 * dayMs;
/** Clocks of personal computers are rarely further off. */
const clockToleranceMs = 3_600_000;

const times = {
  sequence: counterField,
  /** When it was signed, and when it ends. */
  at: counterField,
  until: counterField,
};
const isLife = ({ at, until }: { readonly at: number; readonly until: number }): boolean =>
  at < until && until - at <= cardLifetimeMs;

/** UTF-16 units, two for a code point at most. */
const cardSchema = z
  .object({
    name: z.string().min(1).max(64),
    display: z.string().max(2 * maxDisplayName),
    words: z.array(z.string().max(2 * maxWord)).max(maxCardWords),
    ...times,
    work: workSchema,
  })
  .refine(isLife);
const endSchema = z.object(times).refine(isLife);

const recordSchema = z.union([
  z.strictObject({ card: boundedBytesField(cardBytes), device: boundedBytesField(cardBytes) }),
  z.strictObject({ end: boundedBytesField(cardBytes), device: boundedBytesField(cardBytes) }),
]);

interface Common {
  readonly bytes: Uint8Array;
  readonly account: AccountKey;
  readonly root: Uint8Array;
  readonly certificate: DeviceCertificate;
  readonly sequence: number;
  readonly atMs: number;
  readonly untilMs: number;
}
/** A card whose form and signatures hold. Whether the account holds the name is for a lookup to say. */
export interface Card extends Common, CardText {
  readonly kind: 'card';
  readonly work: Work;
}
/** All earlier cards of the account are withdrawn. */
export interface CardEnd extends Common {
  readonly kind: 'end';
}

export interface CardSigner {
  readonly device: KeyPair;
  readonly certificate: Uint8Array;
}

const lifeFrom = (sequence: number, nowMs: number) => ({ sequence, at: nowMs, until: nowMs + cardLifetimeMs });

export function sealCard(
  { device, certificate }: CardSigner,
  { name, displayName, words }: CardText,
  sequence: number,
  nowMs: number,
  work: Work,
): Uint8Array {
  const content = { name, display: displayName, words, ...lifeFrom(sequence, nowMs), work };
  return encodeCbor({ card: seal(cardDomain, content, device.secretKey), device: certificate });
}

export const sealCardEnd = ({ device, certificate }: CardSigner, sequence: number, nowMs: number): Uint8Array =>
  encodeCbor({ end: seal(endDomain, lifeFrom(sequence, nowMs), device.secretKey), device: certificate });

/** Checks form, text and both signatures; null if anything is wrong. */
export function openCard(bytes: Uint8Array): Card | CardEnd | null {
  const record = decodeCbor(bytes, recordSchema, cardBytes);
  const certificate = record === null ? null : openCertificate(record.device);
  if (record === null || certificate === null) return null;
  const { root, device } = certificate;
  const common = { bytes, account: toHex(root), root, certificate };
  if ('end' in record) {
    const end = openSealed(endDomain, record.end, endSchema, () => device, maxPayloadBytes);
    if (end === null || !isCertificateTimely(certificate, end.at)) return null;
    return { kind: 'end', ...common, sequence: end.sequence, atMs: end.at, untilMs: end.until };
  }
  const card = openSealed(cardDomain, record.card, cardSchema, () => device, maxPayloadBytes);
  if (card === null || !isCertificateTimely(certificate, card.at) || !isWorkTimely(card.work, card.at)) return null;
  const { name, display: displayName, words, sequence, at: atMs, until: untilMs, work } = card;
  const parsed = parseName(name);
  if (!parsed.ok || parsed.name !== name || !isCardText({ name, displayName, words })) return null;
  return { kind: 'card', ...common, name, displayName, words, sequence, atMs, untilMs, work };
}

export const isCardTimely = ({ atMs, untilMs }: Common, nowMs: number): boolean =>
  atMs <= nowMs + clockToleranceMs && nowMs < untilMs;

const keyDomain = Buffer.from('lilliput/card-key/1\0');

/** Whose card it is, in few bytes. */
export const cardKeyOf = (root: Uint8Array): Uint8Array => blake2b256(keyDomain, root).slice(0, keyBytes);
