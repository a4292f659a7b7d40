import type { SecretStream } from '../../../native-shims/hyperdht/index.ts';

/** The connection under a session at this moment. */
export interface Line {
  readonly stream: SecretStream;
  readonly kind: 'direct' | 'relayed';
}
