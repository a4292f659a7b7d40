import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { autostartEntry, autostartFolder, loginItems } from '../../../main/shell/electron/sign-in-start.ts';
import { isTrayShown } from '../../../main/shell/electron/tray-host.ts';

let dir = '';
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'lilliput-desktop-'));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

describe('whether the system shows a tray', () => {
  const answers = (byProgram: Readonly<Record<string, string>>) => {
    const asked: string[] = [];
    const run = (program: string): Promise<string | null> => {
      asked.push(program);
      return Promise.resolve(byProgram[program] ?? null);
    };
    return { asked, run };
  };

  it('is what the bus of a desktop of Linux says', async () => {
    expect(await isTrayShown('linux', answers({ gdbus: '(<true>,)\n' }).run)).toBe(true);
    expect(await isTrayShown('linux', answers({ gdbus: '(<false>,)\n' }).run)).toBe(false);
    expect(await isTrayShown('linux', answers({ 'dbus-send': 'variant       boolean true\n' }).run)).toBe(true);
  });

  it('is no where nobody answers, or something else does', async () => {
    const nobody = answers({});
    expect(await isTrayShown('linux', nobody.run)).toBe(false);
    expect(nobody.asked).toEqual(['gdbus', 'dbus-send']);
    expect(await isTrayShown('linux', answers({ gdbus: 'untrue' }).run)).toBe(false);
  });

  it('is known of the others without asking', async () => {
    const nobody = answers({});
    expect([await isTrayShown('darwin', nobody.run), await isTrayShown('win32', nobody.run)]).toEqual([true, true]);
    expect(await isTrayShown('freebsd', nobody.run)).toBe(false);
    expect(nobody.asked).toEqual([]);
  });
});

describe('starting with the system', () => {
  it('is a file on Linux, written and taken away', () => {
    const start = autostartFolder(join(dir, 'autostart'), '/opt/Lilliput/lilliput');
    expect(start.state()).toBe('off');
    expect(start.set(true)).toBe('on');
    const path = join(dir, 'autostart', 'lilliput.desktop');
    expect(readFileSync(path, 'utf8')).toContain('Exec="/opt/Lilliput/lilliput" --background\n');
    expect(start.set(false)).toBe('off');
    expect(existsSync(path)).toBe(false);
  });

  it('says how it is where the file can’t be written', () => {
    writeFileSync(join(dir, 'autostart'), 'a file, where a folder should be');
    expect(autostartFolder(join(dir, 'autostart'), '/opt/lilliput').set(true)).toBe('off');
  });

  it('is impossible for what is run from sources, and for a path that no entry can hold', () => {
    expect(autostartFolder(join(dir, 'autostart'), null).set(true)).toBe('impossible');
    expect(autostartFolder(join(dir, 'autostart'), '/opt/a\nExec=evil').set(true)).toBe('impossible');
    expect(existsSync(join(dir, 'autostart'))).toBe(false);
  });

  it.each([
    ['/home/a b/Lilliput.AppImage', '"/home/a b/Lilliput.AppImage"'],
    ['/home/$HOME/`x`', String.raw`"/home/\$HOME/\`x\`"`],
    ['/home/100%/x', '"/home/100%%/x"'],
    [String.raw`/home/a\b"c`, String.raw`"/home/a\\b\"c"`],
  ])('writes %s so that nothing in it is run', (program, exec) => {
    expect(autostartEntry(program)).toContain(`Exec=${exec} --background\n`);
  });

  it('is the system’s own list elsewhere', () => {
    const list = { openAtLogin: false, args: [] as string[] };
    const items = {
      getLoginItemSettings: () => list,
      setLoginItemSettings: (next: { openAtLogin: boolean; args: string[] }) => Object.assign(list, next),
    };
    const start = loginItems(items, true);
    expect([start.state(), start.set(true), start.state()]).toEqual(['off', 'on', 'on']);
    expect(list.args).toEqual(['--background']);
    expect(loginItems(items, false).set(false)).toBe('impossible');
    expect(list.openAtLogin).toBe(true);
  });
});
