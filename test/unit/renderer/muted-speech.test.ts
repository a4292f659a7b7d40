import { beforeEach, describe, expect, it } from 'vitest';
import { defaultSettings } from '../../../main/engine/settings-part.ts';
import type { CallActions } from '../../../renderer/state/call-actions.ts';
import { MutedSpeech, noSpeech, speechAfter } from '../../../renderer/state/muted-speech.ts';
import { Notifier } from '../../../renderer/state/notify.ts';
import type { UiAudio } from '../../../renderer/state/ports.ts';
import { createUiStore, type UiStore } from '../../../renderer/state/store.ts';
import { processingWords } from '../../../renderer/devices/processing-words.ts';
import { aCall, words } from './samples.ts';

let store: UiStore;
let nowMs: number;
let unmuted: string[];
let hear: (level: number, forMs: number) => void;
const notices = (): readonly string[] => store.getState().toasts.map(({ text }) => text);
const muted = aCall({ phase: 'active', activeSinceMs: 1, muted: true });

beforeEach(() => {
  store = createUiStore();
  nowMs = 0;
  unmuted = [];
  let listen: (levels: { local: number; remote: number; unheard: number }) => void = () => undefined;
  const audio = {
    onLevel(listener: typeof listen) {
      listen = listener;
      return () => undefined;
    },
  } as unknown as UiAudio; // all that is asked of it
  const calls = {
    setMuted: (call: { id: string }) => Promise.resolve(void unmuted.push(call.id)),
  } as unknown as CallActions; // all that is asked of it
  new MutedSpeech(store, audio, calls, new Notifier(store, words), words).start(() => nowMs);
  hear = (unheard, forMs) => {
    for (let left = forMs; left > 0; left -= 50) {
      nowMs += 50;
      listen({ local: 0, remote: 0, unheard });
    }
  };
  store.setState({ calls: new Map([[muted.id, muted]]), settings: defaultSettings });
});

describe('somebody who speaks while muted', () => {
  it('is told so, with a way out', () => {
    hear(0.1, 1_000);
    expect(notices()).toEqual(['You are muted. They don’t hear what you say.']);
    store.getState().toasts[0]?.action?.run();
    expect(unmuted).toEqual([muted.id]);
  });

  it.each([
    ['they are heard again', { muted: false }],
    ['the call is held', { hold: 'local' as const }],
    ['the call is over', { phase: 'ended' as const }],
  ])('is no longer told so when %s', (_what, change) => {
    hear(0.1, 1_000);
    store.setState({ calls: new Map([[muted.id, { ...muted }]]) });
    expect(notices()).toHaveLength(1);
    store.setState({ calls: new Map([[muted.id, { ...muted, ...change }]]) });
    expect(notices()).toEqual([]);
  });

  it('is told once in half a minute', () => {
    hear(0.1, 20_000);
    expect(notices()).toHaveLength(1);
    hear(0.1, 15_000);
    expect(notices()).toHaveLength(2);
  });

  it('is not told for a cough, or for typing', () => {
    hear(0.3, 400);
    hear(0.001, 1_000);
    for (let key = 0; key < 20; key += 1) {
      hear(0.2, 50);
      hear(0.001, 100);
    }
    expect(notices()).toEqual([]);
  });

  it('is not told on hold, with push-to-talk, or when nobody is muted', () => {
    store.setState({ calls: new Map([[muted.id, { ...muted, hold: 'remote' }]]) });
    hear(0.1, 2_000);
    store.setState({ calls: new Map([[muted.id, muted]]), settings: { ...defaultSettings, pushToTalk: true } });
    hear(0.1, 2_000);
    store.setState({ calls: new Map([[muted.id, { ...muted, muted: false }]]), settings: defaultSettings });
    hear(0.1, 2_000);
    store.setState({ calls: new Map() });
    hear(0.1, 2_000);
    expect(notices()).toEqual([]);
  });
});

it('a page that slept counts its sleep as no speech', () => {
  const before = speechAfter(noSpeech, 0.1, 1_000);
  expect(speechAfter(before, 0.1, 60_000).heardMs).toBeLessThanOrEqual(200);
});

it('what is done to the microphone’s sound is said as far as it is known', () => {
  const capture = {
    label: 'x',
    echoCancellation: true,
    noiseSuppression: false,
    autoGainControl: null,
    sampleRateHz: 48_000,
    channels: 1,
    captureMs: 10,
  };
  expect(processingWords(words, capture, 'system')).toBe('Echo cancelling on, noise reduction off, automatic level unknown');
  expect(processingWords(words, capture, 'rnnoise')).toContain('noise reduction by Lilliput');
});
