import type { Page } from 'playwright-core';
import type { CallStats } from '../../preload/contract/index.ts';
import { goodStats } from '../unit/calls/descriptions.ts';
import { keyOf } from './fixtures/page/cast.ts';
import { screensOfParts } from './screens-of-parts.ts';
import { mini, settings, steps, tap, type Screen } from './screen-acts.ts';

export type { Screen } from './screen-acts.ts';

const open = (name: string) => async (page: Page) => {
  await page.getByRole('tab', { name: 'People' }).click();
  await page
    .locator('[data-row]')
    .filter({ hasNotText: '\0' })
    .and(page.getByRole('button', { name: new RegExp(`^${name}`) }))
    .first()
    .click();
  await page.getByRole('heading', { level: 1, name }).waitFor();
  await page.clock.runFor(300);
};

/** A call with `name`, in the phase the picture shows. */
const call = (name: string, change: object) => async (page: Page) => {
  await page.evaluate(([who, state]) => void window.fixture.backend.call(who, state), [name, change] as const);
  await page.getByRole('button', { name: 'Return to the call' }).click();
  await page.clock.runFor(400);
};

const stats: CallStats = {
  ...goodStats,
  path: 'direct',
  roundTripMs: 68,
  lossFraction: 0.003,
  jitterMs: 9,
  concealedMs: 280,
  sentPackets: 38_350,
  receivedPackets: 38_214,
};

const talking =
  (minutes: number, change: object = {}) =>
  async (page: Page) => {
    const nowMs = await page.evaluate(() => Date.now());
    await call('wren', { phase: 'active', activeSinceMs: nowMs - minutes * 60_000 - 46_000, quality: 'clear', stats, ...change })(
      page,
    );
  };

/** A minute of a call on a line with faults, measured every second. */
const measured =
  (last: Partial<CallStats> = {}) =>
  async (page: Page) => {
    for (let second = 0; second <= 60; second += 1) {
      const bad = second > 20 && second < 27;
      const change: CallStats = {
        ...stats,
        lossFraction: bad ? 0.024 : second % 11 === 0 ? 0.004 : 0,
        sentLossFraction: second % 17 === 3 ? 0.012 : 0,
        jitterMs: 9 + 5 * Math.sin(second / 2) + (bad ? 12 : 0),
        playoutDelayMs: bad ? 90 : 40 + 4 * Math.cos(second / 3),
        wireBps: 54_000 + (bad ? 20_000 : 0),
        ...(second === 60 ? last : {}),
      };
      await page.evaluate((figures) => {
        const { backend } = window.fixture;
        for (const { id } of backend.calls.all()) backend.change(id, { stats: figures });
      }, change);
      await page.clock.runFor(1_000);
    }
  };
const bad: Partial<CallStats> = {
  path: 'relay',
  roundTripMs: 640,
  lossFraction: 0.126,
  sentLossFraction: 0.31,
  playoutDelayMs: 240,
  copies: 2,
  spreadMs: 160,
  bitrateBps: 16_000,
  codecMode: 'silk',
  bandwidthHz: 8_000,
  frameMs: 40,
  dtx: true,
  fecPercent: 0,
  capacityBps: 64_000,
  queueMs: 180,
  theirCaptureMs: null,
  concealedMs: 1_234_567,
  sentPackets: 1_234_567,
};
const scrollDetails = (page: Page) =>
  page.getByRole('region', { name: 'Call details' }).evaluate((region) => region.scrollTo(0, region.scrollHeight));

const speak = (page: Page) => page.evaluate(() => window.fixture.audio.speak(0.2));
const typeName = (name: string) =>
  steps(
    (page) => page.getByLabel('Your name on Lilliput').fill(name),
    (page) =>
      page
        .getByText(new RegExp(`${name} is`))
        .first()
        .waitFor(),
  );
const ring = (page: Page) =>
  page.evaluate(() => {
    const { backend } = window.fixture;
    backend.call('marlow', { direction: 'in', phase: 'ringing' });
  });

export const screens: readonly Screen[] = [
  ...screensOfParts,
  { name: 'onboarding-name', scene: 'none', act: typeName('juniper') },
  { name: 'onboarding-name-taken', scene: 'none', act: typeName('wren') },
  {
    name: 'onboarding-progress',
    scene: 'none',
    act: steps(typeName('juniper'), tap('Keep this name'), (page) => page.getByRole('progressbar').waitFor()),
  },
  { name: 'onboarding-restore', scene: 'none', act: steps(tap('I have twelve words')) },
  { name: 'onboarding-phrase', scene: 'new', act: steps((page) => page.getByRole('checkbox').click()) },
  {
    name: 'onboarding-mic',
    scene: 'none',
    act: steps(
      typeName('juniper'),
      tap('Keep this name'),
      (page) => page.clock.runFor(2_000),
      (page) => page.getByRole('checkbox').click(),
      tap('Continue'),
      (page) => page.getByText('We hear you well').waitFor(),
    ),
  },
  { name: 'home', act: steps((page) => page.getByRole('tab', { name: 'People' }).click()) },
  { name: 'home-empty', scene: 'empty' },
  { name: 'home-request', act: steps((page) => page.evaluate(() => window.fixture.backend.ask(Date.now()))) },
  { name: 'calls', act: steps((page) => page.getByRole('tab', { name: 'Calls' }).click()) },
  { name: 'conversation', act: steps(open('wren'), (page) => page.getByRole('tab', { name: 'Recent' }).click()) },
  { name: 'conversation-call-figures', act: steps(open('wren'), tap('How it was')) },
  { name: 'mini-conversation-call-figures', ...mini, act: steps(open('wren'), tap('How it was')) },
  {
    name: 'conversation-message-menu',
    act: steps(open('wren'), (page) => page.getByText('Is Sunday still on for the walk?').last().click({ button: 'right' })),
  },
  {
    name: 'conversation-replying',
    act: steps(
      open('wren'),
      (page) => page.evaluate((key) => window.fixture.backend.patch(key, { typing: true }), keyOf('wren')),
      (page) => page.getByText('Is Sunday still on for the walk?').last().click({ button: 'right' }),
      (page) => page.getByRole('menuitem', { name: 'Reply' }).click(),
    ),
  },
  { name: 'mini-conversation-editing', ...mini, act: steps(open('wren'), (page) => page.keyboard.press('ArrowUp')) },
  { name: 'conversation-empty', act: open('quill') },
  { name: 'conversation-offline', act: open('נחל') },
  {
    name: 'conversation-on-call',
    act: steps(talking(12), (page) => page.getByRole('tab', { name: 'People' }).click(), open('otter')),
  },
  {
    name: 'conversation-on-hold',
    act: steps(talking(12), tap('Hold'), (page) => page.getByRole('tab', { name: 'People' }).click(), open('otter')),
  },
  {
    name: 'conversation-menu',
    act: steps(open('wren'), (page) => page.getByRole('main').getByRole('button', { name: 'More' }).click()),
  },
  {
    name: 'person-volume',
    act: steps(
      open('wren'),
      (page) => page.getByRole('main').getByRole('button', { name: 'More' }).click(),
      (page) => page.getByRole('menuitem', { name: 'How loud you hear them' }).click(),
    ),
  },
  {
    name: 'reconnecting',
    act: steps(open('wren'), (page) =>
      page.evaluate(() => window.fixture.backend.network.set({ ...window.fixture.backend.network.now, status: 'reconnecting' })),
    ),
  },
  {
    name: 'restarted',
    act: steps(open('wren'), (page) =>
      page.evaluate(() =>
        window.fixture.backend.app.set({
          ...window.fixture.backend.app.now,
          restarts: [{ process: 'engine', atMs: Date.now() }],
        }),
      ),
    ),
  },
  {
    name: 'add-contact',
    act: steps(
      tap('Add someone'),
      (page) => page.getByLabel('Their name on Lilliput').fill('tern'),
      tap('Find'),
      (page) => page.getByRole('button', { name: 'Send request' }).waitFor(),
    ),
  },
  {
    name: 'add-contact-not-found',
    act: steps(
      tap('Add someone'),
      (page) => page.getByLabel('Their name on Lilliput').fill('nobody'),
      tap('Find'),
      (page) => page.getByText('Nobody is called').waitFor(),
    ),
  },
  { name: 'calling-out', act: steps(call('wren', { phase: 'ringing' }), (page) => page.clock.runFor(8_000)) },
  { name: 'incoming', act: steps(open('wren'), ring, (page) => page.getByRole('button', { name: 'Answer' }).waitFor()) },
  { name: 'in-call', act: steps(talking(12), tap('Chat'), speak) },
  { name: 'in-call-solo', act: steps(talking(31), tap('Mute')) },
  { name: 'in-call-details', act: steps(talking(12), measured(), tap('Call details'), speak) },
  { name: 'in-call-details-hidden', act: steps(call('wren', { phase: 'active', addressHidden: true }), tap('Call details')) },
  { name: 'in-call-details-rest', act: steps(talking(12), measured(), tap('Call details'), scrollDetails) },
  {
    name: 'in-call-details-bad',
    act: steps(
      talking(72, { quality: 'struggling', trouble: { kind: 'both-loss', amount: 31 } }),
      measured(bad),
      tap('Call details'),
      (page) => page.getByRole('button', { name: 'What they hear' }).click(),
    ),
  },
  { name: 'in-call-trouble', act: talking(3, { quality: 'patchy', trouble: { kind: 'your-loss', amount: 12 } }) },
  {
    name: 'in-call-muted-speech',
    act: steps(talking(12), tap('Mute'), async (page) => {
      for (let tenth = 0; tenth < 20; tenth += 1) {
        await page.evaluate(() => window.fixture.audio.speakUnheard(0.2));
        await page.clock.runFor(100);
      }
      await page.getByText('You are muted. They don’t hear what you say.').waitFor();
    }),
  },
  { name: 'in-call-devices', act: steps(talking(12), tap('Devices'), speak) },
  { name: 'in-call-microphone', act: talking(2, { microphone: 'unplugged', quality: 'patchy' }) },
  { name: 'in-call-calm', calm: true, act: steps(talking(12), speak) },
  { name: 'in-call-hold', act: steps(talking(14), tap('Hold')) },
  { name: 'in-call-held-by-them', act: talking(14, { hold: 'remote', quality: null }) },
  { name: 'in-call-recording', act: steps(talking(14), tap(/^Record$/), (page) => page.clock.runFor(12_000)) },
  {
    name: 'in-call-recorded-by-both',
    act: steps(
      talking(14, { remoteRecording: { recordedMs: 62_000, runningSinceMs: null }, hold: 'local', quality: null }),
      tap(/^Record$/),
    ),
  },
  { name: 'in-call-recording-saved', act: steps(talking(14), tap(/^Record$/), tap('Stop recording')) },
  {
    name: 'in-call-push-to-talk',
    act: steps(
      (page) =>
        page.evaluate(() => {
          const { backend } = window.fixture;
          backend.settings.set({ ...backend.settings.now, pushToTalk: true });
        }),
      talking(3),
    ),
  },
  { name: 'reconnecting-call', act: talking(12, { phase: 'reconnecting', quality: 'lost' }) },
  {
    name: 'call-failed',
    act: steps(call('otter', { phase: 'connecting' }), (page) =>
      page.evaluate(() => {
        const { backend } = window.fixture;
        const live = backend.calls.all()[0];
        if (live !== undefined) backend.change(live.id, { phase: 'ended', reason: 'no-path' });
      }),
    ),
  },
  {
    name: 'call-no-answer',
    act: steps(call('fennel', { phase: 'ringing' }), (page) =>
      page.evaluate(() => {
        const { backend } = window.fixture;
        const live = backend.calls.all()[0];
        if (live !== undefined) backend.change(live.id, { phase: 'ended', reason: 'no-answer' });
      }),
    ),
  },
  { name: 'settings-audio', act: steps(settings('Sound'), (page) => page.getByText('We hear you well').waitFor()) },
  { name: 'settings-speaker-test', act: steps(settings('Sound'), tap('Play a sound')) },
  {
    name: 'settings-push-to-talk',
    height: 1300,
    act: steps(settings('Sound'), (page) => page.getByRole('switch', { name: 'Hold a key to talk' }).click()),
  },
  { name: 'settings-helping', act: settings('Helping others') },
  { name: 'settings-privacy', act: settings('Privacy') },
  { name: 'mini-settings-helping', ...mini, height: 1_300, act: settings('Helping others') },
  { name: 'settings-appearance', act: settings('Appearance') },
  { name: 'settings-keys', act: settings('Keyboard') },
  { name: 'settings-recovery', act: steps(settings('Recovery words'), tap('Show the twelve words'), tap('Show them')) },
  { name: 'keys', act: steps((page) => page.keyboard.press('Control+/')) },
  { name: 'network', act: steps(tap(/^Connection/)) },
  { name: 'presence-menu', act: steps(tap(/^Your status/)) },
  {
    name: 'toast-undo',
    act: steps(
      open('tansy'),
      (page) => page.getByRole('main').getByRole('button', { name: 'More' }).click(),
      (page) => page.getByRole('menuitem', { name: 'Remove' }).click(),
    ),
  },
  { name: 'mini-home', ...mini },
  { name: 'mini-conversation', ...mini, act: open('wren') },
  {
    name: 'mini-in-call',
    ...mini,
    act: steps(
      (page) => page.setViewportSize({ width: 1180, height: 760 }),
      talking(12),
      speak,
      (page) => page.setViewportSize(mini),
    ),
  },
  {
    name: 'mini-in-call-recorded',
    ...mini,
    act: steps(
      (page) => page.setViewportSize({ width: 1180, height: 760 }),
      talking(12, { remoteRecording: { recordedMs: 62_000, runningSinceMs: null } }),
      (page) => page.setViewportSize(mini),
    ),
  },
  {
    name: 'mini-in-call-recorded-by-both',
    ...mini,
    act: steps(
      (page) => page.setViewportSize({ width: 1180, height: 760 }),
      talking(12, { remoteRecording: { recordedMs: 62_000, runningSinceMs: null } }),
      tap(/^Record$/),
      (page) => page.setViewportSize(mini),
    ),
  },
  {
    name: 'mini-in-call-devices',
    ...mini,
    act: steps(
      (page) => page.setViewportSize({ width: 1180, height: 760 }),
      talking(12),
      (page) => page.setViewportSize(mini),
      tap('Devices'),
    ),
  },
  {
    name: 'mini-in-call-hold',
    ...mini,
    act: steps(
      (page) => page.setViewportSize({ width: 1180, height: 760 }),
      talking(12, { hold: 'both', quality: null }),
      (page) => page.setViewportSize(mini),
    ),
  },
  {
    name: 'mini-conversation-on-call',
    ...mini,
    act: steps(
      (page) => page.setViewportSize({ width: 1180, height: 760 }),
      talking(12),
      open('otter'),
      (page) => page.setViewportSize(mini),
    ),
  },
  {
    name: 'mini-call-details',
    ...mini,
    act: steps(
      (page) => page.setViewportSize({ width: 1180, height: 760 }),
      talking(12, { quality: 'patchy', trouble: { kind: 'their-loss', amount: 13 } }),
      measured(bad),
      tap('Call details'),
      (page) => page.setViewportSize(mini),
    ),
  },
  { name: 'text-200-call-details', query: { scale: '200' }, act: steps(talking(12), measured(bad), tap('Call details')) },
  { name: 'mini-settings', ...mini, act: steps(settings('Sound')) },
  { name: 'mini-incoming', ...mini, act: steps(ring) },
  { name: 'mini-onboarding', ...mini, scene: 'none', act: typeName('wren') },
  { name: 'w820-chat', width: 820, height: 640, act: steps(talking(12), tap('Chat')) },
  { name: 'w1440-in-call', width: 1440, height: 900, act: steps(talking(12), tap('Chat'), speak) },
  { name: 'rtl-conversation', query: { dir: 'rtl' }, act: open('wren') },
  { name: 'rtl-in-call', query: { dir: 'rtl' }, act: steps(talking(12), tap('Chat')) },
  { name: 'text-200-home', query: { scale: '200' }, act: steps((page) => page.getByRole('tab', { name: 'People' }).click()) },
  { name: 'text-200-conversation', query: { scale: '200' }, act: open('wren') },
  { name: 'text-200-in-call', query: { scale: '200' }, act: talking(12) },
  { name: 'text-200-in-call-devices', query: { scale: '200' }, act: steps(talking(12), tap('Devices')) },
  { name: 'text-200-onboarding', query: { scale: '200' }, scene: 'none', act: typeName('wren') },
];
