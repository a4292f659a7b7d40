import { describe, expect, it } from 'vitest';
import { openStage, peer4 } from './stage.ts';

describe('what is carried', () => {
  it('over its rate is lost, two seconds’ worth at once and no more, each direction for itself', () => {
    const stage = openStage({ limits: { bytesPerSecond: 1_000 } });
    const client = stage.client();
    client.allocate();
    client.bind(0x4000, peer4);
    const flood = (): void => {
      for (let packet = 0; packet < 40; packet += 1) client.sendChannel(0x4000, 'x'.repeat(100));
    };
    flood();
    expect(stage.ports.opened[0]?.sent).toHaveLength(20);
    stage.nowMs += 500;
    flood();
    expect(stage.ports.opened[0]?.sent).toHaveLength(25);
  });

  it('over its rate is lost on its way back, too, whatever went out', () => {
    const stage = openStage({ limits: { bytesPerSecond: 1_000 } });
    const client = stage.client();
    client.allocate();
    client.bind(0x4000, peer4);
    for (let packet = 0; packet < 40; packet += 1) client.sendChannel(0x4000, 'x'.repeat(100));
    const before = client.path.got.length;
    for (const port of stage.ports.opened)
      for (let packet = 0; packet < 40; packet += 1) stage.fromPeer(port, Buffer.alloc(100), peer4);
    expect(client.path.got.length - before).toBe(20);
  });

  it('over the rate of all together is lost, whoever it is of', () => {
    const stage = openStage({ limits: { totalBytesPerSecond: 1_000 } });
    const clients = [stage.client(), stage.client()];
    for (const client of clients) {
      client.allocate();
      client.bind(0x4000, peer4);
      for (let packet = 0; packet < 40; packet += 1) client.sendChannel(0x4000, 'x'.repeat(50));
    }
    expect(stage.ports.opened.flatMap(({ sent }) => sent)).toHaveLength(40);
    expect(stage.server.counts.bytes).toBe(2_000);
  });

  it('is counted as a call once it was a voice for five seconds, and is none when it falls silent', () => {
    const stage = openStage();
    const client = stage.client();
    client.allocate();
    client.bind(0x4000, peer4);
    const second = (bytes: number): void => {
      client.sendChannel(0x4000, 'x'.repeat(bytes));
      stage.nowMs += 1_000;
      stage.server.sweep(stage.nowMs);
    };
    for (let checks = 0; checks < 30; checks += 1) second(300);
    expect(stage.server.counts).toMatchObject({ calls: 0, callsEver: 0 });
    for (let voice = 0; voice < 4; voice += 1) second(1_500);
    expect(stage.server.counts).toMatchObject({ calls: 1, callsEver: 0 });
    for (let voice = 0; voice < 60; voice += 1) second(1_500);
    expect(stage.server.counts).toMatchObject({ calls: 1, callsEver: 1 });
    for (let silence = 0; silence < 6; silence += 1) second(0);
    expect(stage.server.counts).toMatchObject({ calls: 0, callsEver: 1 });
  });

  it('goes on while no more allocations are given', () => {
    const stage = openStage();
    const client = stage.client();
    client.allocate();
    client.bind(0x4000, peer4);
    stage.server.drain();
    expect(stage.client('81.2.69.99').allocate()?.code).toBe(486);
    client.sendChannel(0x4000, 'hello');
    expect(stage.ports.opened[0]?.sent).toHaveLength(1);
    expect(stage.server.counts.allocations).toBe(1);
  });
});
