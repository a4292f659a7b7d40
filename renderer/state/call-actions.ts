import type { CallView } from '../../preload/contract/index.ts';
import type { CallDesk } from './call-desk.ts';
import type { Navigation } from './navigation.ts';
import type { Notifier } from './notify.ts';
import type { Client } from './ports.ts';
import type { UiStore } from './store.ts';
import { currentCall, isCutOff } from './calls.ts';
import { applyChange } from './collection.ts';

/** What a person does about calls. Calls are never optimistic (the real step is shown); mute and hold are local and instant. */
export class CallActions {
  readonly #client: Client;
  readonly #store: UiStore;
  readonly #desk: CallDesk;
  readonly #notify: Notifier;
  readonly #go: Navigation;

  constructor(client: Client, store: UiStore, desk: CallDesk, notify: Notifier, go: Navigation) {
    this.#client = client;
    this.#store = store;
    this.#desk = desk;
    this.#notify = notify;
    this.#go = go;
  }

  async start(accountKey: string): Promise<void> {
    const ongoing = currentCall(this.#store.getState().calls);
    if (ongoing !== null && ongoing.accountKey === accountKey) {
      this.#go.call(ongoing.id);
      return;
    }
    await this.#notify.attempt(async () => {
      const { id } = await this.#client.calls.start({ accountKey });
      this.#go.call(id);
    });
  }

  /** The sound test; `show` puts it on the stage, otherwise the caller shows it in place. */
  async startEcho(show: boolean): Promise<void> {
    await this.#notify.attempt(async () => {
      const { id } = await this.#client.calls.startEcho({});
      if (show) this.#go.call(id);
    });
  }

  async answer(call: CallView): Promise<void> {
    this.#desk.answering(call.id);
    this.#go.call(call.id);
    if (!(await this.#notify.attempt(() => this.#client.calls.accept({ id: call.id })))) this.#desk.notAnswered(call.id);
  }

  async decline(call: CallView): Promise<void> {
    await this.#notify.attempt(() => this.#client.calls.decline({ id: call.id }));
  }

  async hangUp(call: CallView): Promise<void> {
    await this.#notify.attempt(() => this.#client.calls.hangUp({ id: call.id }));
  }

  async setMuted(call: CallView, muted: boolean): Promise<void> {
    await this.#atOnce(call, { muted }, () => this.#client.calls.setMuted({ id: call.id, muted }));
  }

  /** This side's hold: the other's, if it holds too, stays. */
  async setHeld(call: CallView, held: boolean): Promise<void> {
    const theirs = call.hold === 'remote' || call.hold === 'both';
    const hold = held ? (theirs ? 'both' : 'local') : theirs ? 'remote' : 'none';
    await this.#atOnce(call, { hold }, () => this.#client.calls.setHeld({ id: call.id, held }));
  }

  /** Never optimistic: it records when the other side's app has shown it, and not before. */
  async toggleRecording(call: CallView): Promise<void> {
    const on = call.recording.state === 'off';
    await this.#notify.attempt(() => this.#client.calls.setRecording({ id: call.id, on }));
  }

  async dismiss(call: CallView): Promise<void> {
    if (isCutOff(call)) {
      this.#store.setState(({ calls }) => ({ calls: applyChange(calls, { type: 'remove', key: call.id }, ({ id }) => id) }));
      return;
    }
    await this.#notify.attempt(() => this.#client.calls.dismiss({ id: call.id }));
  }

  /** Shown, and done to this page's microphone (`CallDesk` follows the store), before the engine says yes; taken back if it says no. */
  async #atOnce(call: CallView, change: Partial<CallView>, ask: () => Promise<unknown>): Promise<void> {
    this.#show(call.id, change);
    if (!(await this.#notify.attempt(ask))) this.#show(call.id, { muted: call.muted, hold: call.hold });
  }

  #show(id: string, change: Partial<CallView>): void {
    this.#store.setState(({ calls }) => {
      const call = calls.get(id);
      return call === undefined ? {} : { calls: new Map(calls).set(id, { ...call, ...change }) };
    });
  }
}
