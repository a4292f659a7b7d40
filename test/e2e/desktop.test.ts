/** What the desktop has around the window, in the real app and the real Electron: links, the tray, the small window, files that are saved. */
import { execFile } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import type { ElectronApplication, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { linkElectron, type LinkedElectron } from './rig/electron-app.ts';
import { launchElectron } from './rig/launch-electron.ts';
import { finishOnboarding, signUp } from './rig/steps.ts';

const testElectron = process.env['LILLIPUT_TEST_ELECTRON'] ?? '';
const stranger = `lilliput:wren?key=${'ab'.repeat(32)}`;
const another = `lilliput:otter?key=${'cd'.repeat(32)}`;
const passphrase = 'three grey geese in a green field';

const caller = {
  name: 'marlow',
  accountKey: 'ef'.repeat(32),
  isChecked: true,
  picture: null,
  theme: 'dark',
  direction: 'ltr',
  isMoving: false,
  words: {
    title: 'Lilliput call',
    isCalling: 'is calling you',
    label: 'marlow is calling you',
    checked: 'Checked',
    answer: 'Answer',
    decline: 'Decline',
    write: 'Write',
    silence: 'Ring without a sound',
  },
} as const;
const ringing = { tag: 'incoming:1', title: 'marlow', body: '', urgent: true, reply: null, actions: [], caller };

describe.skipIf(testElectron === '')('the desktop around the window', () => {
  let linked: LinkedElectron;
  let home = '';
  let app: ElectronApplication;
  let page: Page;

  const options = (profile: string): string[] => [
    '--no-sandbox',
    '--disable-gpu',
    '--use-fake-device-for-media-stream',
    '--home',
    join(home, 'profiles'),
    '--profile',
    profile,
    '--no-mdns',
    '--no-bittorrent',
  ];
  /** A desktop whose bus says that it shows a tray. Xvfb has none. */
  const withTray = (): Record<string, string> => {
    const programs = join(home, 'bin');
    mkdirSync(programs, { recursive: true });
    writeFileSync(join(programs, 'gdbus'), '#!/bin/sh\necho "(<true>,)"\n');
    chmodSync(join(programs, 'gdbus'), 0o755);
    return { PATH: `${programs}${delimiter}${process.env['PATH'] ?? ''}` };
  };
  const startAgain = (...words: string[]): Promise<number> =>
    new Promise((resolve) => {
      execFile(linked.electron, [...options('ada'), ...words], { timeout: 60_000 }, (error) =>
        resolve(error === null ? 0 : Number(error.code ?? 1)),
      );
    });
  const isVisible = () =>
    app.evaluate(({ BrowserWindow }) =>
      BrowserWindow.getAllWindows()
        .find((each) => each.getTitle() !== '')
        ?.isVisible(),
    );
  /** Who is in the list, by the page's own word. */
  const nobodyWasAsked = async (): Promise<void> => {
    await expect.poll(() => page.getByText('Request sent').count()).toBe(0);
    expect(await page.locator('[data-row]').count()).toBe(0);
  };
  const addField = () => page.getByRole('dialog', { name: 'Add someone' }).getByLabel('Their name on Lilliput');

  beforeAll(async () => {
    linked = linkElectron(testElectron);
    home = mkdtempSync(join(tmpdir(), 'lilliput-desktop-'));
    ({ app, page } = await launchElectron(linked.electron, [...options('ada'), '--', stranger], withTray()));
    await app.evaluate(({ Tray, Notification, BrowserWindow }) => {
      // What the system would draw, kept so that it can be pressed; and seen by nobody here.
      const kept: { menu: Electron.Menu | null; notices: string[] } = { menu: null, notices: [] };
      Object.assign(globalThis, { kept });
      const show = Tray.prototype.setContextMenu;
      Tray.prototype.setContextMenu = function keep(menu) {
        kept.menu = menu;
        show.call(this, menu);
      };
      Notification.isSupported = () => true;
      Notification.prototype.show = function keep() {
        kept.notices.push(this.title);
      };
      BrowserWindow.getAllWindows()[0]?.setTitle('main');
    });
  });
  afterAll(async () => {
    await app?.close().catch(() => undefined);
    linked?.remove();
    rmSync(home, { recursive: true, force: true });
  });

  it('a link that the app was started by waits through sign-up, and leads to the dialog that adds; nobody is asked', async () => {
    expect(await page.getByPlaceholder('lilliput:…').inputValue()).toBe(stranger);
    await signUp(page, 'adelaide');
    await finishOnboarding(page);
    await expect.poll(() => addField().inputValue()).toBe(stranger);
    await nobodyWasAsked();
  });

  it('a link that comes to a second start reaches the one that runs, and brings its window up', async () => {
    await app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.hide());
    expect(await startAgain('--', another)).toBe(0);
    await expect.poll(() => addField().inputValue()).toBe(another);
    await expect.poll(isVisible).toBe(true);
    await nobodyWasAsked();
  });

  it('what a hostile link carries behind itself is no option of ours, and a broken one is said to be', async () => {
    expect(await startAgain('--', stranger, '--profile', 'eve', '--home', '/nowhere')).toBe(0);
    await expect.poll(() => addField().inputValue()).toBe(stranger);
    await page.keyboard.press('Escape');
    expect(await startAgain('--', `lilliput:${'x'.repeat(60_000)}`)).toBe(0);
    await page.getByText('That link is too long for an invitation').waitFor();
    expect(await page.getByRole('dialog').count()).toBe(0);
  });

  it('somebody who rings has a small window above others, which takes no focus and answers to the page', async () => {
    await page.evaluate((notice) => {
      const acts: unknown[] = [];
      Object.assign(window, { acts });
      window.lilliput?.onNoticeAct((act) => acts.push(act));
      window.lilliput?.notice({ kind: 'expect-call' });
      window.lilliput?.notice({ kind: 'show', notice: { ...notice, actions: [] } });
    }, ringing);
    const smallOne = (): Page | undefined => app.windows().find((each) => each.url().endsWith('incoming.html'));
    await expect.poll(() => smallOne() !== undefined).toBe(true);
    const small = smallOne();
    if (small === undefined) throw new Error('no small window came up');
    await small.getByRole('heading', { name: 'marlow' }).waitFor();
    const state = () =>
      app.evaluate(({ BrowserWindow }) => {
        const found = BrowserWindow.getAllWindows().find((each) => each.webContents.getURL().endsWith('incoming.html'));
        return found === undefined
          ? null
          : { size: found.getSize(), onTop: found.isAlwaysOnTop(), visible: found.isVisible(), focused: found.isFocused() };
      });
    await expect.poll(state).toEqual({ size: [372, 216], onTop: true, visible: true, focused: false });
    await small.getByRole('button', { name: 'Ring without a sound' }).click();
    await small.getByRole('button', { name: 'Answer' }).click();
    await expect
      .poll(() => page.evaluate(() => (window as unknown as { acts: unknown[] }).acts))
      .toEqual([
        { kind: 'action', tag: 'incoming:1', id: 'silence' },
        { kind: 'action', tag: 'incoming:1', id: 'answer' },
      ]);
    // It has nothing of the app's own bridge.
    expect(await small.evaluate(() => 'lilliput' in globalThis)).toBe(false);
    await page.evaluate(() => window.lilliput?.notice({ kind: 'withdraw', tag: 'incoming:1' }));
    await expect.poll(state).toBeNull();
  });

  it('an archive is saved where the person says, and what they call off is said not to be', { timeout: 120_000 }, async () => {
    const path = join(home, 'mine.archive');
    // The system's own window is left out; all else is the app's and Electron's.
    await app.evaluate(({ session }, to) => {
      let count = 0;
      session.defaultSession.on('will-download', (_, item) => {
        count += 1;
        if (count === 1) item.cancel();
        else item.setSavePath(to);
      });
    }, path);
    await page.getByRole('button', { name: 'Settings' }).first().click();
    await page.getByRole('navigation', { name: 'Settings sections' }).getByRole('button', { name: 'Your data' }).click();
    for (const said of ['was not saved', 'is saved']) {
      // oxlint-disable no-await-in-loop -- one after the other
      for (const label of ['A passphrase for it', 'The same once more']) await page.getByLabel(label).fill(passphrase);
      await page.getByRole('button', { name: 'Make an archive' }).click();
      await page.getByText(said).first().waitFor({ timeout: 60_000 });
      // oxlint-enable no-await-in-loop
    }
    expect(statSync(path).size).toBeGreaterThan(1_000);
  });

  it('closing the window hides it while the tray is there; its menu brings it back, and sets the state', async () => {
    await page.evaluate(() => void setTimeout(() => window.lilliput?.windowControls?.close(), 0));
    await expect.poll(isVisible).toBe(false);
    const kept = () =>
      app.evaluate(() => {
        const { menu, notices } = (globalThis as unknown as { kept: { menu: Electron.Menu | null; notices: string[] } }).kept;
        return { notices, on: menu?.items.filter(({ checked }) => checked).map(({ label }) => label) ?? null };
      });
    expect((await kept()).notices).toEqual(['Lilliput goes on']);
    const press = (label: string) =>
      app.evaluate((_, name) => {
        const { menu } = (globalThis as unknown as { kept: { menu: Electron.Menu | null } }).kept;
        menu?.items.find((item) => item.label === name)?.click();
      }, label);
    await expect.poll(async () => (await kept()).on).toContain('Online');
    await press('Do not disturb');
    await expect.poll(async () => (await kept()).on).toContain('Do not disturb');
    await press('Open Lilliput');
    await expect.poll(isVisible).toBe(true);
    await page.getByRole('button', { name: /Your status: Do not disturb/u }).waitFor();
    // They were told once.
    await page.evaluate(() => void setTimeout(() => window.lilliput?.windowControls?.close(), 0));
    await expect.poll(isVisible).toBe(false);
    expect((await kept()).notices).toEqual(['Lilliput goes on']);
  });

  it('the tray’s menu ends the app, in good order, also while the window is hidden', async () => {
    const ended = new Promise<void>((resolve) => app.once('close', () => resolve()));
    await app.evaluate(() => {
      const { menu } = (globalThis as unknown as { kept: { menu: Electron.Menu | null } }).kept;
      setTimeout(() => menu?.items.find((item) => item.label === 'Quit Lilliput')?.click(), 0);
    });
    await ended;
    expect(() => readFileSync(join(home, 'profiles', 'ada', 'lock'))).toThrow(/ENOENT/u);
  });

  it('brings the archive back in the place of another account, which is kept aside', { timeout: 180_000 }, async () => {
    ({ app, page } = await launchElectron(linked.electron, options('other')));
    await signUp(page, 'somebody');
    await finishOnboarding(page);
    await page.getByRole('button', { name: 'Settings' }).first().click();
    await page.getByRole('navigation', { name: 'Settings sections' }).getByRole('button', { name: 'Your data' }).click();
    await page.getByRole('button', { name: 'Choose an archive…' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.locator('input[type=file]').setInputFiles(join(home, 'mine.archive'));
    await dialog.getByLabel('Its passphrase').fill(passphrase);
    const go = dialog.getByRole('button', { name: 'Bring it back' });
    expect(await go.isDisabled()).toBe(true);
    await dialog.getByLabel('Type the name that is here now').fill('somebody');
    await go.click();
    await dialog.waitFor({ state: 'detached', timeout: 90_000 });
    await page.getByRole('navigation', { name: 'Settings sections' }).getByRole('button', { name: 'Privacy' }).click();
    await page.getByText('adelaide', { exact: true }).first().waitFor();
    expect(readdirSync(join(home, 'profiles', 'other')).some((name) => name.startsWith('account.secret.kept-'))).toBe(true);
  });
});
