export { contactsProtocol, contactsWireLimits, decodeContactMessage } from './contact-wire.ts';
export { readRequest, requestMaxBytes } from './contact-request.ts';
export { createContacts, type ContactChange, type ContactEntry, type Contacts, type ContactsOptions } from './contacts.ts';
export type { RequestToLeave } from './asking.ts';
export type { NameVerifier, RequestOutcome } from './request-desk.ts';
