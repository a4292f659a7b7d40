import type { Settings } from '../../preload/contract/index.ts';
import type { Notifier } from './notify.ts';
import type { Client } from './ports.ts';
import type { UiStore } from './store.ts';

/** What a person chooses: shown at once, kept by the engine, and taken back where that fails. */
export class SettingsActions {
  readonly #client: Client;
  readonly #store: UiStore;
  readonly #notify: Notifier;

  constructor(client: Client, store: UiStore, notify: Notifier) {
    this.#client = client;
    this.#store = store;
    this.#notify = notify;
  }

  async change(change: Partial<Settings>): Promise<void> {
    const before = this.#store.getState().settings;
    this.#show(change);
    if ((await this.#notify.attempt(() => this.#client.settings.update(change))) || before === null) return;
    this.#show(Object.fromEntries(Object.keys(change).map((name) => [name, before[name as keyof Settings]]))); // keys of `change`
  }

  #show(change: Partial<Settings>): void {
    this.#store.setState(({ settings }) => (settings === null ? {} : { settings: { ...settings, ...change } }));
  }
}
