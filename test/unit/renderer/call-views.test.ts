import { describe, expect, it } from 'vitest';
import { callEndReasons, callQualitySchema } from '../../../preload/contract/index.ts';
import { endSentence, endTitle, pegsOf } from '../../../renderer/call/end-words.ts';
import { rigLit } from '../../../renderer/call/quality.ts';
import { statusWords } from '../../../renderer/call/status-words.ts';
import { quiet, speakingNext } from '../../../renderer/call/speaking.ts';
import { rigStrings, stringPath, swayAt, swayMostPx } from '../../../renderer/ui/rig-geometry.ts';
import { aCall, words } from './samples.ts';

describe('the sentence under the name', () => {
  const say = (change: Parameters<typeof aCall>[0], settings: Parameters<typeof statusWords>[1]['settings'] = null): string =>
    statusWords(words, {
      call: aCall({ phase: 'active', ...change }),
      name: 'wren',
      quality: 'clear',
      settings,
    });
  it('says who holds, before anything that a held call has no use for', () => {
    expect(say({ hold: 'local', muted: true })).toBe('On hold. Neither of you can hear the other');
    expect(say({ hold: 'remote' })).toBe('wren holds the call. Neither of you can hear the other');
    expect(say({ hold: 'both' })).toBe('You both hold the call. Neither of you can hear the other');
    expect(say({ hold: 'local', phase: 'reconnecting' })).toBe('Reconnecting. Stay on the line');
  });
  it('says who is muted, then how it sounds', () => {
    expect(say({ muted: true, remoteMuted: true })).toBe('You are muted');
    expect(say({ remoteMuted: true })).toBe('wren is muted');
    expect(say({})).toBe('Sound is clear');
  });
  it('says that the other sees the recording, unless something matters more', () => {
    const recording = { state: 'on', time: { recordedMs: 0, runningSinceMs: 0 }, path: '/x.opus', problem: null } as const;
    expect(say({ recording })).toBe('wren can see that you are recording');
    expect(say({ recording, muted: true })).toBe('You are muted');
  });
  it('names the key to hold', () => {
    const settings = { pushToTalk: true, pushToTalkKey: 'Backquote' } as const;
    expect(say({ muted: true }, settings)).toBe('Hold the key left of 1 to talk');
    expect(say({ muted: false }, settings)).toBe('They hear you');
  });
});

describe('the strings', () => {
  it('ties one more with each step, and 9, 7, 4, 2 by quality', () => {
    expect((['preparing', 'connecting', 'ringing'] as const).map((phase) => rigLit(aCall({ phase }), null))).toEqual([1, 2, 3]);
    expect(callQualitySchema.options.map((quality) => rigLit(aCall({ phase: 'active' }), quality))).toEqual([9, 7, 4, 2, 1]);
  });
  it('are all untied on hold', () => {
    expect(rigLit(aCall({ phase: 'active', hold: 'remote' }), 'clear')).toBe(0);
  });
  it('are nine, of which as many are tied as asked for, the middle one first', () => {
    for (let lit = 0; lit <= 9; lit++)
      expect(rigStrings(lit, false, 84).filter(({ state }) => state === 'yes')).toHaveLength(lit);
    expect(rigStrings(1, false, 84).find(({ state }) => state === 'yes')?.index).toBe(4);
    expect(rigStrings(1, true, 84).filter(({ state }) => state === 'slack')).toHaveLength(3);
  });
  it('sway by at most four pixels, and not at all in silence', () => {
    for (let index = 0; index < 9; index++) {
      for (let timeMs = 0; timeMs < 2_000; timeMs += 7) {
        expect(Math.abs(swayAt(index, timeMs, 1))).toBeLessThanOrEqual(swayMostPx);
        expect(Math.abs(swayAt(index, timeMs, 0))).toBe(0);
      }
    }
  });
  it('are whole paths', () => {
    for (const string of rigStrings(9, false, 84)) expect(stringPath(string, 3)).toMatch(/^M[-\d. ]+Q[-\d. ]+$/u);
  });
});

describe('who speaks', () => {
  it('holds through the gaps between words, and ends in silence', () => {
    let state = speakingNext(quiet, 0.1, 0);
    expect(state.speaking).toBe(true);
    state = speakingNext(state, 0, 200);
    expect(state.speaking).toBe(true);
    state = speakingNext(state, 0, 500);
    expect(state.speaking).toBe(false);
  });
  it('is not started by breath, but not ended by it either', () => {
    expect(speakingNext(quiet, 0.03, 0).speaking).toBe(false);
    expect(speakingNext({ speaking: true, loudMs: 0 }, 0.03, 10_000).speaking).toBe(true);
  });
});

describe('the end of a call', () => {
  it('has a whole sentence for every reason', () => {
    for (const reason of callEndReasons) expect(endSentence(words, reason, 'wren')).toMatch(/^[A-Zw].*[^.]\.$/u);
  });
  it('shows which step stopped: before it done, after it not reached', () => {
    const pegs = pegsOf(words, aCall({ phase: 'ended', reason: 'no-path' }), 'otter');
    expect(pegs.map(({ id, state }) => `${id} ${state}`)).toEqual([
      'internet done',
      'finding done',
      'path stopped',
      'ringing waiting',
      'answer waiting',
    ]);
    expect(endTitle(words, aCall({ phase: 'ended', reason: 'no-path' }), 'otter')).toBe('The call did not reach otter');
  });
  it('shows no steps after a talk, nor when a person chose to end it', () => {
    expect(pegsOf(words, aCall({ phase: 'ended', reason: 'path-lost', activeSinceMs: 1 }), 'otter')).toEqual([]);
    expect(pegsOf(words, aCall({ phase: 'ended', reason: 'cancelled' }), 'otter')).toEqual([]);
    expect(endTitle(words, aCall({ phase: 'ended', reason: 'path-lost', activeSinceMs: 1 }), 'otter')).toBe(
      'The call with otter ended',
    );
  });
});
