import { z } from 'zod';
import { idSchema, timeMsSchema } from '../../preload/contract/index.ts';
import { mediaTagBytes } from '../overlay/index.ts';
import { decodeCbor, encodeCbor, fixedBytesField } from '../ports/cbor.ts';
import type { WireLimits } from '../ports/peer-wire.ts';
import { relayAnswerSchema, relayOfferSchema } from './relay-signals.ts';
import { candidateMaxChars, sessionDescriptionSchema } from './session-description.ts';

/** The version is in the name: a new protocol never breaks an old one. Fields are only added; unknown ones are ignored. */
export const callProtocol = 'lilliput/call/1';

/** A call sends two descriptions and up to 64 candidates each way within a second, then almost nothing. */
export const callWireLimits: WireLimits = { maxMessageBytes: 16 * 1024, maxMessagesPerSecond: 40 };

/** More candidates than this from one side after one description are ignored: a machine with many interfaces has a dozen. */
export const maxRemoteCandidates = 64;

/** Why a side leaves, in its own words; `call-endings.ts` turns them into what the other side sees. */
export const farewellSchema = z.enum(['hung-up', 'cancelled', 'no-answer', 'no-path', 'path-lost', 'failed']);
export type Farewell = z.infer<typeof farewellSchema>;

/** Signals that came after the first version. Each side names those it knows in its offer or answer, and is told no others. */
export const callExtensions = ['hold', 'recording'] as const;
export type CallExtension = (typeof callExtensions)[number];

/** Names that a later version may bring mean nothing here, and do no harm. */
const extensionsSchema = z.array(z.string().max(32)).max(32).optional();

/** Media of this call may come over the overlay's connection too, if it bears this (extension of offer and answer). */
const overlayTagSchema = fixedBytesField(mediaTagBytes).optional();

/** Of the names somebody gave, those that mean something here. */
export const knownExtensions = (names: readonly string[] = []): readonly CallExtension[] =>
  callExtensions.filter((extension) => names.includes(extension));

/** What the two machines of one call say to each other. */
export const callSignalSchema = z.discriminatedUnion('type', [
  /** The first word of a call. `sentMs` is the caller's wall clock, judged against its `hello`. */
  z.object({
    type: z.literal('offer'),
    sentMs: timeMsSchema,
    description: sessionDescriptionSchema,
    extensions: extensionsSchema,
    overlayTag: overlayTagSchema,
    relay: relayOfferSchema.optional(),
  }),
  z.object({
    type: z.literal('answer'),
    description: sessionDescriptionSchema,
    extensions: extensionsSchema,
    overlayTag: overlayTagSchema,
    relay: relayAnswerSchema.optional(),
  }),
  /** The caller's signature under the ticket of the newest `answer` or `restarted`. */
  z.object({ type: z.literal('ticket'), signature: fixedBytesField(64) }),
  z.object({ type: z.literal('candidate'), candidate: z.string().max(candidateMaxChars) }),
  /** The path is up at the callee, and a person is being asked. */
  z.object({ type: z.literal('ringing') }),
  z.object({ type: z.literal('accept') }),
  z.object({ type: z.literal('decline') }),
  z.object({ type: z.literal('busy') }),
  z.object({ type: z.literal('hang-up'), why: farewellSchema }),
  /** Answer to `hang-up` and `decline`: nothing more will come. Answer to `restart` and `restart-wanted`: there is no such call. */
  z.object({ type: z.literal('bye') }),
  z.object({ type: z.literal('mute'), muted: z.boolean() }),
  /** New ICE credentials from the offering side; the other answers `restarted`. */
  z.object({ type: z.literal('restart'), description: sessionDescriptionSchema, relay: relayOfferSchema.optional() }),
  z.object({ type: z.literal('restarted'), description: sessionDescriptionSchema, relay: relayAnswerSchema.optional() }),
  /** The answering side lost the path and asks the offering side to restart. */
  z.object({ type: z.literal('restart-wanted') }),
  /** Extension `hold`: its person puts the call on hold, or takes it back. While one of the two holds, neither hears the other. */
  z.object({ type: z.literal('hold'), held: z.boolean() }),
  /** Extension `recording`: who says it wants to record what both say, or has stopped. Nothing is recorded before the answer. */
  z.object({ type: z.literal('recording'), on: z.boolean() }),
  /** The answer to `recording` on: its app shows its person that they are recorded. */
  z.object({ type: z.literal('recording-shown') }),
]);
export type CallSignal = z.infer<typeof callSignalSchema>;
const knownTypes: ReadonlySet<string> = new Set(callSignalSchema.options.map((option) => option.shape.type.value));

const newTypeSchema = z.string().max(32);

/**
 * A signal of one call, or `hello`: said when a session connects or resumes, so that the age of an offer can be told.
 * `unknown`: a word of a version after this one. Who says it does nothing wrong, and nothing comes of it.
 */
const callMessageSchema = z.union([
  z.object({ type: z.literal('hello'), sentMs: timeMsSchema }),
  z.object({ id: idSchema, signal: callSignalSchema }),
  z
    .union([
      z.object({ type: newTypeSchema.refine((type) => type !== 'hello') }),
      z.object({ id: idSchema, signal: z.object({ type: newTypeSchema.refine((type) => !knownTypes.has(type)) }) }),
    ])
    .transform(() => ({ type: 'unknown' as const })),
]);
export type CallMessage = z.infer<typeof callMessageSchema>;

export const encodeCallMessage = (message: CallMessage): Uint8Array => encodeCbor(message);

/** The message, or null for whatever is not one: wrong bytes, shape or size. */
export const decodeCallMessage = (bytes: Uint8Array): CallMessage | null =>
  decodeCbor(bytes, callMessageSchema, callWireLimits.maxMessageBytes);
