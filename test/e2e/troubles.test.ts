/** The app in Chromium when something is in its way: no microphone, a profile that doesn't open, a second start. */
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { speechLike } from '../lab/speech-like.ts';
import { startBrowserApp, type BrowserApp } from './rig/browser-app.ts';
import { hearUntilLike, writeMicrophoneWav } from './rig/spoken.ts';
import { becomeContacts, finishOnboarding, signUp } from './rig/steps.ts';

const chromiumPath = process.env['LILLIPUT_CHROMIUM'];
const pictures = fileURLToPath(new URL('../../test-results/troubles', import.meta.url));
const shellPath = fileURLToPath(new URL('../../main/browser.ts', import.meta.url));

describe.skipIf(chromiumPath === undefined)('the app in Chromium', () => {
  const home = mkdtempSync(join(tmpdir(), 'lilliput-troubles-'));
  const running: BrowserApp[] = [];
  mkdirSync(pictures, { recursive: true });
  afterEach(async () => {
    await Promise.all(running.splice(0).map((app) => app.stop()));
  });
  afterAll(() => rmSync(home, { recursive: true, force: true }));

  async function start(profile: string, microphone: 'allowed' | 'denied' = 'allowed'): Promise<BrowserApp> {
    const speechWav = join(home, `${profile}.wav`);
    writeFileSync(speechWav, writeMicrophoneWav(speechLike(6, 11)));
    const shellArgs = ['--no-mdns', '--no-bittorrent'];
    const app = await startBrowserApp({
      home: join(home, 'p'),
      profile,
      chromiumPath: chromiumPath ?? '',
      speechWav,
      shellArgs,
      microphone,
    });
    running.push(app);
    return app;
  }

  it('with the microphone refused the call goes on, listening, and says why', async () => {
    const [otter, mute] = await Promise.all([start('otter'), start('mole', 'denied')]);
    await Promise.all([signUp(otter.page, 'otter'), signUp(mute.page, 'mole')]);
    await Promise.all([finishOnboarding(otter.page), finishOnboarding(mute.page)]);
    await becomeContacts(otter.page, 'otter', mute.page, 'mole');
    await otter.page.getByRole('button', { name: 'Call mole' }).first().click();
    await mute.page.getByRole('button', { name: 'Answer' }).click();
    await mute.page
      .getByText(/They can’t hear you:\s*The microphone is not allowed/u)
      .first()
      .waitFor();
    await mute.page.screenshot({ path: join(pictures, 'microphone-refused.png') });
    const [likeness] = await hearUntilLike([{ page: mute.page, spoken: speechLike(6, 11) }], 0.35);
    expect(likeness).toBeGreaterThan(0.35);
    expect(await otter.page.getByRole('button', { name: 'Hang up' }).isVisible()).toBe(true);
  });

  it('an account whose keys can’t be read is told of in words, left alone, and opened once they are back', async () => {
    const dir = join(home, 'p', 'damaged');
    mkdirSync(dir, { recursive: true, mode: 0o700 });
    const path = join(dir, 'account.secret');
    const garbage = Buffer.alloc(300, 7);
    writeFileSync(path, garbage, { mode: 0o600 });
    const { page } = await start('damaged');
    await page.getByRole('heading', { name: 'Your account’s keys can’t be opened' }).waitFor();
    await page.screenshot({ path: join(pictures, 'keys-unreadable.png') });

    await page.getByRole('button', { name: 'Try again' }).click();
    await page.getByRole('button', { name: 'Try again', disabled: true }).waitFor();
    await page.getByRole('button', { name: 'Try again', disabled: false }).waitFor();
    expect(readFileSync(path).equals(garbage)).toBe(true);

    renameSync(path, `${path}.away`);
    await page.getByRole('button', { name: 'Try again' }).click();
    await page.getByLabel('Your name on Lilliput').waitFor();
    expect(await page.getByRole('button', { name: 'Try again' }).count()).toBe(0);
  });

  it('a second start of the same profile says where it is open, and that address works', async () => {
    const { page } = await start('once');
    await page.getByLabel('Your name on Lilliput').waitFor();
    const args = ['--home', join(home, 'p'), '--profile', 'once', '--no-open', '--no-mdns', '--no-bittorrent'];
    const second = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', shellPath, ...args], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const said = await text(second.stdout);
    expect(said).toContain('already running');
    const url = /http:\/\/127\.0\.0\.1:\d+\/\S+/u.exec(said)?.[0] ?? '';
    await page.goto(url);
    await page.getByLabel('Your name on Lilliput').waitFor();
    expect(second.exitCode).toBe(0);
  });
});
