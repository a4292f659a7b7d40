import { expect, it } from 'vitest';
import { checkSignature } from '../../../main/identity/signed.ts';
import { createTicketVerifier, credentialsFor, ticketLifetimeS } from '../../../main/tickets/index.ts';
import { method } from '../../../main/stun/index.ts';
import { callerDh, fromS, relayKeys, signed } from '../tickets/tickets.ts';
import { openStage } from './stage.ts';

/** Tickets of the same caller, for calls that began one second after another. */
function setUp() {
  const clock = { nowS: fromS };
  const stage = openStage({
    verifier: createTicketVerifier({ keys: relayKeys, checkSignature, nowMs: () => clock.nowS * 1000 }),
  });
  const client = (call: number, network: number) => {
    const words = credentialsFor(
      'caller',
      signed({ call: new Uint8Array(16).fill(call) }),
      callerDh.secretKey,
      relayKeys.publicKey,
    );
    const caller = stage.client(`81.2.${network}.1`, 4_000 + call, words?.username);
    caller.password = words?.password ?? '';
    return caller;
  };
  return { clock, client };
}

it('a ticket opens an allocation, and its password alone does', () => {
  const { client } = setUp();
  expect(client(1, 1).allocate()?.class).toBe('success');
  const thief = client(2, 1);
  thief.password = 'overheard';
  expect(thief.allocate()?.code).toBe(401);
});

it('four allocations are a device’s share, over all its tickets and wherever it is', () => {
  const { client } = setUp();
  const codes = [1, 2, 3, 4, 5].map((call) => client(call, call).allocate()?.code);
  expect(codes).toEqual([null, null, null, null, 486]);
});

it('what began in time goes on after its ticket ran out, and nothing begins any more', () => {
  const { clock, client } = setUp();
  const caller = client(1, 1);
  caller.allocate();
  clock.nowS += ticketLifetimeS;
  expect(caller.ask(method.refresh)?.class).toBe('success');
  expect(client(2, 1).allocate()?.code).toBe(401);
});
