import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { CallRecordView, CallView } from '../../../preload/contract/index.ts';
import { CallActions } from '../../../renderer/state/call-actions.ts';
import { CallDesk } from '../../../renderer/state/call-desk.ts';
import type { CollectionEvent } from '../../../renderer/state/collection.ts';
import { Navigation } from '../../../renderer/state/navigation.ts';
import { Notifier } from '../../../renderer/state/notify.ts';
import type { Client, UiAudio } from '../../../renderer/state/ports.ts';
import { createUiStore, type UiStore } from '../../../renderer/state/store.ts';
import { subscribeAll } from '../../../renderer/state/subscriptions.ts';
import { aCall, aPerson, aRecord, words } from './samples.ts';

/** One engine after the other, each with the changes it tells; null: it falls. */
type Told = CollectionEvent<CallView> | null;

let store: UiStore;
let actions: CallActions;
let ending: AbortController;
let engines: Told[][];
let log: readonly CallRecordView[];
let dismissed: string[];
let microphone: 'open' | 'closed';
let tell: (told: Told) => void;

const silence = async (_: unknown, { signal }: { signal: AbortSignal }) =>
  (async function* (): AsyncGenerator<never> {
    await new Promise((resolve) => signal.addEventListener('abort', resolve));
    yield* [];
  })();

beforeEach(() => {
  vi.useFakeTimers();
  store = createUiStore();
  ending = new AbortController();
  engines = [];
  log = [];
  dismissed = [];
  microphone = 'closed';
  // What the page asks for; anything else would be a mistake, and fails as one.
  const client = {
    ...Object.fromEntries(
      ['app', 'account', 'network', 'settings', 'contacts', 'conversations'].map((part) => [part, { watch: silence }]),
    ),
    calls: {
      async watch() {
        const queue: Told[] = [{ type: 'snapshot', items: [] }];
        let wake = (): void => undefined;
        tell = (told) => {
          queue.push(told);
          wake();
        };
        engines.push(queue);
        return (async function* () {
          for (;;) {
            const next = queue.shift();
            if (next === null) throw new Error('the engine fell');
            if (next === undefined) await new Promise<void>((resolve) => (wake = resolve));
            else yield next;
          }
        })();
      },
      log: async () => ({ items: log }),
      dismiss: async ({ id }: { id: string }) => dismissed.push(id),
    },
  } as unknown as Client;
  const audio = {
    startCall: async () => void (microphone = 'open'),
    stopCall: async () => void (microphone = 'closed'),
    setMuted: () => undefined,
    onProblem: () => () => undefined,
    onLevel: () => () => undefined,
    captureState: () => null,
    testSpeaker: () => ({ stop: () => undefined }),
    playSound: () => undefined,
    stopSound: () => undefined,
  } as unknown as UiAudio;
  const go = new Navigation(store);
  const desk = new CallDesk(client, store, audio, go);
  desk.start();
  actions = new CallActions(client, store, desk, new Notifier(store, words), go);
  subscribeAll(client, store, ending.signal);
});
afterEach(() => {
  ending.abort();
  vi.useRealTimers();
});

const settle = (): Promise<unknown> => vi.advanceTimersByTimeAsync(1_000);
const shown = (): readonly (string | null)[] => [...store.getState().calls.values()].map(({ phase, reason }) => reason ?? phase);

it('a call that runs while the engine falls is shown as ended by that, stays through the next engine, and is in its log', async () => {
  const wren = aPerson('wren');
  const call = aCall({ accountKey: wren.accountKey, phase: 'active', activeSinceMs: 1 });
  await settle();
  store.setState({ contacts: new Map([[wren.accountKey, wren]]), view: { kind: 'call', id: call.id } });
  tell({ type: 'upsert', item: call });
  await settle();
  expect([shown(), microphone]).toEqual([['active'], 'open']);

  log = [aRecord(wren, { id: call.id, reason: 'engine-crashed' })];
  tell(null);
  await vi.advanceTimersByTimeAsync(1);
  expect([shown(), microphone]).toEqual([['engine-crashed'], 'closed']);
  await settle();
  expect(engines).toHaveLength(2);
  expect(shown()).toEqual(['engine-crashed']);
  expect(store.getState().view).toEqual({ kind: 'call', id: call.id });
  expect(store.getState().callLog.items).toEqual(log);

  const [ended] = store.getState().calls.values();
  await actions.dismiss(ended ?? call);
  expect(shown()).toEqual([]);
  expect(dismissed, 'the engine knows nothing of it').toEqual([]);
  expect(store.getState().view).toEqual({ kind: 'conversation', id: wren.accountKey });
});

it('a call that only rang here is left to the list of missed calls', async () => {
  await settle();
  tell({ type: 'upsert', item: aCall({ direction: 'in', phase: 'ringing' }) });
  await settle();
  tell(null);
  await settle();
  expect(shown()).toEqual([]);
});

it('a call whose engine never fell goes on when the line to it is back', async () => {
  const call = aCall({ phase: 'active', activeSinceMs: 1 });
  await settle();
  tell({ type: 'upsert', item: call });
  await settle();
  tell(null);
  await vi.advanceTimersByTimeAsync(1);
  expect(microphone).toBe('closed');
  await settle();
  tell({ type: 'snapshot', items: [call] });
  await settle();
  expect([shown(), microphone]).toEqual([['active'], 'open']);
});
