import type { PeerWire } from '../../../main/ports/peer-wire.ts';
import { AppError } from '../../../main/ports/app-error.ts';
import { silentLogger } from '../../../main/ports/logger.ts';
import { systemRandom } from '../../../main/ports/random.ts';
import { createChat, type Chat, type ChatChange, type ChatHabits } from '../../../main/chat/index.ts';
import type { MessageRepository, OutboxRepository, Storage, VoiceRepository } from '../../../main/storage/index.ts';
import { newProfile, type Profile } from '../storage/profile.ts';
import { memoryNet, type MemoryNet } from './memory-wire.ts';
import { VirtualClock } from '../virtual-clock.ts';

/** The process was killed here. */
export class Killed extends Error {
  readonly writer: Writer;

  constructor(writer: Writer) {
    super('killed');
    this.writer = writer;
  }
}

/** One engine's chat with its storage on disk, that can be killed at any of its steps. */
export class Writer {
  readonly key: string;
  readonly changes: ChatChange[] = [];
  readonly misbehaved: string[] = [];
  readonly profile: Profile = newProfile();
  /** Killed before (even) or after (odd) step number `floor(killAt / 2)` from now; null: lives. */
  killAt: number | null = null;
  /** Incoming messages can't be stored while this is set. */
  diskFull = false;
  friends: (account: string) => boolean = () => true;
  habits: ChatHabits = { readReceipts: true, typingNotices: true, undoSend: false };
  readonly #net: MemoryNet;
  readonly #clock: VirtualClock;
  #running: { readonly chat: Chat; readonly storage: Storage } | null = null;

  constructor(key: string, net: MemoryNet, clock: VirtualClock) {
    this.key = key;
    this.#net = net;
    this.#clock = clock;
  }

  get chat(): Chat {
    return this.#alive().chat;
  }

  get storage(): Storage {
    return this.#alive().storage;
  }

  async start(): Promise<void> {
    const storage = await this.profile.open();
    const chat = createChat({
      wire: this.#stepping(this.#net.wire(this.key), ['send']),
      messages: this.#stepping<MessageRepository>(storage.messages, [
        'addOutgoing',
        'addIncoming',
        'editOutgoing',
        'editIncoming',
        'deleteOutgoing',
        'deleteIncoming',
        'reactOutgoing',
        'reactIncoming',
        'markReadThere',
        'markSent',
        'markDelivered',
        'markWaiting',
      ]),
      voices: this.#stepping<VoiceRepository>(storage.voices, ['addOutgoing', 'addIncoming', 'addPart']),
      outbox: this.#stepping<OutboxRepository>(storage.outbox, ['add']),
      addMissedCall: () => null,
      habits: () => this.habits,
      isContact: (account) => this.friends(account),
      isFriend: (account) => this.friends(account),
      misbehaved: (_, reason) => this.misbehaved.push(reason),
      clock: this.#clock,
      random: systemRandom,
      logger: silentLogger,
    });
    this.#running = { chat, storage };
    chat.onChange((changes) => this.changes.push(...changes));
    chat.start();
  }

  /** As after kill -9: no goodbye, the disk as it is. */
  async killAndStart(others: readonly Writer[]): Promise<void> {
    this.killAt = null;
    const { chat, storage } = this.#alive();
    chat.stop(); // Cancels timers of the virtual clock; writes nothing.
    storage.close();
    this.#net.wire(this.key);
    const alsoKilled = others.filter((other) => other !== this && other.#diesAt(() => this.#net.close(this.key, other.key)));
    await this.start();
    for (const other of alsoKilled) await other.killAndStart(others);
  }

  #alive(): { readonly chat: Chat; readonly storage: Storage } {
    if (this.#running === null) throw new TypeError('not started');
    return this.#running;
  }

  /** Counts each call of these methods as a step at which the process may die. */
  #stepping<T extends MessageRepository | VoiceRepository | OutboxRepository | PeerWire>(
    target: T,
    names: readonly (keyof T)[],
  ): T {
    return new Proxy(target, {
      get: (object, name): unknown => {
        const member: unknown = Reflect.get(object, name);
        if (typeof member !== 'function' || !names.some((known) => known === name)) return member;
        return (...parameters: unknown[]): unknown => {
          if (this.#dies()) throw new Killed(this);
          if (this.diskFull && name === 'addIncoming') throw new AppError('DISK_FULL', 'no room');
          const result: unknown = Reflect.apply(member, object, parameters);
          if (this.#dies()) throw new Killed(this);
          return result;
        };
      },
    });
  }

  #diesAt(run: () => void): boolean {
    try {
      run();
      return false;
    } catch (error) {
      if (error instanceof Killed && error.writer === this) return true;
      throw error;
    }
  }

  #dies(): boolean {
    if (this.killAt === null) return false;
    this.killAt -= 1;
    return this.killAt < 0;
  }
}

/** All texts that this writer's disk has of a conversation, oldest first. */
export const textsOf = (writer: Writer, other: string): string[] =>
  writer.storage.conversations.page(other, null, 200).items.flatMap((item) => (item.kind === 'message' ? [item.text] : []));

export const alice = 'a1'.repeat(32);
export const bob = 'b2'.repeat(32);
export const id = (number: number): string => number.toString(16).padStart(32, '0');

/** Two people, each with an engine's chat and a disk, and nothing between them yet. */
export async function startPair(): Promise<{
  readonly net: MemoryNet;
  readonly clock: VirtualClock;
  readonly a: Writer;
  readonly b: Writer;
}> {
  const net = memoryNet();
  const clock = new VirtualClock();
  const [a, b] = [new Writer(alice, net, clock), new Writer(bob, net, clock)];
  await a.start();
  await b.start();
  return { net, clock, a, b };
}

/** Speaks on the wire as Bob to Alice, without his engine. */
export function sayAsBob(net: MemoryNet, frames: readonly Uint8Array[]): void {
  const wire = net.wire(bob);
  net.connect(alice, bob);
  for (const frame of frames) wire.send(alice, frame);
  net.settle();
}
