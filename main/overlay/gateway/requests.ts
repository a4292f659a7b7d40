import { z } from 'zod';
import { boundedBytesField, decodeCbor, encodeCbor, fixedBytesField } from '../../ports/cbor.ts';
import { hostPortSchema, type HostPort } from '../../ports/host-port.ts';
import { isReachableForm } from '../address.ts';
import {
  directoryRecordMaxBytes,
  type DirectoryAnswer,
  type DirectoryPutResult,
  type DirectoryRefusal,
} from '../directory-store.ts';
import { answerMaxBytes, requestMaxBytes } from './frames.ts';

const keyField = fixedBytesField(32);
const nodeField = hostPortSchema.refine(isReachableForm);
const portField = z.int().min(1).max(65_535);
const networkField = z.string().min(1).max(64);
const recordField = boundedBytesField(directoryRecordMaxBytes);

/** How many nodes a gateway names, and gateways. */
export const maxNodesNamed = 64;
export const maxGatewaysNamed = 16;
/** The closest set, and room for what later versions store more widely. */
const maxAnswers = 40;

/** A client's wishes. */
const requestSchema = z.discriminatedUnion('kind', [
  /** What the closest nodes hold for a target: every answer, for the client to judge. */
  z.object({ kind: z.literal('get'), target: keyField }),
  z.object({ kind: z.literal('put'), target: keyField, record: recordField }),
  /** The nodes that keep what belongs to a target: who gives them may be asked about them. */
  z.object({ kind: z.literal('closest'), target: keyField }),
  /** Passed on to a node that the gateway has heard, with its answer. */
  z.object({
    kind: z.literal('ask'),
    to: nodeField,
    command: z.int().min(0).max(255),
    target: keyField,
    value: boundedBytesField(1_000).nullable(),
    token: boundedBytesField(32).nullable(),
  }),
  /** Nodes and gateways that the gateway knows. */
  z.object({ kind: z.literal('known') }),
  z.object({ kind: z.literal('lookup'), topic: keyField }),
  /** Others may reach us by this key; `signature` is by it, over the session. */
  z.object({ kind: z.literal('listen'), key: keyField, signature: fixedBytesField(64) }),
  z.object({ kind: z.literal('unlisten'), key: keyField }),
]);
export type GatewayRequest = z.output<typeof requestSchema>;

export const encodeRequest = (request: GatewayRequest): Uint8Array => encodeCbor(request);
export const decodeRequest = (bytes: Uint8Array): GatewayRequest | null => decodeCbor(bytes, requestSchema, requestMaxBytes);

/** Where a gateway is, as others are told. */
const namedGatewaySchema = z.object({
  host: z.string().min(1).max(64),
  port: portField,
  key: keyField,
});

export interface GatewayAnswers {
  /** Nodes mostly hold the same record: each is sent once and named by its place. */
  readonly get: { records: Uint8Array[]; answers: [network: string, record: number | null][] };
  readonly put: {
    storedBy: string[];
    refusals: [network: string, code: DirectoryRefusal['code'], held: Uint8Array | null][];
  };
  readonly closest: { nodes: HostPort[] };
  readonly ask: { id: Uint8Array | null; error: number; value: Uint8Array | null; token: Uint8Array | null };
  readonly known: { nodes: HostPort[]; gateways: { host: string; port: number; key: Uint8Array }[] };
  readonly lookup: { peers: [key: Uint8Array, relays: HostPort[]][] };
  readonly listen: Readonly<Record<string, never>>;
  readonly unlisten: Readonly<Record<string, never>>;
}
export type RequestKind = keyof GatewayAnswers;
export type GatewayAnswer<Kind extends RequestKind> = GatewayAnswers[Kind];
/** The request of a kind. */
export type RequestOf<Kind extends RequestKind> = Extract<GatewayRequest, { readonly kind: Kind }>;

const answerSchemas: { readonly [Kind in RequestKind]: z.ZodType<GatewayAnswers[Kind]> } = {
  get: z.object({
    records: z.array(recordField).max(maxAnswers),
    answers: z.array(z.tuple([networkField, z.int().nonnegative().nullable()])).max(maxAnswers),
  }),
  put: z.object({
    storedBy: z.array(networkField).max(maxAnswers),
    refusals: z
      .array(
        z.tuple([networkField, z.enum(['NAME_TAKEN', 'STALE', 'BAD_RECORD', 'TOO_BUSY', 'CONTESTED']), recordField.nullable()]),
      )
      .max(maxAnswers),
  }),
  closest: z.object({ nodes: z.array(nodeField).max(maxAnswers) }),
  ask: z.object({
    id: keyField.nullable(),
    error: z.int().min(0).max(255),
    value: boundedBytesField(1_400).nullable(),
    token: boundedBytesField(32).nullable(),
  }),
  known: z.object({
    nodes: z.array(nodeField).max(maxNodesNamed),
    gateways: z.array(namedGatewaySchema).max(maxGatewaysNamed),
  }),
  lookup: z.object({
    peers: z.array(z.tuple([keyField, z.array(nodeField).max(4)])).max(16),
  }),
  listen: z.object({}),
  unlisten: z.object({}),
};

/** Null: larger than an answer may be. */
export function encodeAnswer<Kind extends RequestKind>(_kind: Kind, answer: GatewayAnswer<Kind>): Uint8Array | null {
  const bytes = encodeCbor(answer);
  return bytes.byteLength <= answerMaxBytes ? bytes : null;
}

export function decodeAnswer<Kind extends RequestKind>(kind: Kind, bytes: Uint8Array): GatewayAnswer<Kind> | null {
  const schema: z.ZodType<GatewayAnswers[Kind]> = answerSchemas[kind];
  return decodeCbor(bytes, schema, answerMaxBytes);
}

/** Each record once. */
export function packAnswers(answers: readonly DirectoryAnswer[]): GatewayAnswer<'get'> {
  const records: Uint8Array[] = [];
  const places = new Map<string, number>();
  const placeOf = (record: Uint8Array): number => {
    const key = Buffer.from(record).toString('base64');
    const known = places.get(key);
    if (known !== undefined) return known;
    places.set(key, records.length);
    return records.push(record) - 1;
  };
  const packed = answers
    .slice(0, maxAnswers)
    .map(({ network, record }): [string, number | null] => [network, record === null ? null : placeOf(record)]);
  return { records, answers: packed };
}

/** Null: it names records that it didn't send. */
export function unpackAnswers({ records, answers }: GatewayAnswer<'get'>): DirectoryAnswer[] | null {
  const unpacked: DirectoryAnswer[] = [];
  for (const [network, place] of answers) {
    const record = place === null ? null : records[place];
    if (record === undefined) return null;
    unpacked.push({ network, record });
  }
  return unpacked;
}

export const packPut = ({ storedBy, refusals }: DirectoryPutResult): GatewayAnswer<'put'> => ({
  storedBy: storedBy.slice(0, maxAnswers),
  refusals: refusals.slice(0, maxAnswers).map(({ network, code, held }) => [network, code, held]),
});

export const unpackPut = ({ storedBy, refusals }: GatewayAnswer<'put'>): DirectoryPutResult => ({
  storedBy,
  refusals: refusals.map(([network, code, held]) => ({ network, code, held })),
});

/** What is signed to be reachable by a key: this session, and no other. */
export const listenProof = (handshakeHash: Uint8Array, key: Uint8Array): Uint8Array =>
  Buffer.concat([Buffer.from('lilliput/gateway-listen/1\0'), handshakeHash, key]);

/** Why a pipe is opened. `dial`: by the client, to a key; `incoming`: by the gateway, for somebody who asked for a key of the client's. */
export type Purpose = { readonly kind: 'dial' | 'incoming'; readonly key: Uint8Array };
const purposes = ['dial', 'incoming'] as const;

export const encodePurpose = ({ kind, key }: Purpose): Uint8Array => Buffer.concat([Uint8Array.of(purposes.indexOf(kind)), key]);

export function decodePurpose(bytes: Uint8Array): Purpose | null {
  const kind = purposes[bytes[0] ?? purposes.length];
  return kind === undefined || bytes.byteLength !== 33 ? null : { kind, key: bytes.subarray(1) };
}
