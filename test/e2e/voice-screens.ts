import type { Page } from 'playwright-core';
import type { MessageView, VoiceView } from '../../preload/contract/index.ts';
import { aMessage, idOf, keyOf } from './fixtures/page/cast.ts';
import { mini, steps, tap, type Screen } from './screen-acts.ts';

const waveform = Array.from({ length: 100 }, (_, at) =>
  at % 23 > 19 ? 6 : Math.round(60 + 150 * Math.abs(Math.sin(at * 1.9) * Math.cos(at / 8))),
);
const voice = (change: Partial<VoiceView> = {}): VoiceView => ({
  state: 'whole',
  durationMs: 24_000,
  sizeBytes: 72_000,
  waveform,
  partsAcross: 3,
  parts: 3,
  heard: true,
  ...change,
});
const said = (number: number, direction: 'in' | 'out', spoken: VoiceView, change: Partial<MessageView> = {}): MessageView =>
  aMessage({
    id: idOf(`voice${number}`),
    conversationId: keyOf('wren'),
    direction,
    text: '',
    atMs: Date.parse('2026-03-04T19:26:00+01:00') + number * 10_000,
    voice: spoken,
    ...change,
  });

const long = voice({ durationMs: 299_000, sizeBytes: 900_000, parts: 28, partsAcross: 28 });
const all: readonly MessageView[] = [
  said(1, 'in', voice()),
  said(2, 'out', voice({ durationMs: 9_000 }), { delivery: 'read' }),
  said(3, 'in', voice({ heard: false, durationMs: 61_000 })),
  said(4, 'in', { ...long, state: 'coming', partsAcross: 3, heard: false }),
  said(5, 'in', { ...long, state: 'broken', partsAcross: 0, heard: false }),
  said(6, 'out', { ...long, partsAcross: 3 }, { delivery: 'sent' }),
  said(7, 'out', { ...long, partsAcross: 0 }, { delivery: 'waiting' }),
];

const open = async (page: Page) => {
  await page.getByRole('tab', { name: 'People' }).click();
  await page.getByRole('button', { name: /^wren/u }).first().click();
  await page.getByRole('heading', { level: 1, name: 'wren' }).waitFor();
  await page.clock.runFor(300);
};
const receive = (page: Page) =>
  page.evaluate((messages) => {
    for (const message of messages) window.fixture.backend.add(message);
  }, all);
const shown = steps(open, receive);
const playing = steps(shown, (page) =>
  page
    .getByRole('button', { name: /^Play voice message/u })
    .first()
    .click(),
);
const answering = steps(shown, async (page) => {
  await page.locator(`[data-message="${idOf('voice3')}"]`).focus();
  await page.keyboard.press('r');
});
const locked = steps(open, tap(/^Record a voice message/u), (page) => page.clock.runFor(9_000));
const held = steps(
  open,
  (page) => page.getByRole('button', { name: /^Record a voice message/u }).hover(),
  (page) => page.mouse.down(),
  (page) => page.clock.runFor(2_600),
);
const review = steps(locked, tap('Stop and listen'));
const refused = steps(
  open,
  (page) => page.evaluate(() => void (window.fixture.audio.micProblem = 'denied')),
  tap(/^Record a voice message/u),
);
const unanswered = (reason: 'no-answer' | 'not-reachable') => async (page: Page) => {
  await page.evaluate(
    (why) => void window.fixture.backend.call('otter', { phase: 'ended', direction: 'out', reason: why }),
    reason,
  );
  await page.clock.runFor(400);
};

/** Voice messages: being recorded, and in their bubbles. */
export const voiceScreens: readonly Screen[] = [
  { name: 'voice-bubbles', height: 900, act: playing },
  { name: 'voice-reply', act: answering },
  { name: 'voice-held', act: held },
  { name: 'voice-locked', act: locked },
  { name: 'voice-review', act: review },
  { name: 'voice-refused', act: refused },
  { name: 'voice-unanswered', act: unanswered('no-answer') },
  { name: 'mini-voice-bubbles', ...mini, height: 760, act: playing },
  { name: 'mini-voice-held', ...mini, act: held },
  { name: 'mini-voice-locked', ...mini, act: locked },
  { name: 'mini-voice-review', ...mini, act: review },
  { name: 'rtl-voice-bubbles', height: 900, query: { dir: 'rtl' }, act: playing },
  { name: 'rtl-voice-locked', query: { dir: 'rtl' }, act: locked },
  { name: 'text-200-voice-review', query: { scale: '200' }, act: review },
];
