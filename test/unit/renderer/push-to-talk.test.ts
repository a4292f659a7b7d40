import { beforeEach, describe, expect, it } from 'vitest';
import type { CallView, Settings } from '../../../preload/contract/index.ts';
import { defaultSettings } from '../../../main/engine/settings-part.ts';
import { isTalkPress, type TalkPress } from '../../../renderer/app/push-to-talk.ts';
import { CallActions } from '../../../renderer/state/call-actions.ts';
import { CallDesk } from '../../../renderer/state/call-desk.ts';
import { Navigation } from '../../../renderer/state/navigation.ts';
import { Notifier } from '../../../renderer/state/notify.ts';
import type { Client, UiAudio } from '../../../renderer/state/ports.ts';
import { PushToTalk } from '../../../renderer/state/push-to-talk.ts';
import { createUiStore, type UiStore } from '../../../renderer/state/store.ts';
import { aCall, words, noVoices } from './samples.ts';

const press = (change: Partial<TalkPress> = {}): TalkPress => ({
  code: 'Space',
  repeat: false,
  modified: false,
  inField: false,
  onStage: true,
  ...change,
});

describe('the key', () => {
  it('Space talks on the call only: elsewhere it writes, scrolls and presses buttons', () => {
    expect(isTalkPress(press(), 'Space')).toBe(true);
    expect(isTalkPress(press({ onStage: false }), 'Space')).toBe(false);
    expect(isTalkPress(press({ code: 'KeyA' }), 'Space')).toBe(false);
  });

  it('a letter key talks where nothing is written, a function key everywhere', () => {
    expect(isTalkPress(press({ code: 'Backquote', onStage: false }), 'Backquote')).toBe(true);
    expect(isTalkPress(press({ code: 'Backquote', inField: true }), 'Backquote')).toBe(false);
    expect(isTalkPress(press({ code: 'F8', onStage: false, inField: true }), 'F8')).toBe(true);
  });

  it('its own repetition is no new press, and with Ctrl it is another key', () => {
    expect(isTalkPress(press({ repeat: true }), 'Space')).toBe(false);
    expect(isTalkPress(press({ modified: true }), 'Space')).toBe(false);
  });
});

let store: UiStore;
let talk: PushToTalk;
/** What the engine was told, and what the microphone was. */
let told: boolean[];
let microphone: boolean[];
/** Whether the microphone was ever open while a call was on. */
const everOpen = (): boolean => microphone.includes(false);
const show = (call: CallView): void => store.setState({ calls: new Map([[call.id, call]]) });
const choose = (change: Partial<Settings>): void => store.setState({ settings: { ...defaultSettings, ...change } });
const isMuted = (): boolean | undefined => [...store.getState().calls.values()][0]?.muted;

beforeEach(() => {
  told = [];
  microphone = [];
  store = createUiStore();
  const nothing = (): void => undefined;
  const audio: UiAudio = {
    startCall: () => Promise.resolve(),
    stopCall: () => Promise.resolve(),
    setMuted: (muted) => void microphone.push(muted),
    setDevices: nothing,
    listDevices: () => Promise.resolve({ microphones: [], speakers: [] }),
    onDevicesChanged: () => nothing,
    onProblem: () => nothing,
    micCheck: () => ({ stop: nothing }),
    onLevel: () => () => undefined,
    captureState: () => null,
    testSpeaker: () => ({ stop: () => undefined }),
    playSound: nothing,
    stopSound: nothing,
    ...noVoices,
  };
  const client = {
    calls: {
      setMuted: ({ muted }: { muted: boolean }) => {
        told.push(muted);
        return Promise.resolve({});
      },
      dismiss: () => Promise.resolve({}),
      log: () => Promise.resolve({ items: [] }),
    },
  } as unknown as Client; // the requests that talking makes; anything else fails as a mistake
  const go = new Navigation(store);
  const desk = new CallDesk(client, store, audio, go);
  const actions = new CallActions(client, store, desk, new Notifier(store, words), go);
  talk = new PushToTalk(store, actions);
  talk.start();
  desk.start();
});

describe('push-to-talk', () => {
  it('has the call muted from its first moment, here and for the other side', () => {
    choose({ pushToTalk: true });
    show(aCall({ direction: 'out', phase: 'preparing' }));
    expect([told, everOpen(), isMuted()]).toEqual([[true], false, true]);
  });

  it('opens the microphone while the key is held, once', () => {
    choose({ pushToTalk: true });
    show(aCall({ phase: 'active', activeSinceMs: 1 }));
    expect(talk.press()).toBe(true);
    expect(talk.press()).toBe(true);
    expect([microphone.at(-1), isMuted()]).toEqual([false, false]);
    talk.release();
    talk.release();
    expect([microphone.at(-1), isMuted()]).toEqual([true, true]);
    expect(told).toEqual([true, false, true]);
  });

  it('leaves the key alone when nobody is called, and when it is off', () => {
    choose({ pushToTalk: true });
    expect(talk.press()).toBe(false);
    choose({ pushToTalk: false });
    show(aCall({ phase: 'active', activeSinceMs: 1 }));
    expect(talk.press()).toBe(false);
    expect(told).toEqual([]);
  });

  it('begins to mute when it is chosen during a call, and does not open the microphone when it is given up', () => {
    choose({ pushToTalk: false });
    show(aCall({ phase: 'active', activeSinceMs: 1 }));
    expect(isMuted()).toBe(false);
    choose({ pushToTalk: true });
    expect(isMuted()).toBe(true);
    choose({ pushToTalk: false });
    expect(isMuted()).toBe(true);
  });

  it('does not carry a held key into the next call', () => {
    choose({ pushToTalk: true });
    const first = aCall({ phase: 'active', activeSinceMs: 1 });
    show(first);
    talk.press();
    show({ ...first, phase: 'ended', reason: 'hung-up' });
    show(aCall({ phase: 'active', activeSinceMs: 1 }));
    expect([talk.isOn, isMuted(), microphone.at(-1)]).toEqual([false, true, true]);
  });
});

it('a call on hold lets nothing out of the page, muted or not', () => {
  const call = aCall({ phase: 'active', activeSinceMs: 1, hold: 'none' });
  show(call);
  show({ ...call, hold: 'remote' });
  expect(microphone.at(-1)).toBe(true);
  show({ ...call, hold: 'none' });
  expect(microphone.at(-1)).toBe(false);
  show({ ...call, hold: 'both', muted: true });
  show({ ...call, hold: 'none', muted: true });
  expect(microphone.at(-1)).toBe(true);
});
