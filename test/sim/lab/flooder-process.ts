import { createInterface } from 'node:readline';
import type { DhtNode } from '../../../native-shims/hyperdht/index.ts';
import { targetOf } from '../../../main/directory/index.ts';
import { createAccount } from '../../../main/identity/index.ts';
import { decodePutAnswer, directoryCommands } from '../../../main/overlay/directory/directory-wire.ts';
import { toHex } from '../../../main/ports/hex.ts';
import type { HostPort } from '../../../main/ports/host-port.ts';
import { systemRandom } from '../../../main/ports/random.ts';
import { systemClock } from '../../../main/ports/system-clock.ts';
import { recordOf, workFor } from '../../unit/directory/fixtures.ts';
import { startPlainNode } from '../plain-node.ts';
import { floodOrderSchema, type Offered } from './flooder.ts';
import { labWork } from './world.ts';

/**
 * Networks that offer one supernode claims without end (`flooder.ts`): `node flooder-process.ts HOST PORT RECORDS`, then on the standard
 * input a line for each flood. Says `ready`, then a line for each flood that is over.
 */
const [host = '', port = '', count = ''] = process.argv.slice(2);
const victim: HostPort = { host, port: Number(port) };
/** Offers on the way, of one network. */
const lanes = 20;

const records = await Promise.all(
  Array.from({ length: Number(count) }, async (_, index) => {
    const nowMs = systemClock.nowMs();
    const secrets = await createAccount(`flood-${index}`, { random: systemRandom, nowMs });
    const work = await workFor(secrets, nowMs, labWork);
    return [targetOf(secrets.name), await recordOf(secrets, nowMs, { work })] as const;
  }),
);
const noise = records.map(
  ([target, record]) => [target, record.map((byte, index) => (index === 300 ? byte ^ 1 : byte))] as const,
);

const attacker = (network: number): Promise<DhtNode> => startPlainNode(`127.${1 + network}.240.1`, victim);

/** @param perSecond at most; 0: as fast as answers come */
async function flood(node: DhtNode, offers: typeof records, untilMs: number, perSecond: number): Promise<Offered> {
  const told = { stored: new Set<string>(), refused: 0, busy: 0, unheard: 0 };
  const beganMs = systemClock.monotonicMs();
  let next = 0;
  const lane = async (): Promise<void> => {
    while (systemClock.monotonicMs() < untilMs) {
      const index = next++;
      const dueMs = perSecond === 0 ? 0 : beganMs + (index * 1_000) / perSecond;
      const waitMs = Math.min(dueMs, untilMs) - systemClock.monotonicMs();
      // oxlint-disable-next-line no-await-in-loop -- lanes
      if (waitMs > 0) await new Promise((resolve) => setTimeout(resolve, waitMs));
      const [target, record] = offers[index % offers.length] ?? [];
      if (target === undefined || record === undefined) return;
      try {
        // oxlint-disable-next-line no-await-in-loop -- likewise
        const { token } = await node.request({ command: directoryCommands.get, target, value: null }, victim);
        // oxlint-disable-next-line no-await-in-loop -- likewise
        const reply = await node.request({ command: directoryCommands.put, target, value: record, token }, victim);
        const answer = decodePutAnswer(reply.value);
        if (answer?.stored === true) told.stored.add(toHex(target));
        else if (answer?.code === 'TOO_BUSY') told.busy += 1;
        else told.refused += 1;
      } catch {
        told.unheard += 1;
      }
    }
  };
  await Promise.all(Array.from({ length: lanes }, lane));
  return { ...told, stored: [...told.stored] };
}

process.stdout.write('ready\n');
for await (const line of createInterface({ input: process.stdin })) {
  const { first, networks, seconds, perSecond } = floodOrderSchema.parse(JSON.parse(line));
  const nodes = await Promise.all(Array.from({ length: networks }, (_, index) => attacker(first + index)));
  const untilMs = systemClock.monotonicMs() + seconds * 1_000;
  const isNoise = (index: number): boolean => index % 3 === 2;
  const each = await Promise.all(
    nodes.map((node, index) => flood(node, isNoise(index) ? noise : records, untilMs, perSecond / networks)),
  );
  const stored = [...new Set(each.flatMap((told) => told.stored))];
  const sum = (kind: 'refused' | 'busy' | 'unheard'): number => each.reduce((so, told) => so + told[kind], 0);
  const told: Offered = { stored, refused: sum('refused'), busy: sum('busy'), unheard: sum('unheard') };
  process.stdout.write(`${JSON.stringify(told)}\n`);
  await Promise.all(nodes.map((node) => node.destroy()));
}
