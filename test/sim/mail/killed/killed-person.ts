import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { accountKeyOf, createAccount } from '../../../../main/identity/index.ts';
import type { MessageView } from '../../../../preload/contract/index.ts';
import { seededRandom } from '../../../unit/identity/fixtures.ts';
import { newProfile, type Profile } from '../../../unit/storage/profile.ts';
import { startProgram, type AskKeepers } from '../far-keepers.ts';
import { messagesIn } from '../mail-person.ts';
import type { Channel, FromPerson, Life, Standing, ToPerson } from './words.ts';

export interface KilledPersonOptions {
  readonly life: Pick<Life, 'name' | 'seed' | 'bornMs' | 'driver' | 'haste' | 'wrongByMs'>;
  readonly keepers: AskKeepers;
  /** What they say to their friend. */
  readonly onWire: (channel: Channel, bytes: Uint8Array) => void;
}

/** Somebody whose lives are processes, one after the other, over one profile on the disk. */
export class KilledPerson {
  readonly key: string;
  /** Accepted by their chat in any of their lives, as far as we heard before they died. */
  readonly wrote: string[] = [];
  /** Lives that ended by SIGKILL. */
  kills = 0;
  readonly #profile: Profile = newProfile();
  readonly #options: KilledPersonOptions;
  #process: ChildProcess | null = null;
  #isExpected = false;
  #standing: Standing | null = null;
  #lives = 0;
  /** A process ended by itself. */
  #failure: Error | null = null;

  constructor(key: string, options: KilledPersonOptions) {
    this.key = key;
    this.#options = options;
  }

  static async make(options: KilledPersonOptions): Promise<KilledPerson> {
    const { name, seed, bornMs } = options.life;
    return new KilledPerson(accountKeyOf(await createAccount(name, { random: seededRandom(seed), nowMs: bornMs })), options);
  }

  get isRunning(): boolean {
    return this.#process !== null;
  }

  /** Null: not that far yet. @throws Error if a process ended by itself */
  get standing(): Standing | null {
    if (this.#failure !== null) throw this.#failure;
    return this.#standing;
  }

  /** Resolves when the program is there; what they do begins then. */
  async start(friend: string, isBusy: boolean): Promise<void> {
    if (this.#failure !== null) throw this.#failure;
    const started = startProgram(new URL('person-process.ts', import.meta.url));
    this.#process = started;
    this.#isExpected = false;
    this.#lives += 1;
    const life: Life = { ...this.#options.life, directory: this.#profile.directory, friend, number: this.#lives, isBusy };
    started.once('exit', (code, signal) => {
      this.#process = null;
      this.#standing = null;
      if (!this.#isExpected) this.#failure = new Error(`${life.name} ${life.number} ended by itself: ${String(code ?? signal)}`);
    });
    await new Promise<void>((resolve) => {
      started.once('exit', () => resolve());
      started.on('message', (words: FromPerson) => {
        if (words.type === 'loaded') resolve();
        else this.#heard(words);
      });
    });
    this.tell({ type: 'live', life });
  }

  tell(words: ToPerson): void {
    // Somebody who has just died hears nothing.
    if (this.#process?.connected === true) this.#process.send(words, () => undefined);
  }

  kill(): Promise<void> {
    return this.#end((running) => {
      this.kills += 1;
      running.kill('SIGKILL');
    });
  }

  /** Leaves what waits in the mailbox, and ends. */
  quit(): Promise<void> {
    return this.#end(() => this.tell({ type: 'quit' }));
  }

  /** From the disk, while no process has it. */
  async messages(other: string, direction: 'in' | 'out'): Promise<MessageView[]> {
    const storage = await this.#profile.open(this.#options.life.driver);
    try {
      return messagesIn(storage, other, direction);
    } finally {
      storage.close();
    }
  }

  async dispose(): Promise<void> {
    await this.kill();
    this.#profile.dispose();
  }

  async #end(how: (running: ChildProcess) => void): Promise<void> {
    const running = this.#process;
    if (running === null) return;
    this.#isExpected = true;
    const ended = once(running, 'exit');
    how(running);
    const [code, signal] = (await ended) as [number | null, string | null];
    if (code !== 0 && signal !== 'SIGKILL') this.#failure = new Error(`ended with ${String(code ?? signal)}`);
  }

  #heard(words: FromPerson): void {
    switch (words.type) {
      case 'loaded':
        return undefined;
      case 'wrote':
        return void this.wrote.push(words.text);
      case 'standing':
        this.#standing = words.standing;
        return undefined;
      case 'wire':
        return this.#options.onWire(words.channel, words.bytes);
      case 'ask':
        return void this.#options
          .keepers(words.question)
          .then((answer) => this.tell({ type: 'answer', call: words.call, answer }));
    }
  }
}
