import { archivePartMaxBytes, type ContactView, type ExportCursor, type ExportFormat } from '../../preload/contract/index.ts';
import type { Words } from '../strings/index.ts';
import type { Notifier } from './notify.ts';
import { displayName } from './people.ts';
import type { Client } from './ports.ts';
import { saveAs } from './save-as.ts';
import type { UiStore } from './store.ts';

type OnFraction = (fraction: number) => void;

/** A day, as it stands in the names of files. */
const today = (): string => new Date().toISOString().slice(0, 10);

/** Base64 in steps: the browser's own function takes as many arguments as its stack holds. */
function base64Of(bytes: Uint8Array): string {
  let text = '';
  for (let at = 0; at < bytes.length; at += 0x2000) text += String.fromCharCode(...bytes.subarray(at, at + 0x2000));
  return btoa(text);
}
const bytesOf = (base64: string): Uint8Array<ArrayBuffer> => Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));

/** What is kept, taken along, and done away with. Those that take long tell how far they are, and stop when their signal aborts. */
export class DataActions {
  readonly #client: Client;
  readonly #store: UiStore;
  readonly #notify: Notifier;
  readonly #words: Words;
  readonly #isWatched: boolean;

  /** @param isWatched the shell tells what became of a file that was offered to be saved */
  constructor(client: Client, store: UiStore, notify: Notifier, words: Words, isWatched: boolean) {
    this.#isWatched = isWatched;
    this.#client = client;
    this.#store = store;
    this.#notify = notify;
    this.#words = words;
  }

  /** One conversation as a file, which the person is asked to save. */
  async exportConversation(
    person: ContactView,
    format: ExportFormat,
    onPart: (done: number, total: number) => void,
    signal: AbortSignal,
  ): Promise<void> {
    const { accountKey: id } = person;
    const parts: Blob[] = [];
    let cursor: ExportCursor = null;
    do {
      // oxlint-disable-next-line no-await-in-loop -- each part tells where the next begins
      const part = await this.#client.data.exportPart({ id, format, cursor }, { signal });
      parts.push(new Blob([part.text]));
      onPart(part.done, part.total);
      cursor = part.next;
    } while (cursor !== null);
    const name = this.#words('data.export.fileName', { name: displayName(person), date: today() });
    saveAs(`${name}.${format}`, new Blob(parts, { type: format === 'html' ? 'text/html' : 'application/json' }));
    if (!this.#isWatched) this.#notify.say(this.#words('data.export.done', { name: displayName(person) }));
  }

  /** The whole account as a sealed file, which the person is asked to save. */
  async archive(passphrase: string, onFraction: OnFraction, signal: AbortSignal): Promise<void> {
    const { data } = this.#client;
    const { account } = this.#store.getState();
    const own = account?.kind === 'ready' ? account.account.name : '';
    const { id } = await data.openArchive({ passphrase }, { signal });
    const parts: Blob[] = [];
    try {
      for (let isLast = false; !isLast;) {
        // oxlint-disable-next-line no-await-in-loop -- one part after the other
        const part = await data.readArchive({ id }, { signal });
        parts.push(new Blob([bytesOf(part.bytes)]));
        onFraction(part.fraction);
        ({ isLast } = part);
      }
    } catch (error) {
      // The engine forgets it by itself when nobody asks.
      data.closeArchive({ id }).catch(() => undefined);
      throw error;
    }
    const name = this.#words('data.archive.fileName', { name: own, date: today() });
    saveAs(name, new Blob(parts, { type: 'application/octet-stream' }));
    if (!this.#isWatched) this.#notify.say(this.#words('data.archive.done'));
  }

  /** Hands a file over to the engine. Returns what `bringBack` asks for. */
  async putArchive(file: Blob, onFraction: OnFraction, signal: AbortSignal): Promise<string> {
    let id: string | null = null;
    let at = 0;
    do {
      // oxlint-disable-next-line no-await-in-loop -- one part after the other
      const bytes = base64Of(new Uint8Array(await file.slice(at, at + archivePartMaxBytes).arrayBuffer()));
      // oxlint-disable-next-line no-await-in-loop -- likewise, one after the other
      ({ id } = await this.#client.data.putArchive({ id, bytes }, { signal }));
      at += archivePartMaxBytes;
      onFraction(Math.min(1, at / Math.max(1, file.size)));
    } while (at < file.size);
    return id;
  }

  /** After this the engine starts anew, with the account. @param replace in place of the one that is here, which is kept aside */
  async bringBack(id: string, passphrase: string, replace: boolean, onFraction: OnFraction, signal: AbortSignal): Promise<void> {
    for await (const step of await this.#client.data.bringBack({ id, passphrase, replace }, { signal }))
      onFraction(step.step === 'checking' ? step.fraction : 1);
  }

  /** All of a conversation, on this computer; null: of every one. */
  async clear(person: ContactView | null): Promise<void> {
    const id = person?.accountKey ?? null;
    if (!(await this.#notify.attempt(() => this.#client.data.clear({ id })))) return;
    const said =
      person === null ? this.#words('data.clear.done') : this.#words('data.clear.oneDone', { name: displayName(person) });
    this.#notify.done(said, () => void this.#notify.attempt(() => this.#client.data.unclear({ id })));
  }
}
