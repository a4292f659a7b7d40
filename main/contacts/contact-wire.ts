import { z } from 'zod';
import { contactAddressMaxBytes, decodeContactAddress, encodeContactAddress } from '../identity/index.ts';
import type { ContactAddress } from '../overlay/index.ts';
import { boundedBytesField, counterField, decodeCbor, encodeCbor } from '../ports/cbor.ts';
import type { WireLimits } from '../ports/peer-wire.ts';

export const contactsProtocol = 'lilliput/contacts/1';

/** An address is about 100 bytes and changes when somebody is blocked: a few a day. */
export const contactsWireLimits: WireLimits = { maxMessageBytes: 512, maxMessagesPerSecond: 5 };

const messageSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('address'), address: boundedBytesField(contactAddressMaxBytes) }),
  z.object({ type: z.literal('address-ack'), sequence: counterField }),
]);

export type ContactMessage =
  /** "This is how you reach me": also how a request is accepted. */
  | { readonly type: 'address'; readonly address: Uint8Array; readonly sequence: number }
  /** The address with this sequence is stored. */
  | { readonly type: 'address-ack'; readonly sequence: number };

export const encodeAddressMessage = (address: ContactAddress): Uint8Array =>
  encodeCbor({ type: 'address', address: encodeContactAddress(address) });

export const encodeAddressAck = (sequence: number): Uint8Array => encodeCbor({ type: 'address-ack', sequence });

/** Null if malformed. */
export function decodeContactMessage(bytes: Uint8Array): ContactMessage | null {
  const message = decodeCbor(bytes, messageSchema, contactsWireLimits.maxMessageBytes);
  if (message === null || message.type === 'address-ack') return message;
  const address = decodeContactAddress(message.address);
  return address === null ? null : { type: 'address', address: message.address, sequence: address.sequence };
}
