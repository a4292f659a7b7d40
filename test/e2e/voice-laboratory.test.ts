import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { speechLike } from '../lab/speech-like.ts';
import { inLaboratory, possibleCable } from '../quality/laboratory.ts';
import type { CableKind } from '../quality/rig/homes.ts';
import { networkNamed } from '../quality/networks.ts';
import type { VoiceRun } from '../quality/voice-run.ts';

/** What runs two hosts and a cable where namespaces can be made, and what does it everywhere else, wherever it can. */
const kinds: readonly CableKind[] = (await possibleCable()) === 'namespaces' ? ['namespaces', 'in-process'] : ['in-process'];

/** The laboratory itself, and real networking: two command lines over a cable of either kind. */
describe.each(kinds)('over a real network that loses every fifth packet: %s', (kind) => {
  const dir = mkdtempSync(join(tmpdir(), 'lilliput-cable-'));
  const runs: VoiceRun[] = [];

  beforeAll(async () => {
    const network = networkNamed('loss20');
    if (network === undefined) throw new Error('there is no such network');
    const voices = { a: speechLike(7, 1), b: speechLike(6, 2) };
    await inLaboratory(kind, async (callOnce) => {
      runs.push(
        await callOnce({
          peer: 'lilliput-headless',
          network,
          run: 1,
          seconds: 8,
          voices,
          outDir: dir,
          afterwards: false,
        }),
      );
    });
  });
  afterAll(() => rmSync(dir, { recursive: true, force: true }));

  it('both are heard, and understood', () => {
    const [run] = runs;
    expect(run?.directions.map(({ valid, reason }) => ({ valid, reason }))).toEqual([
      { valid: true, reason: null },
      { valid: true, reason: null },
    ]);
    // Another voice, or noise, stays near 0; this artificial one keeps 0.5 and more.
    for (const { estoi } of run?.directions ?? []) expect(estoi).toBeGreaterThan(0.3);
  });

  it('and the cable did lose packets, some of the 20 %', () => {
    for (const { lostPercent, packetsPerSecond } of runs[0]?.directions ?? []) {
      expect(packetsPerSecond).toBeGreaterThan(10);
      expect(lostPercent).toBeGreaterThan(8);
      expect(lostPercent).toBeLessThan(32);
    }
  });
});
