import { createDhtNode, type DhtNode } from '../../../../native-shims/hyperdht/index.ts';
import { createAccount } from '../../../../main/identity/index.ts';
import { targetOf } from '../../../../main/directory/index.ts';
import { defaultShelfLimits } from '../../../../main/overlay/directory/shelf.ts';
import { decodePutAnswer, directoryCommands } from '../../../../main/overlay/directory/directory-wire.ts';
import { toHex } from '../../../../main/ports/hex.ts';
import type { HostPort } from '../../../../main/ports/host-port.ts';
import { systemClock } from '../../../../main/ports/system-clock.ts';
import { recordOf, workFor } from '../../../unit/directory/fixtures.ts';
import { claimNames, lookMany, percent, success } from '../names.ts';
import type { Scenario } from '../scenario.ts';
import { labWork, type LabWorld } from '../world.ts';

/** Networks that flood together, beside the one that floods alone. */
const crowd = 12;

async function attacker(world: LabWorld, network: number): Promise<DhtNode> {
  const node = createDhtNode({
    bind: { host: `127.${1 + network}.240.1`, port: 0 },
    preferredPort: null,
    bootstrap: world.entrances(2),
    isForced: false,
    admit: () => true,
    select: (sorted, limit) => sorted.slice(0, limit),
    onRequest: () => false,
  });
  await node.bind();
  await node.bootstrapped();
  return node;
}

/** `stored`: targets, each once; what is held already is taken again without being judged. */
interface Offered {
  readonly stored: Set<string>;
  refused: number;
  busy: number;
}

/** Offers as fast as answers come, 20 at a time, for so long. */
async function flood(
  node: DhtNode,
  victim: HostPort,
  records: readonly (readonly [Uint8Array, Uint8Array])[],
  untilMs: number,
): Promise<Offered> {
  const told: Offered = { stored: new Set(), refused: 0, busy: 0 };
  let next = 0;
  const lane = async (): Promise<void> => {
    while (systemClock.monotonicMs() < untilMs) {
      const [target, record] = records[next++ % records.length] ?? [];
      if (target === undefined || record === undefined) return;
      try {
        // oxlint-disable-next-line no-await-in-loop -- lanes
        const { token } = await node.request({ command: directoryCommands.get, target, value: null }, victim);
        // oxlint-disable-next-line no-await-in-loop
        const reply = await node.request({ command: directoryCommands.put, target, value: record, token }, victim);
        const answer = decodePutAnswer(reply.value);
        if (answer?.stored === true) told.stored.add(toHex(target));
        else if (answer?.code === 'TOO_BUSY') told.busy += 1;
        else told.refused += 1;
      } catch {
        told.busy += 1;
      }
    }
  };
  await Promise.all(Array.from({ length: 20 }, lane));
  return told;
}

async function claims(world: LabWorld, count: number): Promise<readonly (readonly [Uint8Array, Uint8Array])[]> {
  return Promise.all(
    Array.from({ length: count }, async (_, index) => {
      const nowMs = world.clock.nowMs();
      const secrets = await createAccount(`flood-${index}`, { random: world.random, nowMs });
      const work = await workFor(secrets, nowMs, labWork);
      return [targetOf(secrets.name), await recordOf(secrets, nowMs, { work })] as const;
    }),
  );
}

/** One supernode under all the claims that strangers can send. */
export const floodScenario: Scenario = {
  name: 'flood',
  goal: 'claims without end, good ones and noise: what is judged and kept is bounded by source and in all, honest people are served',
  testNodes: 40,
  async run(world, { isShort, say }) {
    const seconds = isShort ? 6 : 30;
    const names = await claimNames(world, 20);
    const victim = world.one();
    const heldBefore = victim.overlay.health().recordsHeld;
    const records = await claims(world, isShort ? 150 : 600);
    const noise = records.map(
      ([target, record]) => [target, record.map((byte, index) => (index === 300 ? byte ^ 1 : byte))] as const,
    );
    const nodes = await Promise.all(Array.from({ length: 1 + crowd }, (_, index) => attacker(world, index)));
    const [alone, ...others] = nodes;
    if (alone === undefined) throw new Error('no attacker');
    try {
      const beganMs = systemClock.monotonicMs();
      const one = await flood(alone, victim.at(), records, beganMs + (seconds * 1000) / 2);
      const secondsAlone = (systemClock.monotonicMs() - beganMs) / 1000;
      const boundAlone = defaultShelfLimits.perNetwork.burst + defaultShelfLimits.perNetwork.perSecond * secondsAlone;
      say(`one network: ${one.stored.size} stored, ${one.busy} refused unjudged in ${secondsAlone.toFixed(0)} s`);

      const cpuBefore = process.cpuUsage();
      const crowdBeganMs = systemClock.monotonicMs();
      const endMs = crowdBeganMs + seconds * 1000;
      const [crowdTold, honest] = await Promise.all([
        Promise.all(others.map((node, index) => flood(node, victim.at(), index % 3 === 2 ? noise : records, endMs))),
        (async () => ({
          claimed: (await claimNames(world, 5, 'meanwhile')).length,
          told: await lookMany(world, names, isShort ? 40 : 200),
        }))(),
      ]);
      const secondsCrowd = (systemClock.monotonicMs() - crowdBeganMs) / 1000;
      const cpu = process.cpuUsage(cpuBefore);
      const crowdStored = new Set(crowdTold.flatMap(({ stored }) => [...stored].filter((target) => !one.stored.has(target))));
      const sum = (kind: 'refused' | 'busy'): number => crowdTold.reduce((so, each) => so + each[kind], 0);
      const boundTotal = defaultShelfLimits.total.burst + defaultShelfLimits.total.perSecond * secondsCrowd;
      const kept = victim.overlay.health().recordsHeld - heldBefore;
      const share = success(honest.told);
      const isBounded =
        one.stored.size <= boundAlone + 1 && crowdStored.size <= boundTotal + 1 && kept <= boundAlone + boundTotal + 25;
      return {
        figures: {
          aloneStored: one.stored.size,
          aloneBound: Math.ceil(boundAlone),
          aloneUnjudged: one.busy,
          crowdStored: crowdStored.size,
          crowdRefused: sum('refused'),
          crowdUnjudged: sum('busy'),
          crowdBound: Math.ceil(boundTotal),
          recordsAdded: kept,
          honestClaims: honest.claimed,
          honestRight: percent(share),
          cpuSecondsOfAll: ((cpu.user + cpu.system) / 1e6).toFixed(1),
          seconds: secondsCrowd.toFixed(1),
        },
        kept: isBounded && share === 1 && honest.claimed === 5 && one.busy > 0,
        words: `one network got ${one.stored.size} records in (at most ${Math.ceil(boundAlone)}), ${crowd} together ${crowdStored.size} (at most ${Math.ceil(boundTotal)}); meanwhile ${honest.claimed} of 5 names claimed, ${percent(share)} of lookups right`,
      };
    } finally {
      await Promise.all(nodes.map((node) => node.destroy()));
    }
  },
};
