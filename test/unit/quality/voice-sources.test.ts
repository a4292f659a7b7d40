import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { voiceVersion } from '../../quality/voice-sources.ts';

let home = '';

function write(root: string, path: string, words: string): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), words);
}

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'lilliput-voice-sources-'));
  for (const folder of ['main/media', 'renderer/audio', 'native-shims/opus', 'test/quality'])
    write(home, `${folder}/deep/a.ts`, folder);
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

test('the version of a voice is that of its sources, wherever they lie', () => {
  const elsewhere = mkdtempSync(join(tmpdir(), 'lilliput-voice-sources-'));
  try {
    cpSync(home, elsewhere, { recursive: true });
    expect(voiceVersion(elsewhere)).toBe(voiceVersion(home));
  } finally {
    rmSync(elsewhere, { recursive: true, force: true });
  }
});

test.each(['main/media', 'renderer/audio', 'native-shims/opus', 'test/quality'])(
  'a change in %s is another version',
  (folder) => {
    const before = voiceVersion(home);
    write(home, `${folder}/deep/a.ts`, 'changed');
    expect(voiceVersion(home)).not.toBe(before);
  },
);

test('what is moved from one file to another is another version', () => {
  write(home, 'main/media/b.ts', 'one two');
  write(home, 'main/media/c.ts', '');
  const before = voiceVersion(home);
  write(home, 'main/media/b.ts', 'one');
  write(home, 'main/media/c.ts', ' two');
  expect(voiceVersion(home)).not.toBe(before);
});

test('what has nothing to do with a voice changes nothing', () => {
  const before = voiceVersion(home);
  write(home, 'main/chat/chat.ts', 'words');
  write(home, 'test/quality/README.md', 'words');
  write(home, 'test/bench/results/voice.md', 'figures');
  write(home, 'test/quality/report/goals.ts', 'goals');
  write(home, 'test/quality/remarks.ts', 'words');
  expect(voiceVersion(home)).toBe(before);
});
