import { EventEmitter } from 'node:events';
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseCommandLine } from '../../../main/cli/arguments.ts';
import { createServerMetrics } from '../../../main/cli/supernode/metrics.ts';
import { argumentsOf, parseServerFile } from '../../../main/cli/supernode/server-file.ts';
import { heedSignals } from '../../../main/cli/supernode/signals.ts';
import { AppError } from '../../../main/ports/app-error.ts';
import { VirtualClock } from '../virtual-clock.ts';

const example = new URL('../../../assets/server/supernode.json', import.meta.url);

describe('the file of a supernode', () => {
  it('that is the example is one that starts', () => {
    const file = parseServerFile('supernode.json', readFileSync(example, 'utf8'));
    const { command, common } = parseCommandLine([...argumentsOf(file), 'supernode']);
    expect(command).toMatchObject({
      kind: 'supernode',
      relay: { host: '0.0.0.0', port: 4_812 },
      ports: { first: 50_000, last: 50_999 },
      metrics: { host: '127.0.0.1', port: 9_464 },
      waitForCallsSeconds: 600,
      mailboxBytes: 2e9,
    });
    expect(common).toMatchObject({
      home: '/var/lib/lilliput',
      mdns: false,
      json: true,
      listen: { host: '0.0.0.0', port: 4_811 },
    });
  });

  it('gives way to the command line, and its lists add up', () => {
    const file = parseServerFile('f', '{"listen": "1.2.3.4:1", "bootstrap": ["5.6.7.8:9"], "json": false}');
    const argv = [...argumentsOf(file), 'supernode', '--listen', '1.2.3.4:2', '--bootstrap', '5.6.7.8:10'];
    expect(parseCommandLine(argv).common).toMatchObject({
      listen: { host: '1.2.3.4', port: 2 },
      bootstrap: [
        { host: '5.6.7.8', port: 9 },
        { host: '5.6.7.8', port: 10 },
      ],
      json: false,
    });
  });

  it('that is anything else is refused with its name', () => {
    const isReadOrRefused = (text: string): boolean => {
      try {
        parseServerFile('the.json', text);
        return true;
      } catch (error) {
        return (
          error instanceof AppError && error.code === 'BAD_INPUT' && String(error.context['message']).startsWith('the.json: ')
        );
      }
    };
    expect(() => parseServerFile('the.json', '{"listten": "1.2.3.4:1"}')).toThrow(AppError);
    fc.assert(fc.property(fc.oneof(fc.string(), fc.json()), isReadOrRefused));
  });
});

describe('signals of a supernode', () => {
  const listen = () => {
    const clock = new VirtualClock();
    const signals = new EventEmitter();
    let ends = 0;
    const heeded = heedSignals(clock, () => (ends += 1), signals);
    return { clock, signals, ends: () => ends, state: () => [heeded.drain.aborted, heeded.stop.aborted] };
  };

  it('let it go well, or stop now, and a later second one ends it at once', () => {
    const { clock, signals, ends, state } = listen();
    signals.emit('SIGTERM');
    // Passed on by whoever started it, too.
    clock.advance(500);
    signals.emit('SIGTERM');
    expect([state(), ends()]).toEqual([[true, false], 0]);
    clock.advance(500);
    signals.emit('SIGINT');
    expect([state(), ends()]).toEqual([[true, false], 1]);
  });

  it('of the keyboard stop it without waiting', () => {
    const { signals, state } = listen();
    signals.emit('SIGINT');
    expect(state()).toEqual([false, true]);
  });
});

describe('figures of a supernode', () => {
  it('go on over falls of its relay, and it is not well before it is one', async () => {
    const metrics = createServerMetrics('1.2.3');
    const counts = { kind: 'relay-counts', allocations: 2, calls: 1, callsEver: 1, packets: 100, bytes: 5, dropped: 3 } as const;
    expect(metrics.health()).toMatchObject({ isWell: false, words: { reason: 'starting' } });
    metrics.heardRelay(counts);
    metrics.heardRelay({ kind: 'relay-gone' });
    metrics.heardRelay({ ...counts, packets: 10 });
    const { body } = await metrics.text();
    expect(body).toContain('lilliput_info{version="1.2.3"} 1');
    expect(body).toMatch(/^lilliput_relay_packets_total 110$/mu);
    expect(body).toMatch(/^lilliput_relay_dropped_total 6$/mu);
    expect((await metrics.text()).body).toMatch(/^lilliput_relay_packets_total 110$/mu);
  });
});
