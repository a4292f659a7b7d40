export * from './box-record.ts';
export * from './deposit-key.ts';
export * from './judge.ts';
export * from './mailbox-work.ts';
export * from './sealing.ts';
export * from './slip.ts';
