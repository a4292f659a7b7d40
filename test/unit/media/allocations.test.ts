import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { v8Flags } from '../../../main/media/tune-v8.ts';

/**
 * V8 compiles what runs ten times a second only after minutes, and until then each number with a fraction is an object. Here it
 * compiles sooner, and at once, so that a loaded machine changes nothing; what is counted is what compiled code takes.
 */
const sooner = [
  '--expose-gc',
  '--min-semi-space-size=64',
  '--no-concurrent-recompilation',
  '--invocation-count-for-maglev=20',
  '--invocation-count-for-turbofan=100',
];

/** As the media process asks it; the page can ask for nothing. */
const flags = { 'voice-loop': [...v8Flags, ...sooner], 'page-loop': sooner } as const;

/** Bytes per frame of 10 ms. */
async function taken(loop: 'voice-loop' | 'page-loop', conditions: object = {}): Promise<number> {
  const script = fileURLToPath(new URL(`allocations/${loop}.ts`, import.meta.url));
  const { stdout } = await promisify(execFile)(process.execPath, [...flags[loop], script, JSON.stringify(conditions)]);
  return Number(stdout);
}

describe('a frame of voice leaves next to nothing on the heap', { timeout: 120_000 }, () => {
  /** A dozen numbers given from one function to another, where V8 does not make one of the two, and the cable's own. */
  const mostBytes = 210;

  test.each([
    ['a clean line', {}],
    ['loss and jitter', { loss: 0.1, jitterMs: 30 }],
    ['a narrow line', { rateBps: 32_000, queueMs: 300 }],
  ])('in the media process: %s', async (_name, conditions) => {
    expect(await taken('voice-loop', conditions)).toBeLessThan(mostBytes);
  });

  test('because V8 knows all that it is asked for: what it doesn’t know it passes over', async () => {
    const { stdout } = await promisify(execFile)(process.execPath, ['--v8-options']);
    for (const flag of v8Flags) expect(stdout).toContain(`${flag.replace('--no-', '--').split('=')[0]} (`);
  });

  test('in the page', async () => {
    expect(await taken('page-loop')).toBeLessThan(100);
  });
});
