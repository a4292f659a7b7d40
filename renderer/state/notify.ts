import type { Words } from '../strings/index.ts';
import { sentenceFor } from './errors.ts';
import type { UiStore } from './store.ts';
import { addToast, dropToast, lastUndo, plainMs, actionMs, savedMs, type ToastAction } from './toasts.ts';

/** Short notices of the page: what was done (with its undo), and what failed. */
export class Notifier {
  readonly #store: UiStore;
  readonly #words: Words;
  #nextId = 1;

  constructor(store: UiStore, words: Words) {
    this.#store = store;
    this.#words = words;
  }

  say(text: string): void {
    this.#add('plain', text, null, plainMs);
  }

  /** Says what was done; `undo` is offered as long as it can be. */
  done(text: string, undo: () => void, lifeMs = actionMs): void {
    this.#add('plain', text, { kind: 'undo', run: undo }, lifeMs);
  }

  /** Says something that can be acted on for 8 s. Returns its id: what is no longer true can be dismissed. */
  offer(text: string, action: ToastAction): number {
    return this.#add('plain', text, action, actionMs);
  }

  /** Says where something was put. `show`: null where the shell can't. */
  saved(text: string, show: (() => void) | null): void {
    this.#add('plain', text, show === null ? null : { kind: 'show-file', run: show }, savedMs);
  }

  /** Something the person wanted did not work, in words of its own. */
  failed(text: string): void {
    this.#add('error', text, null, null);
  }

  fail(error: unknown): void {
    this.#add('error', sentenceFor(this.#words, error), null, null);
  }

  dismiss(id: number): void {
    this.#store.setState(({ toasts }) => ({ toasts: dropToast(toasts, id) }));
  }

  /** Takes back the newest thing that can be taken back. False when there is none. */
  undoLast(): boolean {
    const toast = lastUndo(this.#store.getState().toasts);
    if (toast === null) return false;
    toast.action?.run();
    this.dismiss(toast.id);
    return true;
  }

  /** Runs a request; a failure becomes a notice and `false`. */
  async attempt(request: () => Promise<unknown>): Promise<boolean> {
    try {
      await request();
      return true;
    } catch (error) {
      this.fail(error);
      return false;
    }
  }

  #add(tone: 'plain' | 'error', text: string, action: ToastAction | null, lifeMs: number | null): number {
    const id = this.#nextId++;
    this.#store.setState(({ toasts }) => ({ toasts: addToast(toasts, { id, tone, text, action }) }));
    if (lifeMs !== null) setTimeout(() => this.dismiss(id), lifeMs);
    return id;
  }
}
