import { z } from 'zod';
import { boundedBytesField, decodeCbor, encodeCbor, fixedBytesField } from '../../ports/cbor.ts';
import { sealedMaxBytes, slipMaxBytes, type ItemKind, type ListedItem, type MailboxRefusal } from '../mailbox-store.ts';

/** Beside the directory's 100 and 101, the relays' 102, the gateways' 103 and the blind relays' 110. */
export const mailboxCommands = { deposit: 120, open: 121, remove: 122, register: 123, compare: 124 } as const;

export const isMailboxCommand = (command: number): boolean => Object.values(mailboxCommands).some((each) => each === command);

/** A value, with dht-rpc's header around it, stays below every path's 1,280 bytes (RFC 8200 §5); gateways pass on 1,000. */
export const valueMaxBytes = 1_000;
/** Of the sealed bytes, beside the slip; and in each message after that. */
const firstPartBytes = 560;
const partBytes = 880;
export const maxParts = 1 + Math.ceil((sealedMaxBytes - firstPartBytes) / partBytes);

export const partCount = (size: number): number => 1 + Math.ceil(Math.max(0, size - firstPartBytes) / partBytes);
/** Where a part begins and ends among the sealed bytes. */
export const partRange = (index: number, size: number): readonly [from: number, to: number] =>
  index === 0
    ? [0, Math.min(size, firstPartBytes)]
    : [firstPartBytes + (index - 1) * partBytes, Math.min(size, firstPartBytes + index * partBytes)];

const idField = fixedBytesField(32);
const signatureField = fixedBytesField(64);
const indexField = z.int().min(0).max(maxParts);

const depositSchema = z.union([
  z.tuple([boundedBytesField(slipMaxBytes), boundedBytesField(firstPartBytes)]),
  z.tuple([idField, z.int().min(1).max(maxParts), boundedBytesField(partBytes)]),
]);
export type DepositMessage =
  | { readonly part: 'first'; readonly slip: Uint8Array; readonly data: Uint8Array }
  | { readonly part: 'later'; readonly id: Uint8Array; readonly index: number; readonly data: Uint8Array };

export const encodeFirstPart = (slip: Uint8Array, data: Uint8Array): Uint8Array => encodeCbor([slip, data]);
export const encodeLaterPart = (id: Uint8Array, index: number, data: Uint8Array): Uint8Array => encodeCbor([id, index, data]);

export function decodeDeposit(bytes: Uint8Array): DepositMessage | null {
  const message = decodeCbor(bytes, depositSchema, valueMaxBytes);
  if (message === null) return null;
  if (message.length === 2) return { part: 'first', slip: message[0], data: message[1] };
  return { part: 'later', id: message[0], index: message[1], data: message[2] };
}

/** more: the following parts, please; again: begin with the first. */
export type DepositAnswer = 'stored' | 'more' | 'again' | MailboxRefusal;
const answers: readonly DepositAnswer[] = ['stored', 'more', 'again', 'NO_BOX', 'BAD_ITEM', 'SPENT', 'FULL', 'TOO_BUSY', 'STALE'];

export const encodeAnswer = (answer: DepositAnswer): Uint8Array => Uint8Array.of(answers.indexOf(answer));
export const decodeAnswer = (bytes: Uint8Array | null): DepositAnswer | null =>
  bytes?.byteLength === 1 ? (answers[bytes[0] ?? answers.length] ?? null) : null;

const openSchema = z.union([
  z.tuple([signatureField, z.int().min(0).max(1_000_000)]),
  z.tuple([signatureField, idField, indexField]),
]);
/** With the owner's signature over the token: list what is there beyond the first `skip`, or read a part of an item. */
export type OpenMessage =
  | { readonly wish: 'list'; readonly signature: Uint8Array; readonly skip: number }
  | { readonly wish: 'read'; readonly signature: Uint8Array; readonly id: Uint8Array; readonly index: number };

export const encodeList = (signature: Uint8Array, skip: number): Uint8Array => encodeCbor([signature, skip]);
export const encodeRead = (signature: Uint8Array, id: Uint8Array, index: number): Uint8Array =>
  encodeCbor([signature, id, index]);

export function decodeOpen(bytes: Uint8Array): OpenMessage | null {
  const message = decodeCbor(bytes, openSchema, valueMaxBytes);
  if (message === null) return null;
  if (message.length === 2) return { wish: 'list', signature: message[0], skip: message[1] };
  return { wish: 'read', signature: message[0], id: message[1], index: message[2] };
}

/** 36 bytes each. */
export const pageItems = 24;
const pageSchema = z.tuple([z.int().min(0).max(1_000_000), z.array(z.tuple([idField, z.int().min(0).max(1)])).max(pageItems)]);
export interface Page {
  /** Of all that is there, on this page or not. */
  readonly total: number;
  readonly items: readonly ListedItem[];
}

const kinds: readonly ItemKind[] = ['contact', 'request'];
export const encodePage = ({ total, items }: Page): Uint8Array =>
  encodeCbor([total, items.slice(0, pageItems).map(({ id, kind }) => [id, kinds.indexOf(kind)])]);

export function decodePage(bytes: Uint8Array): Page | null {
  const page = decodeCbor(bytes, pageSchema, valueMaxBytes);
  if (page === null) return null;
  const [total, items] = page;
  return { total, items: items.map(([id, kind]) => ({ id, kind: kinds[kind] ?? 'contact' })) };
}

const readSchema = z.tuple([
  boundedBytesField(slipMaxBytes),
  z.int().min(1).max(sealedMaxBytes),
  boundedBytesField(firstPartBytes),
]);
/** The answer to reading part 0; later parts are answered with their bytes alone. */
export interface FirstRead {
  readonly slip: Uint8Array;
  readonly size: number;
  readonly data: Uint8Array;
}
export const encodeFirstRead = ({ slip, size, data }: FirstRead): Uint8Array => encodeCbor([slip, size, data]);
export function decodeFirstRead(bytes: Uint8Array): FirstRead | null {
  const read = decodeCbor(bytes, readSchema, valueMaxBytes);
  return read === null ? null : { slip: read[0], size: read[1], data: read[2] };
}

/** 99 bytes each. */
export const removalsAtOnce = 8;
export interface Removal {
  readonly id: Uint8Array;
  readonly signature: Uint8Array;
}
const removalsSchema = z
  .array(z.tuple([idField, signatureField]))
  .min(1)
  .max(removalsAtOnce);
export const encodeRemovals = (removals: readonly Removal[]): Uint8Array =>
  encodeCbor(removals.slice(0, removalsAtOnce).map(({ id, signature }) => [id, signature]));
export const decodeRemovals = (bytes: Uint8Array): readonly Removal[] | null =>
  decodeCbor(bytes, removalsSchema, valueMaxBytes)?.map(([id, signature]) => ({ id, signature })) ?? null;

/** What two keepers of a mailbox compare before anything is handed over. */
export const digestBytes = 32;
export type CompareAnswer = 'same' | 'different';
export const encodeCompared = (answer: CompareAnswer): Uint8Array => Uint8Array.of(answer === 'same' ? 0 : 1);
export const decodeCompared = (bytes: Uint8Array | null): CompareAnswer | null =>
  bytes?.byteLength !== 1 || (bytes[0] ?? 2) > 1 ? null : bytes[0] === 0 ? 'same' : 'different';
