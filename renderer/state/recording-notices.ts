import type { CallView } from '../../preload/contract/index.ts';
import type { Words } from '../strings/index.ts';
import type { Notifier } from './notify.ts';
import { callerName } from './people.ts';
import type { Client, UiBridge } from './ports.ts';
import type { UiStore } from './store.ts';

/** Says where a recording went when it is over, and why one did not begin or had to end. */
export class RecordingNotices {
  readonly #bridge: UiBridge;
  readonly #client: Client;
  readonly #store: UiStore;
  readonly #notify: Notifier;
  readonly #words: Words;

  constructor(bridge: UiBridge, store: UiStore, notify: Notifier, words: Words) {
    this.#bridge = bridge;
    this.#client = bridge.client;
    this.#store = store;
    this.#notify = notify;
    this.#words = words;
  }

  /** Watches until the returned function is called. */
  start(): () => void {
    return this.#store.subscribe((state, before) => {
      if (state.calls === before.calls) return;
      for (const call of state.calls.values()) {
        const was = before.calls.get(call.id);
        if (was !== undefined && was.recording !== call.recording) this.#changed(call, was.recording);
      }
    });
  }

  #changed(call: CallView, was: CallView['recording']): void {
    const { state, path, problem } = call.recording;
    const name = callerName(call, this.#store.getState().contacts, this.#words('call.echoName'));
    if (problem !== null && problem !== was.problem) {
      this.#notify.failed(this.#words(`call.recording.problem.${problem}`, { name }));
    }
    if (state !== 'off' || was.state !== 'on' || path === null) return;
    const show = (): void => void this.#notify.attempt(() => this.#client.calls.showRecording({ id: call.id }));
    this.#notify.saved(this.#words('call.recording.saved', { name, path }), this.#bridge.shell === 'electron' ? show : null);
  }
}
