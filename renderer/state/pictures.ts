import type { UiState, UiStore } from './store.ts';
import type { Client } from './ports.ts';

/** Pictures kept at once, 90 kB each at most: more than any window shows; who scrolls far has them fetched again. */
const kept = 300;

/** The picture of somebody, if they have one: its id. */
export function pictureIdOf(state: Pick<UiState, 'account' | 'contacts' | 'profile'>, accountKey: string): string | null {
  const person = state.contacts.get(accountKey);
  if (person !== undefined) return person.profile.picture;
  const isOwn = state.account?.kind === 'ready' && state.account.account.accountKey === accountKey;
  return isOwn ? (state.profile?.picture ?? null) : null;
}

/** Fetches pictures when they are to be shown. The engine has checked each of them. */
export class Pictures {
  readonly #client: Client;
  readonly #store: UiStore;
  readonly #asked = new Set<string>();

  constructor(client: Client, store: UiStore) {
    this.#client = client;
    this.#store = store;
  }

  want(id: string): void {
    if (this.#asked.has(id) || this.#store.getState().pictures.has(id)) return;
    this.#asked.add(id);
    this.#client.profile.picture({ id }).then(
      ({ picture }) => {
        this.#asked.delete(id);
        if (picture === null) return;
        this.#store.setState(({ pictures }) => {
          const next = new Map([...pictures].slice(-kept + 1));
          return { pictures: next.set(id, `data:${picture.type};base64,${picture.base64}`) };
        });
      },
      // The engine is gone, which is told elsewhere; whoever shows the picture asks again.
      () => this.#asked.delete(id),
    );
  }
}
