import { describe, expect, it } from 'vitest';
import { maxLines, violations } from './rules.ts';
import { parseSource } from './source.ts';
import { foreignWords } from './words.ts';

/** A made-up repository: path → text. */
const judge = (files: Readonly<Record<string, string>>): string[] =>
  violations(Object.entries(files).map(([path, text]) => parseSource(path, text)));

const brokenBy = (path: string, text: string): string[] => judge({ [path]: text });

describe('the rules refuse', () => {
  it.each([
    ['a feature that imports a feature', 'main/chat/chat.ts', `import { Calls } from '../calls/index.ts'; new Calls();`],
    ['even its types', 'main/chat/chat.ts', `import type { Calls } from '../calls/index.ts'; export type C = Calls;`],
    ['a port that imports a feature', 'main/ports/clock.ts', `export { x } from '../chat/index.ts';`],
    ['a foundation that imports a feature', 'main/overlay/overlay.ts', `import '../presence/index.ts';`],
    ['a foundation that runs its neighbour', 'main/storage/storage.ts', `import { id } from '../identity/index.ts'; id();`],
    ['a feature that imports the engine', 'main/calls/calls.ts', `const e = await import('../engine/index.ts'); e.x();`],
    [
      'a shell that imports the engine',
      'main/shell/shell.ts',
      `type E = import('../engine/index.ts').Engine; export type F = E;`,
    ],
    [
      'a page that imports main',
      'renderer/call/view.tsx',
      `import type { Clock } from '../../main/ports/clock.ts'; export type C = Clock;`,
    ],
    ['a page that imports Node', 'renderer/call/view.tsx', `import fs from 'node:fs'; fs.statSync('x');`],
    ['a main that imports the page', 'main/shell/shell.ts', `import '../../renderer/ui/index.ts';`],
    ['a contract that imports main', 'preload/contract/views.ts', `import '../../main/ports/clock.ts';`],
    ['a contract with a library', 'preload/contract/views.ts', `import { clone } from 'lodash'; clone({});`],
    ['a preload that imports main', 'preload/preload.ts', `import '../main/shell/index.ts';`],
    ['a shim that imports main', 'native-shims/opus/index.ts', `import '../../main/ports/clock.ts';`],
    ['Opus outside media', 'main/calls/calls.ts', `import '../../native-shims/opus/index.ts';`],
    ['SQLite outside storage', 'main/chat/chat.ts', `import '../../native-shims/sqlite/index.ts';`],
    [
      'a package that belongs behind a shim',
      'main/chat/chat.ts',
      `import { DatabaseSync } from 'node:sqlite'; new DatabaseSync('x');`,
    ],
    ['a part of such a package', 'main/media/audio/opus.ts', `import '@evan/opus/wasm.js';`],
    ['a way past an index', 'main/chat/chat.ts', `import { x } from '../identity/keys.ts'; x();`],
    ['a way past an index of the page', 'renderer/call/view.tsx', `import { x } from '../ui/button.tsx'; x();`],
    ['a folder that the design does not know', 'main/helpers/strings.ts', `export const x = 1;`],
    ['a file that is too long', 'main/chat/chat.ts', 'export {};\n'.repeat(maxLines + 1)],
  ])('%s', (_what, path, text) => {
    expect(brokenBy(path, text)).toHaveLength(1);
  });

  it('two files that touch ipcMain', () => {
    const text = `import { ipcMain } from 'electron'; ipcMain.on('x', () => undefined);`;
    expect(judge({ 'main/shell/electron/a.ts': text })).toEqual([]);
    expect(judge({ 'main/shell/electron/a.ts': text, 'main/shell/electron/b.ts': text })).toHaveLength(1);
  });

  it('two files of the page that touch the bridge, whatever its name', () => {
    const files = {
      'preload/preload.ts': `import { contextBridge } from 'electron'; contextBridge.exposeInMainWorld('theBridge', {});`,
      'renderer/state/bridge.ts': `export const b = window.theBridge;`,
    };
    expect(judge(files)).toEqual([]);
    expect(judge({ ...files, 'renderer/ui/other.ts': `export const c = globalThis.theBridge;` })).toHaveLength(1);
  });

  it('a text that names a place on somebody’s machine', () => {
    const place = ['', 'work', 'main'].join('/');
    expect(foreignWords('README.md', `See ${place}.`)).toHaveLength(1);
    expect(foreignWords('README.md', 'See https://example.org/work/main and ./work/main.')).toEqual([]);
  });
});

describe('the rules allow', () => {
  it.each([
    [
      'a feature on foundations, ports and contract',
      'main/chat/chat.ts',
      `import '../overlay/index.ts'; import '../ports/clock.ts'; import '../../preload/contract/index.ts';`,
    ],
    [
      'a composition root everything in main',
      'main/browser.ts',
      `import './shell/browser/server.ts'; import './engine/engine.ts';`,
    ],
    [
      'an entry of a process what it wires',
      'main/engine/engine-process.ts',
      `import '../shell/index.ts'; import '../storage/index.ts';`,
    ],
    [
      'a foundation the words of its neighbour',
      'main/storage/storage.ts',
      `import type { A } from '../identity/index.ts'; export type B = A;`,
    ],
    ['files of one folder each other', 'main/overlay/people/links.ts', `import '../overlay.ts';`],
    [
      'the page its other folders and the contract',
      'renderer/call/view.tsx',
      `import '../ui/index.ts'; import '../../preload/contract/index.ts'; import '../../assets/a.wav?url';`,
    ],
    ['a test everything', 'test/unit/a.test.ts', `import '../../main/chat/outbox.ts'; import 'electron';`],
    [
      'a name in a comment or a string',
      'main/chat/chat.ts',
      `// import '../calls/index.ts'\nexport const x = "import '../calls/index.ts'";`,
    ],
  ])('%s', (_what, path, text) => {
    expect(brokenBy(path, text)).toEqual([]);
  });
});
