import { beforeEach, describe, expect, it } from 'vitest';
import { AppError, type Settings, type VoiceView } from '../../../preload/contract/index.ts';
import { MessageActions } from '../../../renderer/state/message-actions.ts';
import { Notifier } from '../../../renderer/state/notify.ts';
import type { Client } from '../../../renderer/state/ports.ts';
import { createUiStore, type UiStore } from '../../../renderer/state/store.ts';
import { aMessage, words } from './samples.ts';

const to = 'f'.repeat(64);
const voice: VoiceView = { state: 'whole', durationMs: 900, sizeBytes: 3, waveform: [7], partsAcross: 1, parts: 1, heard: false };

let store: UiStore;
let messages: MessageActions;
/** What was asked of the engine, in order. */
let asked: string[];
/** From this one on, it refuses. */
let refusesFrom: number;
let restored: string[];

const answer = <Answer>(what: string, given: Answer): Answer => {
  if (asked.length >= refusesFrom) throw new AppError('DISK_FULL', 'no room');
  asked.push(what);
  return given;
};
const messageId = (): string => String(asked.length + 1).padStart(32, '0');
/** The requests that are made here; anything else would be a mistake, and fails as one. */
const client = {
  conversations: {
    send: async ({ id, text, replyTo }: { id: string; text: string; replyTo: string | null }) =>
      answer(`send ${text}${replyTo === null ? '' : ` to ${replyTo}`}`, { messageId: messageId(), id }),
    sendVoice: async ({ sound, waveform }: { sound: string; waveform: number[] }) =>
      answer(`say ${sound} ${waveform.join()}`, { messageId: messageId() }),
    voice: async () => ({ sound: 'AQID' }),
    edit: async ({ text }: { text: string }) => answer(`edit ${text}`, {}),
    takeBack: async ({ messageId: id }: { messageId: string }) =>
      answer(`take back ${Number(id)}`, { text: `text ${Number(id)}` }),
  },
} as unknown as Client;

const toasts = (): string[] => store.getState().toasts.map(({ text }) => text);
const restore = (text: string): void => void restored.push(text);
const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
/** Only what the actions look at. */
const wishToUndo = (): void => store.setState({ settings: { undoSend: true } as unknown as Settings });

beforeEach(() => {
  asked = [];
  restored = [];
  refusesFrom = Infinity;
  store = createUiStore();
  messages = new MessageActions(client, store, new Notifier(store, words), words);
});

describe('Other words for a message', () => {
  it('are told, and the same words are no change', async () => {
    const message = aMessage({ text: 'tea' });
    expect(await messages.edit(message, 'tea')).toBe(true);
    expect(asked).toEqual([]);
    expect(await messages.edit(message, 'coffee')).toBe(true);
    expect(asked).toEqual(['edit coffee']);
  });

  it('that could not be kept are said not to be', async () => {
    refusesFrom = 0;
    expect(await messages.edit(aMessage({ text: 'tea' }), 'coffee')).toBe(false);
    expect(toasts()).toEqual([words('errors.DISK_FULL')]);
  });
});

describe('A text in parts', () => {
  it('goes in order, and its first part answers', async () => {
    expect(await messages.send(to, ['one', 'two'], '9', restore)).toBe(true);
    expect([asked, restored, toasts()]).toEqual([['send one to 9', 'send two'], [], []]);
  });

  it('comes back from the part on that could not be sent', async () => {
    refusesFrom = 1;
    expect(await messages.send(to, ['one', 'two', 'three'], null, restore)).toBe(true);
    expect([asked, restored]).toEqual([['send one'], ['two\nthree']]);
    refusesFrom = 0;
    expect(await messages.send(to, ['four'], null, restore)).toBe(false);
    expect(restored).toEqual(['two\nthree', 'four']);
  });

  it('can be taken back whole, where the person wishes so', async () => {
    wishToUndo();
    await messages.send(to, ['one', 'two'], null, restore);
    const [toast] = store.getState().toasts;
    toast?.action?.run();
    await settled();
    expect(asked.slice(2)).toEqual(['take back 1', 'take back 2']);
    expect(restored).toEqual(['text 1\ntext 2']);
  });
});

describe('What is said to somebody else as well', () => {
  it('is words and voices, in order; what is deleted or not here is left out', async () => {
    const said = [
      aMessage({ text: 'one' }),
      aMessage({ text: '', voice }),
      aMessage({ text: '', deleted: true }),
      aMessage({ text: '', voice: { ...voice, state: 'coming' } }),
      aMessage({ text: 'two' }),
    ];
    expect(await messages.forward(to, said)).toBe(true);
    expect(asked).toEqual(['send one', 'say AQID 7', 'send two']);
  });

  it('is not told to be done if some of it was not', async () => {
    refusesFrom = 1;
    expect(await messages.forward(to, [aMessage({ text: 'one' }), aMessage({ text: 'two' })])).toBe(false);
    expect(toasts()).toEqual([words('errors.DISK_FULL')]);
  });
});
