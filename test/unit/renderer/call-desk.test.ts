import { beforeEach, describe, expect, it } from 'vitest';
import type { CallView } from '../../../preload/contract/index.ts';
import { CallDesk } from '../../../renderer/state/call-desk.ts';
import { Navigation } from '../../../renderer/state/navigation.ts';
import type { Client, UiAudio } from '../../../renderer/state/ports.ts';
import { createUiStore, type UiStore } from '../../../renderer/state/store.ts';
import { aCall, aPerson, noVoices } from './samples.ts';

/** What the desk asked of sound and engine, in order. */
let asked: string[];
let store: UiStore;
let desk: CallDesk;

const note = (what: string) => async () => {
  asked.push(what);
};

const audio: UiAudio = {
  startCall: () => note('open microphone')(),
  stopCall: () => note('close microphone')(),
  setMuted: () => undefined,
  setDevices: () => undefined,
  listDevices: async () => ({ microphones: [], speakers: [] }),
  onDevicesChanged: () => () => undefined,
  onProblem: () => () => undefined,
  micCheck: () => ({ stop: () => undefined }),
  onLevel: () => () => undefined,
  captureState: () => null,
  testSpeaker: () => ({ stop: () => undefined }),
  playSound: (name) => void asked.push(`play ${name}`),
  ...noVoices,
  stopSound: (name) => void asked.push(`stop ${name}`),
};

/** The two requests the desk makes; anything else would be a mistake, and fails as one. */
const client = {
  calls: {
    dismiss: async ({ id }: { id: string }) => {
      asked.push(`dismiss ${id === store.getState().calls.keys().next().value ? 'it' : id}`);
      return {};
    },
    log: async () => ({ items: [] }),
    reportMicrophone: async () => ({}),
  },
} as unknown as Client;

const show = (call: CallView) => store.setState({ calls: new Map([[call.id, call]]) });

beforeEach(() => {
  asked = [];
  store = createUiStore();
  desk = new CallDesk(client, store, audio, new Navigation(store));
  desk.start();
});

describe('the microphone', () => {
  it('opens for the caller when dialling, and closes when the call is over', () => {
    const call = aCall({ direction: 'out', phase: 'preparing' });
    show(call);
    show({ ...call, phase: 'ringing' });
    show({ ...call, phase: 'active', activeSinceMs: 1 });
    show({ ...call, phase: 'ended', activeSinceMs: 1, reason: 'hung-up' });
    expect(asked.filter((what) => what.includes('microphone'))).toEqual(['open microphone', 'close microphone']);
  });
  it('stays closed for the callee until Answer is pressed, whatever the call does', () => {
    const call = aCall({ direction: 'in' });
    for (const phase of ['preparing', 'connecting', 'ringing'] as const) show({ ...call, phase });
    expect(asked).not.toContain('open microphone');
    desk.answering(call.id);
    expect(asked).toContain('open microphone');
  });
  it('closes again when the answer came too late', () => {
    const call = aCall({ direction: 'in', phase: 'ringing' });
    show(call);
    desk.answering(call.id);
    desk.notAnswered(call.id);
    expect(asked.at(-1)).toBe('close microphone');
  });
  it('closes when the engine went away with the call', () => {
    show(aCall({ direction: 'out', phase: 'active', activeSinceMs: 1 }));
    store.setState({ calls: new Map() });
    expect(asked.at(-1)).toBe('close microphone');
  });
});

describe('ringing', () => {
  const ringing = aCall({ direction: 'in', phase: 'ringing' });
  it('sounds until it is answered, and once only', () => {
    show(ringing);
    show({ ...ringing, startedMs: 1 });
    desk.answering(ringing.id);
    show({ ...ringing, phase: 'active', activeSinceMs: 1, direction: 'in' });
    expect(asked.filter((what) => what.endsWith(' ring'))).toEqual(['play ring', 'stop ring']);
  });
  it('is silent when the person does not want to be disturbed, or turned it off', () => {
    const account = {
      name: 'juniper',
      accountKey: 'a'.repeat(64),
      keyStorage: 'file',
      phraseConfirmed: true,
      presence: 'dnd',
      claim: 'held',
      movedMs: null,
    } as const;
    store.setState({ account: { kind: 'ready', account } });
    show(ringing);
    expect(asked).not.toContain('play ring');
  });
  it('is told to the caller as a ring on the other side', () => {
    const call = aCall({ direction: 'out', phase: 'ringing' });
    show(call);
    show({ ...call, phase: 'active', activeSinceMs: 1 });
    expect(asked.filter((what) => !what.includes('microphone'))).toEqual(['play ringback', 'play connect', 'stop ringback']);
  });
});

describe('the end of a call', () => {
  it('leads back to the conversation when somebody hung up', () => {
    const person = aPerson('wren');
    const call = aCall({ accountKey: person.accountKey, phase: 'active', activeSinceMs: 1 });
    store.setState({ contacts: new Map([[person.accountKey, person]]), view: { kind: 'call', id: call.id } });
    show(call);
    show({ ...call, phase: 'ended', reason: 'hung-up-by-other' });
    expect(store.getState().view).toEqual({ kind: 'conversation', id: person.accountKey });
    expect(asked).toContain('dismiss it');
  });
  it('stays on screen, in words, when something went wrong', () => {
    const call = aCall({ phase: 'connecting' });
    store.setState({ view: { kind: 'call', id: call.id } });
    show(call);
    show({ ...call, phase: 'ended', reason: 'no-path' });
    expect(store.getState().view).toEqual({ kind: 'call', id: call.id });
    expect(asked).not.toContain('dismiss it');
  });
  it('takes nobody away from the pane they are in', () => {
    const call = aCall({ phase: 'connecting' });
    store.setState({ view: { kind: 'settings', section: 'audio' } });
    show(call);
    show({ ...call, phase: 'ended', reason: 'no-path' });
    expect(store.getState().view.kind).toBe('settings');
    expect(asked).not.toContain('dismiss it');
  });
  it('leaves no pane behind when the call is gone altogether', () => {
    const call = aCall({ phase: 'ended', reason: 'no-path' });
    show(call);
    store.setState({ view: { kind: 'call', id: call.id } });
    store.setState({ calls: new Map() });
    expect(store.getState().view).toEqual({ kind: 'home' });
  });
});

describe('two clicks', () => {
  const time = { recordedMs: 0, runningSinceMs: 5 };
  const off = aCall({ phase: 'active', activeSinceMs: 1 });
  const clicks = (): number => asked.filter((what) => what === 'play recording').length;
  it('say that our recording begins, when it does and not when it is asked for', () => {
    show(off);
    show({ ...off, recording: { ...off.recording, state: 'telling' } });
    expect(clicks()).toBe(0);
    show({ ...off, recording: { ...off.recording, state: 'on', time } });
    show({ ...off, recording: { ...off.recording, state: 'on', time: { recordedMs: 9, runningSinceMs: null } } });
    expect(clicks()).toBe(1);
  });
  it('say that the other begins to record', () => {
    show(off);
    show({ ...off, remoteRecording: time });
    show({ ...off, remoteRecording: { ...time, recordedMs: 9 } });
    expect(clicks()).toBe(1);
  });
});
