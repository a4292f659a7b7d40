import { describe, expect, it } from 'vitest';
import type { DhtReply, NodeAddress, RequestMessage } from '../../../../native-shims/hyperdht/index.ts';
import { createNetworks } from '../../../../main/overlay/networks.ts';
import { decodeProbeQuestion, encodeKnock, probeAnswers } from '../../../../main/overlay/role/probe-command.ts';
import { Prober } from '../../../../main/overlay/role/prober.ts';
import { systemRandom } from '../../../../main/ports/random.ts';
import { VirtualClock } from '../../virtual-clock.ts';

type Habit =
  | 'dials'
  | 'uses-the-asked-socket'
  | 'has-another-dial'
  | 'forges-the-nonce'
  | 'only-says-so'
  | 'is-busy'
  | 'is-silent';

/** A node whose neighbours each have a habit. */
function openNode(habits: Readonly<Record<string, Habit>>) {
  const clock = new VirtualClock();
  let hear: (bytes: Uint8Array, from: NodeAddress) => void = () => undefined;
  const asked: string[] = [];
  const reply = (value: Uint8Array | null, token: boolean, from: NodeAddress): DhtReply => ({
    from: { ...from, id: null },
    to: { host: '5.6.7.8', port: 1 },
    token: token ? Buffer.alloc(32) : null,
    closerNodes: null,
    error: 0,
    value: value === null ? null : Buffer.from(value),
    rtt: 1,
  });
  const dht = {
    heard: () => Object.keys(habits).map((host) => ({ host, port: 4_000 })),
    port: () => 40_000,
    onDatagram(listener: typeof hear) {
      hear = listener;
      return () => (hear = () => undefined);
    },
    request(message: RequestMessage, to: NodeAddress): Promise<DhtReply> {
      const habit = habits[to.host];
      if (habit === 'is-silent') return Promise.reject(new Error('timeout'));
      if (message.value === null) return Promise.resolve(reply(null, true, to));
      asked.push(to.host);
      const question = decodeProbeQuestion(message.value);
      if (question === null) throw new Error('no question');
      expect(question.port).toBe(40_000);
      const knock = encodeKnock(habit === 'forges-the-nonce' ? new Uint8Array(16) : question.nonce);
      if (habit === 'dials' || habit === 'forges-the-nonce') hear(knock, { host: to.host, port: 5_555 });
      if (habit === 'uses-the-asked-socket') hear(knock, to);
      if (habit === 'has-another-dial') hear(knock, { host: '99.9.9.9', port: 5_555 });
      const answer = habit === 'is-busy' ? probeAnswers.busy : probeAnswers.dialing;
      return Promise.resolve(reply(Uint8Array.of(answer), false, to));
    },
  };
  const prober = new Prober({ networks: createNetworks({ privateAddressesCountPerNode: false }), clock, random: systemRandom });
  return {
    asked,
    async measure() {
      const round = prober.measure(dht);
      // Past the last answer, which each come in a turn of their own.
      for (let turn = 0; turn < 20; turn += 1) {
        // oxlint-disable-next-line no-await-in-loop -- turns of the loop
        await Promise.resolve();
      }
      clock.advance(3_000);
      return round;
    },
  };
}

describe('asked to dial', () => {
  it.each<[Habit, string]>([
    ['dials', 'reached'],
    ['uses-the-asked-socket', 'silent'],
    ['has-another-dial', 'silent'],
    ['forges-the-nonce', 'silent'],
    ['only-says-so', 'silent'],
    ['is-busy', 'refused'],
    ['is-silent', 'refused'],
  ])('who %s counts as %s', async (habit, outcome) => {
    expect(await openNode({ '1.2.3.4': habit }).measure()).toEqual({ outcomes: [outcome], networksKnown: 1 });
  });

  it('are one of each network, and eight at most', async () => {
    const hosts = Array.from({ length: 30 }, (_, index) => `20.${index}.1.1`);
    const neighbours = ['1.2.3.4', '1.2.3.5', '1.2.3.6', ...hosts];
    const node = openNode(Object.fromEntries(neighbours.map((host) => [host, 'dials'])));
    const { outcomes, networksKnown } = await node.measure();
    expect([outcomes.length, networksKnown]).toEqual([8, 31]);
    expect(node.asked.filter((host) => host.startsWith('1.2.3.')).length).toBeLessThanOrEqual(1);
  });
});
