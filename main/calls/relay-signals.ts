import { z } from 'zod';
import { boundedBytesField, fixedBytesField } from '../ports/cbor.ts';
import { maxTicketBytes, maxTicketRelays, relayDescriptorSchema } from '../tickets/index.ts';

/** Beyond any round trip that a voice is worth. */
const rttMsSchema = z.int().min(0).max(60_000);

/** Twice as many as a call uses. */
export const maxOfferedRelays = 6;

const offeredRelaySchema = z.object({
  relay: relayDescriptorSchema,
  /** From the offering side; null: not measured, or not told by who hides its address. */
  rttMs: rttMsSchema.nullable(),
});
/** A relay that the offering side knows. */
export type OfferedRelay = z.infer<typeof offeredRelaySchema>;

/** Of `offer` and `restart`: what the answering side needs to make a ticket. */
export const relayOfferSchema = z.object({
  /** X25519, made for this exchange. */
  dh: fixedBytesField(32),
  /** Relays answer it over UDP; missing: it knows none. */
  udp: z.boolean().optional(),
  relays: z.array(offeredRelaySchema).max(maxOfferedRelays),
});
export type RelayOffer = z.infer<typeof relayOfferSchema>;

/** Of `answer` and `restarted`: the ticket, signed by the answering side, and where its relays are. */
export const relayAnswerSchema = z.object({
  ticket: boundedBytesField(maxTicketBytes),
  signature: fixedBytesField(64),
  udp: z.boolean().optional(),
  relays: z.array(relayDescriptorSchema).min(1).max(maxTicketRelays),
});
export type RelayAnswer = z.infer<typeof relayAnswerSchema>;
