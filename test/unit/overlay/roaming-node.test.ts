import { describe, expect, it } from 'vitest';
import type { DhtNode } from '../../../native-shims/hyperdht/index.ts';
import { createRoamingNode } from '../../../main/overlay/gateway/roaming-node.ts';
import type { Connection } from '../../../main/overlay/gateway/pool.ts';
import type { GatewayRoad } from '../../../main/overlay/gateway/road.ts';
import { systemRandom } from '../../../main/ports/random.ts';
import { VirtualClock } from '../virtual-clock.ts';

const keepers = Array.from({ length: 60 }, (_, index) => ({ host: `198.51.${index}.7`, port: 4_000 + index }));
const question = { command: 121, target: new Uint8Array(32), value: null };

/** A node that is carried by so many gateways, of which some say nothing true: whoever is asked through them has nothing. */
function carried(count: number, liars: number) {
  const connections = Array.from({ length: count }, (_, index) => ({ at: { host: `203.0.${index}.1`, port: 443 } }));
  const road = {
    isCarried: true,
    isHidden: false,
    connections,
    askAt: (connection: Connection) => {
      const isLying = connections.findIndex(({ at }) => at === connection.at) < liars;
      return Promise.resolve({ id: null, token: null, error: 0, value: isLying ? null : Buffer.from(connection.at.host) });
    },
  };
  // Of road and node only this is used here.
  return createRoamingNode({} as DhtNode, road as unknown as GatewayRoad, new VirtualClock(), systemRandom, false);
}

const told = async (count: number, liars: number): Promise<(string | null)[]> => {
  const node = carried(count, liars);
  const replies = await Promise.all(keepers.map((keeper) => node.request(question, keeper)));
  return replies.map(({ value }) => value?.toString() ?? null);
};

describe('a node that gateways carry', () => {
  it('asks keepers through all of them, so that one that lies withholds its share and no more', async () => {
    for (const lying of [1, 2]) {
      // oxlint-disable-next-line no-await-in-loop -- one after the other
      const withheld = (await told(3, lying)).filter((each) => each === null).length / keepers.length;
      expect(withheld).toBeGreaterThan(lying / 3 - 0.2);
      expect(withheld).toBeLessThan(lying / 3 + 0.2);
    }
  });

  it('asks a node through the same gateway each time: its tokens are for that address', async () => {
    expect(await told(3, 0)).toEqual(await told(3, 0));
    expect(new Set(await told(3, 0)).size).toBe(3);
  });

  it('looks for a service through all of them: one that lies neither hides an offer nor fills the list', async () => {
    const keyOf = (number: number) => Buffer.alloc(32, number);
    const honest = [{ publicKey: keyOf(200), relayAddresses: [] }];
    const invented = Array.from({ length: 16 }, (_, number) => ({ publicKey: keyOf(number), relayAddresses: [] }));
    const connections = [invented, [], honest, [...honest]];
    const road = {
      isCarried: true,
      connections,
      // The liar is the first, and the quickest.
      lookupAt: (said: (typeof connections)[number]) =>
        new Promise((resolve) => setTimeout(resolve, said === invented ? 0 : 5, said)),
    };
    // Of road and node only this is used here.
    const node = createRoamingNode({} as DhtNode, road as unknown as GatewayRoad, new VirtualClock(), systemRandom, false);
    const found: number[] = [];
    for await (const { peers } of node.lookupTopic(new Uint8Array(32)))
      found.push(...peers.map(({ publicKey }) => publicKey[0] ?? 0));
    expect(found).toHaveLength(4);
    expect(found.slice(0, 2)).toEqual([0, 1]);
    expect(found).toContain(200);
  });

  it('asks nobody where no gateway is left', async () => {
    await expect(carried(0, 0).request(question, { host: '198.51.1.7', port: 1 })).rejects.toThrow('no gateway');
  });
});
