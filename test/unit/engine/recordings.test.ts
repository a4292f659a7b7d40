import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { recordingTarget } from '../../../main/engine/recordings.ts';

let profile: string;
beforeEach(() => {
  profile = mkdtempSync(join(tmpdir(), 'lilliput-profile-'));
});
afterEach(() => rmSync(profile, { recursive: true }));

const atMs = new Date(2026, 2, 4, 9, 5, 7).getTime();

it('a recording lies in its profile, named by its time and whom it is with', () => {
  const { path, title } = recordingTarget(profile, 'wren-7', atMs);
  expect(dirname(path)).toBe(join(profile, 'recordings'));
  expect([basename(path), title]).toEqual(['2026-03-04 09-05-07 wren-7.opus', 'Call with wren-7']);
});

it('names of every script are kept, and nothing in one leads out of the folder', () => {
  expect(basename(recordingTarget(profile, 'نهر', atMs).path)).toBe('2026-03-04 09-05-07 نهر.opus');
  expect(basename(recordingTarget(profile, '../../x:y', atMs).path)).toBe('2026-03-04 09-05-07 ______x_y.opus');
});

it('a second one of the same second gets a name of its own', () => {
  const first = recordingTarget(profile, 'wren', atMs).path;
  mkdirSync(dirname(first));
  writeFileSync(first, '');
  expect(basename(recordingTarget(profile, 'wren', atMs).path)).toBe('2026-03-04 09-05-07 wren 2.opus');
});
