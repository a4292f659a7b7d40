import { EventEmitter } from 'node:events';
import { describe, expect, it } from 'vitest';
import { silentLogger } from '../../../main/ports/logger.ts';
import { createShutdown } from '../../../main/shell/index.ts';
import { VirtualClock } from '../virtual-clock.ts';

function shutdown() {
  const clock = new VirtualClock();
  const signals = new EventEmitter();
  const done: string[] = [];
  let closed = (): void => undefined;
  const closing = new Promise<void>((resolve) => (closed = resolve));
  const ended = new Promise<number>((resolve) => {
    const made = createShutdown(
      silentLogger,
      clock,
      (code) => {
        done.push(`exit ${code}`);
        resolve(code);
      },
      signals,
    );
    made.add(() => void done.push('first started'));
    made.add(() => closing);
    made.add(() => void done.push('last started'));
  });
  return { clock, signals, done, closed, ended };
}

describe('Ending the app', () => {
  it('stops in reverse order what was started, however many times one Ctrl-C arrives', async () => {
    const { clock, signals, done, closed, ended } = shutdown();
    signals.emit('SIGINT');
    clock.advance(300);
    signals.emit('SIGINT');
    signals.emit('SIGTERM');
    closed();
    expect(await ended).toBe(0);
    expect(done).toEqual(['last started', 'first started', 'exit 0']);
  });

  it('does not wait any longer for somebody who asks again', async () => {
    const { clock, signals, ended } = shutdown();
    signals.emit('SIGINT');
    clock.advance(1_500);
    signals.emit('SIGINT');
    expect(await ended).toBe(1);
  });
});
