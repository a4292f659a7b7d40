import { describe, expect, test } from 'vitest';
import { createBindingExchange, type BindingExchange } from '../../../main/media/transport/binding-exchange.ts';
import { VirtualClock } from '../virtual-clock.ts';

const secrets = { offer: Buffer.alloc(32, 1), answer: Buffer.alloc(32, 2) };

interface Ends {
  readonly exporters?: readonly [Buffer, Buffer];
  readonly answererSecrets?: typeof secrets;
  /** The number of messages that the wire swallows first. */
  readonly lost?: number;
}

function createEnds({ exporters = [Buffer.alloc(32, 9), Buffer.alloc(32, 9)], answererSecrets = secrets, lost = 0 }: Ends = {}) {
  const clock = new VirtualClock();
  const { advance } = clock;
  const log: string[] = [];
  const wire: { readonly to: 'offerer' | 'answerer'; readonly message: Buffer }[] = [];
  let sent = 0;
  const create = (role: 'offerer' | 'answerer', exporter: Buffer): BindingExchange =>
    createBindingExchange({
      clock,
      role,
      secrets: role === 'offerer' ? secrets : answererSecrets,
      exporter,
      send: (message) => {
        sent += 1;
        if (sent > lost) wire.push({ to: role === 'offerer' ? 'answerer' : 'offerer', message });
      },
      onProven: () => log.push(`${role} proven`),
      onForged: () => log.push(`${role} forged`),
    });
  const ends = { offerer: create('offerer', exporters[0]), answerer: create('answerer', exporters[1]) };
  const deliver = (): void => {
    for (let next = wire.shift(); next !== undefined; next = wire.shift()) ends[next.to].receive(next.message);
  };
  return {
    ...ends,
    log,
    sent: () => sent,
    run: (ms: number): void => {
      for (let at = 0; at < ms; at += 50) {
        deliver();
        advance(50);
      }
      deliver();
    },
  };
}

describe('the proof that a handshake belongs to its signalling', () => {
  test('satisfies both ends with few messages, and then there is silence', () => {
    const ends = createEnds();
    ends.offerer.start();
    ends.answerer.start();
    ends.run(5000);
    expect(ends.log.toSorted()).toEqual(['answerer proven', 'offerer proven']);
    expect(ends.sent()).toBeLessThanOrEqual(5);
  });

  test.each([1, 2, 3, 4, 7])('survives the loss of the first %i messages', (lost) => {
    const ends = createEnds({ lost });
    ends.offerer.start();
    ends.answerer.start();
    ends.run(5000);
    expect(ends.log.toSorted()).toEqual(['answerer proven', 'offerer proven']);
  });

  test('fails for keys of another handshake: somebody sits between two', () => {
    const ends = createEnds({ exporters: [Buffer.alloc(32, 8), Buffer.alloc(32, 9)] });
    ends.offerer.start();
    ends.answerer.start();
    ends.run(1000);
    expect(ends.log.toSorted()).toEqual(['answerer forged', 'offerer forged']);
  });

  test('fails for another signalling, and for its own proof sent back', () => {
    const other = createEnds({ answererSecrets: { ...secrets, answer: Buffer.alloc(32, 7) } });
    other.offerer.start();
    other.answerer.start();
    other.run(1000);
    expect(other.log).not.toContain('offerer proven');

    const mirror: string[] = [];
    const alone: BindingExchange = createBindingExchange({
      clock: new VirtualClock(),
      role: 'offerer',
      secrets,
      exporter: Buffer.alloc(32, 9),
      send: (message) => alone.receive(message),
      onProven: () => mirror.push('proven'),
      onForged: () => mirror.push('forged'),
    });
    alone.start();
    expect(mirror).toEqual(['forged']);
  });
});
