import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import type { OverlayOptions } from '../../main/overlay/index.ts';
import type { LineGate } from '../../main/ports/line-gate.ts';
import { silentLogger } from '../../main/ports/logger.ts';
import { systemClock } from '../../main/ports/system-clock.ts';
import type { ProvenRole } from '../../main/overlay/index.ts';
import { createKnocker } from '../../main/overlay/role/knock-socket.ts';
import { createClaim, eventually, World, type WorldNode } from './world.ts';

/** 127.0.0.0/8 as the internet, and minutes in which nothing happens as a moment. */
const outside: Partial<OverlayOptions> = {
  supernodeMode: 'auto',
  role: { privateIsHome: false, timing: { steadyMs: 200, sparingMs: 100 } },
};

let world = new World();
afterEach(async () => {
  await world.stop();
  world = new World();
});

const reason = ({ overlay }: WorldNode): string => overlay.health().role.reason;

async function threeSupernodes(): Promise<readonly [WorldNode, WorldNode, WorldNode]> {
  const first = await world.add([]);
  const second = await world.add([first.at()]);
  const third = await world.add([first.at()]);
  await eventually(
    'they know each other',
    () => third.overlay.health().nodesHeard >= 2 && second.overlay.health().nodesHeard >= 2,
  );
  return [first, second, third];
}

describe('a computer that was not told what to be', () => {
  it('becomes a supernode when three others dialed it from sockets it had never contacted', async () => {
    const [first] = await threeSupernodes();
    const node = await world.add([first.at()], outside);
    await eventually('it is a supernode', () => node.overlay.health().supernode);
    expect(node.overlay.health().role).toEqual({ reason: 'reachable', vouchers: 3 });
  });

  it('does not before it has been up for a while', async () => {
    const [first] = await threeSupernodes();
    const node = await world.add([first.at()], { ...outside, role: { privateIsHome: false } });
    await eventually('it has looked', () => reason(node) === 'new');
    expect(node.overlay.health().supernode).toBe(false);
  });

  it('is not even measured while people talk over a narrow line', async () => {
    const [first] = await threeSupernodes();
    let isShut = true;
    const gate: LineGate = {
      get isShut() {
        return isShut;
      },
      opened: () => Promise.resolve(),
    };
    const node = await world.add([first.at()], { ...outside, gate });
    await eventually('it has looked', () => reason(node) === 'new');
    await sleep(2_000);
    expect(node.overlay.health().role).toEqual({ reason: 'new', vouchers: 0 });
    isShut = false;
    await eventually('it is a supernode', () => node.overlay.health().supernode);
  });

  it('steps back on battery, is forgotten by its neighbours at once, and comes back on mains', async () => {
    const [first, second] = await threeSupernodes();
    const node = await world.add([first.at()], outside);
    await eventually('it is a supernode', () => node.overlay.health().supernode);
    await eventually('its neighbours hear it', () => first.overlay.health().nodesHeard === 3);
    await node.overlay.setPower({ onBattery: true, metered: null });
    await eventually('it is none', () => !node.overlay.health().supernode);
    expect(reason(node)).toBe('on-battery');
    await eventually('its neighbours know', () => [first, second].every(({ overlay }) => overlay.health().nodesHeard === 2));
    await node.overlay.setPower({ onBattery: false, metered: null });
    await eventually('it is one again', () => node.overlay.health().supernode);
  });

  it('remembers that it was one today, and is one again at once after a restart of everybody', async () => {
    let proven: ReturnType<ProvenRole['load']> = null;
    const provenRole: ProvenRole = { load: () => proven, save: (next) => (proven = next) };
    const [first] = await threeSupernodes();
    const node = await world.add([first.at()], { ...outside, provenRole });
    await eventually('it is proven', () => proven !== null);
    const at = node.at();
    await world.crash(node);
    const again = await world.addAt(at, [first.at()], {
      ...outside,
      provenRole,
      role: { privateIsHome: false },
    });
    await eventually('it is a supernode', () => again.overlay.health().supernode);
    expect(['resumed', 'reachable']).toContain(reason(again));
  });
});

it('a supernode that leaves hands on what it holds, and its neighbours drop it', { timeout: 60_000 }, async () => {
  const [first, second, third] = await threeSupernodes();
  const signal = AbortSignal.timeout(20_000);
  const target = new Uint8Array(32).fill(9);
  await third.overlay.directory.put(target, createClaim(new Uint8Array(32).fill(1), target, 1), signal);
  // Somebody new who holds nothing yet is where it goes.
  const fresh = await world.add([first.at()]);
  await eventually('it is known', () => third.overlay.health().nodesHeard >= 3);
  const left = await third.overlay.leave(signal);
  expect(left).toEqual({ handedOn: 1, held: 1 });
  expect(third.overlay.health()).toMatchObject({ supernode: false, role: { reason: 'leaving' } });
  for (const other of [first, second, fresh]) expect(other.overlay.health().nodesHeard).toBe(2);
  expect(fresh.overlay.health().recordsHeld).toBe(1);
});

it('whoever dials back does so twice, from one socket that is new', async () => {
  const listening = createSocket('udp4');
  listening.bind(0, '127.88.0.1');
  await once(listening, 'listening');
  const knock = createKnocker('127.88.0.2', systemClock, silentLogger);
  const ports: number[] = [];
  listening.on('message', (_, from) => ports.push(from.port));
  const to = { host: '127.88.0.1', port: listening.address().port };
  knock(to, Buffer.from('one'));
  await eventually('it knocked twice', () => ports.length === 2);
  knock(to, Buffer.from('two'));
  await eventually('and twice', () => ports.length === 4);
  listening.close();
  expect(ports[0]).toBe(ports[1]);
  expect(ports[2]).not.toBe(ports[0]);
});
