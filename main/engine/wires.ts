import { callProtocol, callWireLimits } from '../calls/index.ts';
import { chatProtocol, chatWireLimits } from '../chat/index.ts';
import { contactsProtocol, contactsWireLimits } from '../contacts/index.ts';
import { mailboxProtocol, mailboxWireLimits } from '../mailbox/index.ts';
import type { People } from '../overlay/index.ts';
import type { PeerWire } from '../ports/peer-wire.ts';
import { presenceProtocol, presenceWireLimits } from '../presence/index.ts';
import { profileProtocol, profileWireLimits } from '../profiles/index.ts';

/** The protocols spoken with people, each opened once for the life of the engine. */
export interface Wires {
  readonly contacts: PeerWire;
  readonly presence: PeerWire;
  readonly chat: PeerWire;
  readonly calls: PeerWire;
  readonly mailbox: PeerWire;
  readonly profile: PeerWire;
}

export const openWires = (people: People): Wires => ({
  contacts: people.wire(contactsProtocol, contactsWireLimits),
  presence: people.wire(presenceProtocol, presenceWireLimits),
  chat: people.wire(chatProtocol, chatWireLimits),
  calls: people.wire(callProtocol, callWireLimits),
  mailbox: people.wire(mailboxProtocol, mailboxWireLimits),
  profile: people.wire(profileProtocol, profileWireLimits),
});
