import { blake2b256 } from '../../../native-shims/sodium/index.ts';

/** Asks a node whether it relays, and where; beside the directory's 100 and 101. */
export const relayCommand = 102;

/** A request has to have a target; this one is the same for all. */
export const relayTarget: Uint8Array = blake2b256(Buffer.from('lilliput/relay/1'));
