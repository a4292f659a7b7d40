import { dhKeyPair, type DhKeyPair } from '../../../native-shims/sodium/index.ts';
import type { KnownRelay } from '../../../main/overlay/index.ts';
import { createTicketVerifier } from '../../../main/tickets/index.ts';
import { checkSignature } from '../../../main/identity/signed.ts';

/** A relay that exists only here: 1 stands at 5.1.0.1, and so on. */
export interface TestRelay {
  readonly keys: DhKeyPair;
  readonly host: string;
  /** As somebody knows it who is so far away. */
  known(rttMs: number | null, clockOffsetMs?: number): KnownRelay;
  /** What it would say to a user name, by its own clock. */
  check(username: string, nowMs: number): { readonly device: string; readonly password: string } | null;
}

export function testRelay(digit: number, changes: { readonly host?: string; readonly network?: number } = {}): TestRelay {
  const keys = dhKeyPair(new Uint8Array(32).fill(digit + 100));
  const host = changes.host ?? `5.${changes.network ?? digit}.0.${digit}`;
  const pin = new Uint8Array(32).fill(digit);
  return {
    keys,
    host,
    known: (rttMs, clockOffsetMs = 0) => ({
      relay: { host4: host, host6: null, udp: 3478, tcp: 3479, tls: 443, key: keys.publicKey, pin },
      rttMs,
      clockOffsetMs,
    }),
    check: (username, nowMs) => createTicketVerifier({ keys, checkSignature, nowMs: () => nowMs }).check(username),
  };
}
