import type { Clock } from '../../../main/ports/clock.ts';
import type { Random } from '../../../main/ports/random.ts';
import { memoryNet, type MemoryNet } from '../../unit/chat/memory-wire.ts';
import { VirtualClock } from '../../unit/virtual-clock.ts';
import { Killed, MailPerson } from './mail-person.ts';
import { memoryKeepers, type MemoryKeepers } from './memory-keepers.ts';

/** The same time, but another date. */
export const shifted = (clock: Clock, byMs: number): Clock => ({
  nowMs: () => clock.nowMs() + byMs,
  monotonicMs: () => clock.monotonicMs(),
  setTimer: (delayMs, run) => clock.setTimer(delayMs, run),
});

/** People, their supernodes, and a clock that only moves when told to. Everything but what is between them is real. */
export class MailWorld {
  readonly clock = new VirtualClock();
  readonly keepers: MemoryKeepers;
  readonly people: MailPerson[] = [];
  /** Processes that died in the middle of something. */
  killed = 0;
  readonly #random: Random;
  readonly #chat: MemoryNet = memoryNet();
  readonly #mailbox: MemoryNet = memoryNet();

  constructor(random: Random, keepers = 5) {
    this.#random = random;
    this.keepers = memoryKeepers(keepers, this.clock, random);
  }

  /** @param wrongByMs how far their clock is ahead */
  async person(name: string, wrongByMs = 0): Promise<MailPerson> {
    const clock: Clock = wrongByMs === 0 ? this.clock : shifted(this.clock, wrongByMs);
    const person: MailPerson = await MailPerson.make(name, {
      wires: (account) => ({ chat: this.#chat.wire(account), mailbox: this.#mailbox.wire(account) }),
      store: this.keepers.storeFor(`home of ${name}`, () => person.isRunning),
      clock,
      random: this.#random,
    });
    this.people.push(person);
    return person;
  }

  connect(one: MailPerson, other: MailPerson): void {
    this.#guarded(() => this.#mailbox.connect(one.key, other.key));
    this.#guarded(() => this.#chat.connect(one.key, other.key));
  }

  close(one: MailPerson, other: MailPerson): void {
    this.#guarded(() => this.#mailbox.close(one.key, other.key));
    this.#guarded(() => this.#chat.close(one.key, other.key));
  }

  /** Two who become contacts while both are there: each has keys of the other's by then. */
  async befriend(one: MailPerson, other: MailPerson): Promise<void> {
    this.connect(one, other);
    const have = (me: MailPerson, you: MailPerson): boolean =>
      me.mail.carrier.left(you.key) >= 256 && me.storage.ownBox.load() !== null;
    // By the work of other threads, which are as slow as the computer is busy: no time passes for the two meanwhile.
    // oxlint-disable-next-line no-await-in-loop -- until it is done; the test's own patience is the limit
    while (!have(one, other) || !have(other, one)) await this.settle();
    this.close(one, other);
  }

  async quit(person: MailPerson): Promise<void> {
    this.#part(person);
    await person.quit();
  }

  fall(person: MailPerson): void {
    this.#part(person);
    person.fall();
  }

  /** Time passes, and all that it brings about. Who is killed meanwhile is found dead at the end of a step. */
  async pass(durationMs: number, stepMs = 1_000): Promise<void> {
    for (let passedMs = 0; passedMs < durationMs; passedMs += stepMs) {
      this.#guarded(() => this.clock.advance(Math.min(stepMs, durationMs - passedMs)));
      // oxlint-disable-next-line no-await-in-loop -- one step after the other
      await this.settle();
    }
  }

  async settle(): Promise<void> {
    let quiet = 0;
    while (quiet < 3) {
      this.#guarded(() => {
        this.#mailbox.settle();
        this.#chat.settle();
      });
      // oxlint-disable-next-line no-await-in-loop -- until nothing comes back any more
      await new Promise<void>((resolve) => setImmediate(resolve));
      quiet = this.people.every(({ pending }) => pending === 0) ? quiet + 1 : 0;
    }
    for (const person of this.people) {
      if (!person.isDead) continue;
      this.killed += 1;
      this.fall(person);
    }
  }

  async until(isSo: () => boolean, what: string, limitMs = 600_000): Promise<void> {
    for (let passedMs = 0; !isSo(); passedMs += 500) {
      if (passedMs > limitMs) throw new Error(`not so after ${limitMs / 1_000} s: ${what}`);
      // oxlint-disable-next-line no-await-in-loop -- one step after the other
      await this.pass(500, 500);
    }
  }

  dispose(): void {
    for (const person of this.people) {
      person.fall();
      person.profile.dispose();
    }
  }

  #part(person: MailPerson): void {
    for (const other of this.people) if (other !== person) this.close(person, other);
  }

  /** Whoever dies in it is dead; the others go on. */
  #guarded(run: () => void): void {
    for (let again = true; again;) {
      again = false;
      try {
        run();
      } catch (error) {
        if (!(error instanceof Killed)) throw error;
        again = true;
      }
    }
  }
}
