import { describe, expect, it, vi } from 'vitest';
import { callEndReasons, errorCodes, type CallView } from '../../../preload/contract/index.ts';
import { en } from '../../../renderer/strings/en.ts';
import { currentCall, needsExplaining, ringingCall } from '../../../renderer/state/calls.ts';
import { applyChange } from '../../../renderer/state/collection.ts';
import { codeOf } from '../../../renderer/state/errors.ts';
import { follow } from '../../../renderer/state/follow.ts';
import { addToast, lastUndo, toastsMost, type Toast } from '../../../renderer/state/toasts.ts';
import { aCall } from './samples.ts';

const ended = (reason: CallView['reason'], change: Partial<CallView> = {}) =>
  needsExplaining(aCall({ direction: 'out', phase: 'ended', reason, ...change }));
const toast = (id: number, run: (() => void) | null = null): Toast => ({
  id,
  tone: 'plain',
  text: String(id),
  action: run === null ? null : { kind: 'undo', run },
});
const undo = () => undefined;
const keyOf = (item: { id: string; n: number }) => item.id;
const keyed = (calls: readonly CallView[]) => new Map(calls.map((call) => [call.id, call]));

describe('a collection fed by the contract', () => {
  it('is replaced by a snapshot, so that what is gone is gone', () => {
    const before = new Map([['a', { id: 'a', n: 1 }]]);
    expect([...applyChange(before, { type: 'snapshot', items: [{ id: 'b', n: 2 }] }, keyOf).keys()]).toEqual(['b']);
  });
  it('takes changes without touching the map that views hold', () => {
    const before = new Map([['a', { id: 'a', n: 1 }]]);
    const after = applyChange(before, { type: 'upsert', item: { id: 'a', n: 2 } }, keyOf);
    expect(before.get('a')?.n).toBe(1);
    expect(after.get('a')?.n).toBe(2);
  });
  it('is the same object when something unknown is removed, so that nothing is drawn again', () => {
    const before = new Map([['a', { id: 'a', n: 1 }]]);
    expect(applyChange(before, { type: 'remove', key: 'z' }, keyOf)).toBe(before);
    expect(applyChange(before, { type: 'remove', key: 'a' }, keyOf).size).toBe(0);
  });
});

describe('following a subscription', () => {
  it('opens it again after it broke, and stops when told to', async () => {
    const stop = new AbortController();
    const heard: number[] = [];
    let opened = 0;
    let breaks = 0;
    vi.useFakeTimers();
    const over = follow(
      async () => {
        opened += 1;
        const now = opened;
        return (async function* () {
          yield now;
          if (now < 3) throw new Error('the engine restarted');
          stop.abort();
        })();
      },
      (value) => heard.push(value),
      stop.signal,
      () => (breaks += 1),
    );
    await vi.runAllTimersAsync();
    await over;
    vi.useRealTimers();
    expect(heard).toEqual([1, 2, 3]);
    expect(breaks).toBe(2);
  });
});

describe('which call is which', () => {
  it('takes an incoming call for ringing, and for the own call only after it was answered', () => {
    const incoming = aCall({ direction: 'in', phase: 'ringing' });
    expect(ringingCall(keyed([incoming]))?.id).toBe(incoming.id);
    expect(currentCall(keyed([incoming]))).toBeNull();
    expect(currentCall(keyed([{ ...incoming, phase: 'active' }]))?.id).toBe(incoming.id);
  });
  it('is in a call from dialling on, and in none once it ended', () => {
    const out = aCall({ direction: 'out', phase: 'preparing' });
    expect(currentCall(keyed([out]))?.id).toBe(out.id);
    expect(currentCall(keyed([{ ...out, phase: 'ended', reason: 'cancelled' }]))).toBeNull();
  });
  it('explains every failed end to the caller, and no end that somebody chose', () => {
    for (const reason of [
      'busy',
      'no-answer',
      'declined-by-other',
      'not-reachable',
      'no-path',
      'peer-gone',
      'device-failed',
      'protocol-error',
    ] as const) {
      expect(ended(reason)).toBe(true);
    }
    for (const reason of ['hung-up', 'hung-up-by-other', 'cancelled', 'glare-lost'] as const) expect(ended(reason)).toBe(false);
  });
  it('leaves a call that was never taken here to the list of missed calls', () => {
    expect(needsExplaining(aCall({ direction: 'in', phase: 'ended', reason: 'path-lost' }))).toBe(false);
    expect(needsExplaining(aCall({ direction: 'in', phase: 'ended', reason: 'path-lost', activeSinceMs: 1 }))).toBe(true);
  });
});

describe('words for what went wrong', () => {
  it('has a sentence for every error code, with what to do', () => {
    for (const code of errorCodes) expect(en.errors[code]).toMatch(/^[A-Z].*\.$/u);
    expect(Object.keys(en.errors).toSorted()).toEqual([...errorCodes].toSorted());
  });
  it('has a sentence for every way a call ends', () => {
    expect(Object.keys(en.ended).toSorted()).toEqual([...callEndReasons].toSorted());
    for (const reason of callEndReasons) expect(en.ended[reason].why).not.toMatch(/\.$/u);
  });
  it('takes unknown failures for its own fault', () => {
    expect(codeOf({ code: 'NAME_TAKEN' })).toBe('NAME_TAKEN');
    expect(codeOf({ code: 'INVENTED' })).toBe('INTERNAL');
    expect(codeOf(null)).toBe('INTERNAL');
    expect(codeOf('text')).toBe('INTERNAL');
  });
  it('uses no word that only engineers know, outside of the key list', () => {
    const sentences = (part: object): readonly string[] =>
      Object.values(part).flatMap((value: unknown) =>
        typeof value === 'string' ? [value] : typeof value === 'object' && value !== null ? sentences(value) : [],
      );
    const plain = sentences({ ...en, keys: {} }).join('\n');
    expect(plain).not.toMatch(/\b(NAT|ICE|STUN|TURN|peer|node|supernode|socket|RTP|DHT)\b/u);
    expect(plain).not.toMatch(/[Ss]orry|!(?!\{)/u);
  });
});

describe('short notices', () => {
  it('keeps the newest few', () => {
    let toasts: readonly Toast[] = [];
    for (let id = 1; id <= toastsMost + 2; id++) toasts = addToast(toasts, toast(id));
    expect(toasts.map(({ id }) => id)).toEqual([3, 4, 5]);
  });
  it('takes back the newest thing that can be taken back', () => {
    expect(lastUndo([toast(1, undo), toast(2, undo), toast(3)])?.id).toBe(2);
    expect(lastUndo([toast(1)])).toBeNull();
  });
});
