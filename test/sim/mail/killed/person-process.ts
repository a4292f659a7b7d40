/**
 * `node person-process.ts`: one life of somebody who writes to a friend, in a process that is killed sooner or later. What is between
 * people, and between them and the keepers, is the business of who started it.
 */
import { AppError } from '../../../../main/ports/app-error.ts';
import type { PeerState, PeerWire } from '../../../../main/ports/peer-wire.ts';
import { systemRandom } from '../../../../main/ports/random.ts';
import { createAccount } from '../../../../main/identity/index.ts';
import { addressOf } from '../../../unit/chat/memory-wire.ts';
import { seededRandom } from '../../../unit/identity/fixtures.ts';
import { newProfile } from '../../../unit/storage/profile.ts';
import { farStore, type KeepersAnswer } from '../far-keepers.ts';
import { MailPerson } from '../mail-person.ts';
import { shifted } from '../mail-world.ts';
import { quickClock } from '../quick-clock.ts';
import type { Channel, FromPerson, Life, ToPerson } from './words.ts';

const say = (words: FromPerson): void => void process.send?.(words);

interface Line {
  readonly wire: PeerWire;
  state(state: PeerState): void;
  heard(bytes: Uint8Array): void;
}

/** The friend's end is in another process. */
function lineTo(friend: string, channel: Channel): Line {
  type Listener<T> = Parameters<PeerWire[T & ('onMessage' | 'onState')]>[0];
  const messages = new Set<Listener<'onMessage'>>();
  const states = new Set<Listener<'onState'>>();
  let isOpen = false;
  return {
    wire: {
      send(_, bytes) {
        if (!isOpen) return 'not-connected';
        say({ type: 'wire', channel, bytes });
        return 'queued';
      },
      onMessage(listener) {
        messages.add(listener);
        return () => messages.delete(listener);
      },
      onState(listener) {
        states.add(listener);
        if (isOpen) listener(addressOf(friend), 'connected');
        return () => states.delete(listener);
      },
    },
    state(state) {
      isOpen = state === 'connected';
      for (const listener of states) listener(addressOf(friend), state);
    },
    heard(bytes) {
      for (const listener of messages) listener(addressOf(friend), bytes);
    },
  };
}

const questions = new Map<number, (answer: KeepersAnswer) => void>();
let calls = 0;
const lines = new Map<Channel, Line>();
let person: MailPerson | null = null;

async function live(life: Life): Promise<void> {
  const { name, seed, bornMs, directory, driver, friend, haste, wrongByMs } = life;
  const store = farStore(
    `home of ${name}`,
    (question) =>
      new Promise((resolve) => {
        calls += 1;
        questions.set(calls, resolve);
        say({ type: 'ask', call: calls, question });
      }),
  );
  for (const channel of ['mailbox', 'chat'] as const) lines.set(channel, lineTo(friend, channel));
  const wireOf = (channel: Channel): PeerWire => lines.get(channel)?.wire ?? lineTo(friend, channel).wire;
  const wires = { mailbox: wireOf('mailbox'), chat: wireOf('chat') };
  const secrets = await createAccount(name, { random: seededRandom(seed), nowMs: bornMs });
  const clock = shifted(quickClock(haste), wrongByMs);
  const profile = newProfile(directory);
  person = new MailPerson(secrets, { wires: () => wires, store, clock, random: systemRandom, profile, driver });
  person.friends = (account) => account === friend;
  await person.start();
  const me = person;
  setInterval(() => {
    if (!me.isRunning) return;
    const { outbox, letters, ownBox } = me.storage;
    const isSettled = outbox.count(friend) === 0 && letters.receipts(friend, 1).length === 0;
    say({ type: 'standing', standing: { keys: me.mail.carrier.left(friend), isRegistered: ownBox.load() !== null, isSettled } });
  }, 20);
  if (life.isBusy) writeAlways(me, life);
}

/** A text or some, or word that all was read, every few milliseconds. */
function writeAlways(me: MailPerson, { name, number, friend }: Life): void {
  const random = systemRandom;
  let written = 0;
  const act = (): void => {
    if (!me.isRunning) return;
    try {
      if (random.fraction() < 0.25) me.chat.read(friend);
      else {
        for (let many = Math.floor(random.fraction() * 3); many >= 0; many -= 1) {
          written += 1;
          const text = `${name} ${number}.${written}`;
          me.chat.send(friend, text, null);
          say({ type: 'wrote', text });
        }
      }
    } catch (error) {
      // As many wait as may.
      if (!(error instanceof AppError) || error.code !== 'TOO_MANY') throw error;
    }
    setTimeout(act, 2 + random.fraction() * 20);
  };
  act();
}

process.on('message', (words: ToPerson) => {
  switch (words.type) {
    case 'live':
      return void live(words.life);
    case 'session':
      for (const line of lines.values()) line.state(words.isOpen ? 'connected' : 'closed');
      return undefined;
    case 'wire':
      return lines.get(words.channel)?.heard(words.bytes);
    case 'answer':
      questions.get(words.call)?.(words.answer);
      return void questions.delete(words.call);
    case 'quit':
      return void (person?.quit() ?? Promise.resolve()).then(() => process.exit(0));
  }
});
process.on('disconnect', () => process.exit(0));
say({ type: 'loaded' });
