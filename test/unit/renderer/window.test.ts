import { describe, expect, it } from 'vitest';
import type { AppView, NetworkView } from '../../../preload/contract/index.ts';
import { commandOf, type KeyPress } from '../../../renderer/app/key-map.ts';
import { networkFacts, statusView } from '../../../renderer/app/network-words.ts';
import { noticeList } from '../../../renderer/app/notice-list.ts';
import { chosenDevice, deviceChoice, deviceChoices, judgeHearing, patienceMs } from '../../../renderer/devices/device-choices.ts';
import { verdictView } from '../../../renderer/onboarding/name-verdict.ts';
import { phraseWords } from '../../../renderer/onboarding/phrase-words.ts';
import { ticksLit } from '../../../renderer/ui/level-ticks.tsx';
import { words } from './samples.ts';

const press = (key: string, change: Partial<KeyPress> = {}): KeyPress => ({
  key,
  primary: false,
  shift: false,
  alt: false,
  onStage: false,
  inField: false,
  ...change,
});

describe('keys', () => {
  it('do what the reference says', () => {
    const primary = { primary: true };
    const both = { primary: true, shift: true };
    expect(['k', 'n', ',', '/', 'j', 'z'].map((key) => commandOf(press(key, primary)))).toEqual([
      'find',
      'add',
      'settings',
      'keys',
      'chat',
      'undo',
    ]);
    expect(['C', 'A', 'X', 'M', 'H', 'E'].map((key) => commandOf(press(key, both)))).toEqual([
      'call',
      'answer',
      'decline',
      'mute',
      'hold',
      'hang-up',
    ]);
    expect(commandOf(press('ArrowUp', { alt: true }))).toBe('previous');
    expect([commandOf(press('F6')), commandOf(press('F6', { shift: true }))]).toEqual(['pane-next', 'pane-previous']);
  });
  it('take single letters only on the stage', () => {
    expect(['m', 'h', 'd', 'r', 'i'].map((key) => commandOf(press(key)))).toEqual([null, null, null, null, null]);
    expect(['m', 'h', 'd', 'r', 'i'].map((key) => commandOf(press(key, { onStage: true })))).toEqual([
      'stage-mute',
      'stage-hold',
      'stage-devices',
      'stage-record',
      'stage-details',
    ]);
  });
  it('leave typing alone: a field undoes its own text, and Escape never means hang up', () => {
    expect(commandOf(press('z', { primary: true, inField: true }))).toBeNull();
    expect(commandOf(press('a'))).toBeNull();
    expect(commandOf(press('e', { primary: true }))).toBeNull();
    expect(commandOf(press('Escape', { onStage: true }))).toBe('escape');
  });
});

const network: NetworkView = {
  status: 'connected',
  nodesHeard: 1,
  supernode: true,
  supernodeMode: 'auto',
  role: { reason: 'reachable', vouchers: 3 },
  publicAddress: null,
  recordsHeld: 7,
  gateway: null,
  relaysKnown: 3,
  joining: [],
  carrying: {
    state: 'not-reachable',
    calls: 0,
    pairs: 0,
    gatewayClients: 0,
    bitsPerSecond: 0,
    bytesToday: 0,
    bytesThisMonth: 0,
    callsThisMonth: 0,
    ever: null,
    mailbox: { items: 0, bytes: 0 },
    limitBytes: null,
  },
};
const app: AppView = {
  version: '0',
  shell: 'browser',
  profile: 'p',
  recordingsFolder: '/r',
  platform: 'linux',
  restarts: [],
  storageNotice: null,
};
const nothing = { lifecycle: 'up', app, network, account: null, dismissed: new Set<string>() } as const;

describe('the connection in words', () => {
  it('is never called connected while the engine is away', () => {
    expect(statusView(words, network, 'engine-down')).toMatchObject({ word: 'Restarting', well: false, strings: 0 });
    expect(statusView(words, network, 'up')).toMatchObject({ word: 'Connected', well: true, strings: 4 });
    expect(statusView(words, null, 'up')).toMatchObject({ word: 'Connecting', well: false });
    const carried = { ...network, status: 'limited', gateway: '198.51.100.7:443' } as const;
    expect(statusView(words, carried, 'up')).toMatchObject({ word: 'Limited', well: false });
    expect(statusView(words, carried, 'up').sentence).toContain('another computer passes');
    expect(networkFacts(words, carried).join(' ')).toContain('198.51.100.7:443');
  });
  it('says what the computer carries for others', () => {
    expect(networkFacts(words, network)[0]).toBe('1 computer heard in the last two minutes');
    expect(networkFacts(words, network)[1]).toContain('7 entries');
    expect(networkFacts(words, { ...network, publicAddress: '198.51.100.7:1' }).at(-1)).toContain('198.51.100.7:1');
  });
});

const restarted = (atMs: number) => ({ ...nothing, app: { ...app, restarts: [{ process: 'engine' as const, atMs }] } });

describe('the quiet lines', () => {
  it('are none when nothing happened', () => {
    expect(noticeList(words, nothing)).toEqual([]);
  });
  it('tell a restart once: put away, it stays away until the next', () => {
    const [notice] = noticeList(words, restarted(1));
    expect(notice?.text).toContain('started again');
    const dismissed = new Set([notice?.key ?? '']);
    expect(noticeList(words, { ...restarted(1), dismissed })).toEqual([]);
    expect(noticeList(words, { ...restarted(2), dismissed })).toHaveLength(1);
  });
  it('say where the old store is kept, and keep warning while the disk is full', () => {
    const kept = noticeList(words, {
      ...nothing,
      app: { ...app, storageNotice: { code: 'STORAGE_CORRUPT', keptAt: '/home/x/old' } },
    });
    expect(kept[0]?.text).toContain('/home/x/old');
    const full = noticeList(words, { ...nothing, app: { ...app, storageNotice: { code: 'DISK_FULL', keptAt: null } } });
    expect(full[0]?.dismissable).toBe(false);
  });
});

describe('the verdict on a name', () => {
  it('lets a free name be kept, and one that nobody could be asked about', () => {
    expect(verdictView(words, { kind: 'answered', typed: 'a', verdict: { verdict: 'free', name: 'juniper' } })).toMatchObject({
      free: true,
      tone: 'ok',
    });
    expect(verdictView(words, { kind: 'answered', typed: 'a', verdict: { verdict: 'unknown', name: 'juniper' } })).toMatchObject({
      free: true,
      tone: 'warn',
    });
  });
  it('says why not, and what instead', () => {
    const taken = verdictView(words, {
      kind: 'answered',
      typed: 'a',
      verdict: { verdict: 'taken', name: 'wren', suggestions: ['wren-7'] },
    });
    expect(taken).toMatchObject({
      free: false,
      suggestions: ['wren-7'],
      sentence: 'wren is taken. Try another, or pick one of these.',
    });
    expect(
      verdictView(words, { kind: 'answered', typed: 'a', verdict: { verdict: 'invalid', reason: 'too-short' } }).sentence,
    ).toBe('A name has at least three letters.');
  });
  it('lets nothing be kept while it is still asking', () => {
    expect(verdictView(words, { kind: 'asking', name: 'wren' }).free).toBe(false);
    expect(verdictView(words, { kind: 'empty' }).free).toBe(false);
  });
});

describe('twelve words', () => {
  it('can be pasted from a numbered list', () => {
    expect(phraseWords('1. Lantern 2. copper\n3) meadow,  sail')).toEqual(['lantern', 'copper', 'meadow', 'sail']);
  });
});

describe('sound devices', () => {
  it('begin with the choice of the system, and keep a chosen device that is unplugged now', () => {
    const choices = deviceChoices(
      words,
      [
        { id: 'a', label: 'Desk' },
        { id: 'b', label: '' },
        { id: 'default', label: 'Default' },
      ],
      { id: 'gone', label: '' },
    );
    expect(choices.map(({ value }) => value)).toEqual(['', 'a', 'b', 'gone']);
    expect(choices.map(({ label }) => label)).toEqual(['As the system chooses', 'Desk', 'Device 2', 'Device 3']);
  });
  it('show a chosen one that is unplugged by its name, and one whose id changed once', () => {
    const devices = [{ id: 'new', label: 'Desk' }];
    const labels = (chosen: { id: string; label: string }) => deviceChoices(words, devices, chosen).map(({ label }) => label);
    expect(labels({ id: 'gone', label: 'Headset' })).toEqual(['As the system chooses', 'Desk', 'Headset']);
    expect(labels({ id: 'old', label: 'Desk' })).toEqual(['As the system chooses', 'Desk']);
  });
  it('are remembered by id and name, and shown chosen under the id of now', () => {
    const devices = [{ id: 'new', label: 'Desk' }];
    expect(chosenDevice(devices, 'new')).toEqual({ id: 'new', label: 'Desk' });
    expect(chosenDevice(devices, '')).toEqual({ id: null, label: '' });
    expect(deviceChoice(words, devices, 'old', 'Desk').value).toBe('new');
    expect(deviceChoice(words, devices, null, '').value).toBe('');
  });
  it('are said to hear nothing only after some patience', () => {
    expect(judgeHearing(0, patienceMs - 1)).toBe('listening');
    expect(judgeHearing(0, patienceMs)).toBe('nothing');
    expect(judgeHearing(0.02, patienceMs)).toBe('faint');
    expect(judgeHearing(0.1, 0)).toBe('well');
  });
  it('light no tick in silence and all of them at full scale', () => {
    expect([0, 1].map((level) => ticksLit(level, 44))).toEqual([0, 44]);
    expect(ticksLit(0.1, 44)).toBeGreaterThan(10);
  });
});
