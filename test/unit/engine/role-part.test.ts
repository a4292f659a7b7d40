import { describe, expect, it } from 'vitest';
import type { DrainStep, Power } from '../../../preload/contract/index.ts';
import { createPowerPart } from '../../../main/engine/power-part.ts';
import { isOnBattery, type PowerSupply } from '../../../main/engine/power-supply.ts';
import { createRolePart } from '../../../main/engine/role-part.ts';
import { VirtualClock } from '../virtual-clock.ts';

const supply = (type: string, changes: Partial<PowerSupply> = {}): PowerSupply => ({
  type,
  scope: '',
  online: '',
  status: '',
  ...changes,
});

describe('what Linux says of power', () => {
  it.each<[string, readonly PowerSupply[], boolean | null]>([
    ['nothing, on a server without either', [], null],
    ['a plug that is in', [supply('Mains', { online: '1' }), supply('Battery', { status: 'Charging' })], false],
    ['a plug that is out', [supply('Mains', { online: '0' }), supply('Battery', { status: 'Discharging' })], true],
    ['a charger of USB', [supply('USB', { online: '1' }), supply('Battery', { status: 'Discharging' })], false],
    ['a battery that is full', [supply('Battery', { status: 'Full' })], false],
    ['two batteries, one in use', [supply('Battery', { status: 'Full' }), supply('Battery', { status: 'Discharging' })], true],
    ['the battery of a mouse', [supply('Battery', { scope: 'Device', status: 'Discharging' })], null],
  ])('%s', (_what, supplies, expected) => expect(isOnBattery(supplies)).toBe(expected));
});

describe('what a computer runs on', () => {
  it('is what the shell says, else the page, else the system; told when it changes', () => {
    const clock = new VirtualClock();
    let ofSystem: boolean | null = null;
    const heard: Power[] = [];
    const part = createPowerPart({ ofSystem: () => ofSystem, changed: (power) => heard.push(power), clock });
    expect(heard).toEqual([]);
    ofSystem = true;
    clock.advance(30_000);
    part.hearPage({ onBattery: false, metered: true });
    part.hearPage({ onBattery: false, metered: true });
    part.hearShell(true);
    clock.advance(120_000);
    expect(heard).toEqual([
      { onBattery: true, metered: null },
      { onBattery: false, metered: true },
      { onBattery: true, metered: true },
    ]);
    part.stop();
    expect(clock.pendingTimers).toBe(0);
  });
});

function openDrain(calls: number[]) {
  const clock = new VirtualClock();
  const done: string[] = [];
  const part = createRolePart({
    overlay: {
      refuseNew: () => done.push('refuses'),
      leave: () => {
        done.push('leaves');
        return Promise.resolve({ handedOn: 3, held: 4 });
      },
      carried: () => ({ pairs: 5, busyPairs: 1, gatewayClients: 0, bytes: 0 }),
    },
    relay: { drain: () => done.push('drains'), calls: () => calls.shift() ?? -1 },
    power: { hearPage: () => undefined },
    clock,
  });
  const steps: DrainStep[] = [];
  const run = async (waitSeconds: number): Promise<readonly DrainStep[]> => {
    const work = (async () => {
      for await (const step of part.drain(waitSeconds, undefined)) steps.push(step);
    })();
    while (steps.at(-1)?.step !== 'done') {
      // oxlint-disable-next-line no-await-in-loop -- the drain waits for the clock, and the clock for the drain
      await new Promise((resolve) => setImmediate(resolve));
      clock.advance(1_000);
    }
    await work;
    return steps;
  };
  return { run, done };
}

describe('a node that gets ready to go', () => {
  it('takes nothing new before it leaves, and waits until nobody is carried, over the relay or as a pair', async () => {
    const { run, done } = openDrain([1, 1, 0, -1]);
    expect(await run(600)).toEqual([
      { step: 'leaving' },
      { step: 'handed-on', records: 3, of: 4 },
      { step: 'waiting', calls: 2 },
      { step: 'waiting', calls: 1 },
      { step: 'done', calls: 0 },
    ]);
    expect(done).toEqual(['drains', 'refuses', 'leaves']);
  });

  it('waits no longer than it was told', async () => {
    const { run } = openDrain(Array<number>(100).fill(7));
    expect((await run(5)).at(-1)).toEqual({ step: 'done', calls: 8 });
  });
});
