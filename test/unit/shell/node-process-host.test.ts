import { describe, expect, it } from 'vitest';
import { systemClock } from '../../../main/ports/system-clock.ts';
import { createNodeProcessHost } from '../../../main/shell/index.ts';
import { processHostCases } from './process-host-suite.ts';

const entry = new URL('./fixtures/echo-fixture.ts', import.meta.url);

describe('processes as worker threads', () => {
  const host = createNodeProcessHost(systemClock, () => entry);
  it.each(processHostCases)('$name', async (conformance) => {
    await expect(conformance.run(host)).resolves.toBeUndefined();
  });

  it('names what made a process fall', async () => {
    const hosted = host.start('engine', {});
    const exit = new Promise<string>((resolve) => hosted.onExit(({ detail }) => resolve(detail)));
    hosted.port.post('throw');
    expect(await exit).toContain('as asked');
  });
});
