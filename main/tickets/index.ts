export * from './relay-descriptor.ts';
export * from './ticket.ts';
export * from './ticket-verifier.ts';
export * from './turn-credentials.ts';
