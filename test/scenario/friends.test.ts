/** Two friends in real processes: who is there, and what is written while one is not. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { systemClock } from '../../main/ports/system-clock.ts';
import type { CliEvent, CliProcess } from '../lab/cli-process.ts';
import { openNeighbourhood, type Neighbourhood } from './support/neighbourhood.ts';
import { delivered, keyOf, messagesWith } from './support/watching.ts';

/** The design's promise: a silent peer is offline within this. */
const offlineWithinMs = 15_000;

let here: Neighbourhood;
let ada: CliProcess;

beforeAll(async () => {
  here = await openNeighbourhood();
  await here.signUp('adelaide', 'bertrand');
  [ada] = await Promise.all([here.run('adelaide'), here.run('bertrand')]);
  await here.befriend('adelaide', 'bertrand');
}, 120_000);
afterAll(() => here.stop());

const momentOf = (event: CliEvent): number => Number(event['atMonotonicMs']);
const bertBecomes = (state: string, afterMs: number): Promise<CliEvent> =>
  ada.waitFor(
    (event) =>
      event.event === 'presence' && event['name'] === 'bertrand' && event['state'] === state && momentOf(event) > afterMs,
    `bert is ${state}`,
  );

describe('a friend whose process is killed', { timeout: 120_000 }, () => {
  it('is shown offline within 15 seconds, and online again when they are back', async () => {
    const killedMs = systemClock.monotonicMs();
    await here.crash('bertrand');
    const offline = await bertBecomes('offline', killedMs);
    expect(momentOf(offline) - killedMs).toBeLessThan(offlineWithinMs);
    expect(offline['lastSeenMs']).toBeTypeOf('number');

    await here.run('bertrand');
    await bertBecomes('online', momentOf(offline));
  });

  it('gets what was written meanwhile, once and in order, after coming back', async () => {
    const adasBridge = await here.bridge('adelaide');
    const bertKey = await keyOf(adasBridge, 'bertrand');
    await here.crash('bertrand');
    const texts = Array.from({ length: 20 }, (_, index) => `while you were away ${index}`);
    for (const text of texts) await adasBridge.conversations.send({ id: bertKey, text });
    expect((await messagesWith(adasBridge, bertKey)).map(({ delivery }) => delivery)).not.toContain('delivered');

    await here.run('bertrand');
    const last = texts.at(-1) ?? '';
    await delivered(adasBridge, bertKey, last);
    const bertsBridge = await here.bridge('bertrand');
    const adaKey = await keyOf(bertsBridge, 'adelaide');
    expect((await messagesWith(bertsBridge, adaKey)).map(({ text }) => text)).toEqual(texts);
  });
});

it('a writer who is killed in the middle of a burst loses nothing and says nothing twice', { timeout: 120_000 }, async () => {
  const before = await here.bridge('adelaide');
  const bertKey = await keyOf(before, 'bertrand');
  const stored: string[] = [];
  const burst = async (): Promise<void> => {
    for (let index = 0; index < 500; index += 1) {
      const text = `burst ${index}`;
      await before.conversations.send({ id: bertKey, text });
      stored.push(text);
      // Some are delivered by now, some are on the wire, some only on disk.
      if (index === 60) here.crash('adelaide').catch(() => undefined);
    }
  };
  await expect(burst()).rejects.toThrow('bridge-closed');
  expect(stored.length).toBeGreaterThan(60);

  ada = await here.run('adelaide');
  const after = await here.bridge('adelaide');
  const adasBurst = (await messagesWith(after, bertKey)).filter(({ text }) => text.startsWith('burst'));
  const written = adasBurst.map(({ text }) => text);
  // What was promised to be stored is; one more may have been stored that nobody heard of any more.
  expect(written.slice(0, stored.length)).toEqual(stored);
  expect(written.length - stored.length).toBeLessThanOrEqual(1);

  await delivered(after, bertKey, written.at(-1) ?? '');
  const bertsBridge = await here.bridge('bertrand');
  const heard = (await messagesWith(bertsBridge, await keyOf(bertsBridge, 'adelaide'))).filter(({ text }) =>
    text.startsWith('burst'),
  );
  expect(heard.map(({ text }) => text)).toEqual(written);
});
