import { monitorEventLoopDelay } from 'node:perf_hooks';
import { encodeMail } from '../../../../main/chat/index.ts';
import { createConversationsPart } from '../../../../main/engine/conversations-part.ts';
import { mailboxTarget } from '../../../../main/mailbox/index.ts';
import { toHex } from '../../../../main/ports/hex.ts';
import { systemClock } from '../../../../main/ports/system-clock.ts';
import { memoryNet } from '../../../unit/chat/memory-wire.ts';
import { seededRandom } from '../../../unit/identity/fixtures.ts';
import { sum } from '../../lab/mail.ts';
import { eventually } from '../lab-people.ts';
import { MailPerson } from '../mail-person.ts';
import { startKeepers } from '../far-keepers.ts';
import { noHaste } from '../quick-clock.ts';
import type { MailScenario } from '../scenario.ts';

/** A page that is told ten times a second looks alive. */
const longestStallMs = 100;
const never = new AbortController().signal;

/** Ten thousand messages, each in a letter of its own, from forty friends, wait for one who comes back. */
export const drainProbe: MailScenario = {
  name: 'drain',
  goal: `10,000 waiting messages arrive without the engine standing still for more than ${longestStallMs} ms`,
  async run({ seed, isShort, say }) {
    const random = seededRandom(seed);
    // In a process of their own: what they do is not the engine's work.
    const keepers = startKeepers({ count: 3, seed, haste: noHaste, loss: 0 });
    const [chat, mailbox] = [memoryNet(), memoryNet()];
    const make = (name: string): Promise<MailPerson> =>
      MailPerson.make(name, {
        wires: (account) => ({ chat: chat.wire(account), mailbox: mailbox.wire(account) }),
        // Each deposit from a network of its own: the quota of one is not what this is about.
        store: keepers.storeFor(null),
        clock: systemClock,
        random,
      });
    const reader = await make('reader');
    const writers: MailPerson[] = [];
    try {
      await reader.start();
      await eventually(() => reader.isRegistered, 'the mailbox is known');
      const [friends, each] = [40, Number(process.env['EACH'] ?? 100)];
      for (let number = 0; number < friends; number += 1) {
        // oxlint-disable-next-line no-await-in-loop -- one after the other
        await meet(await make(`writer-${number}`), reader, each);
      }
      // From here on they are away.
      reader.fall();
      for (const [number, writer] of writers.entries()) {
        // oxlint-disable-next-line no-await-in-loop -- likewise
        await leaveMany(writer, reader, each);
        if (number % 10 === 9) say(`${(number + 1) * each} messages wait`);
      }
      return await comeBack(reader, friends * each);
    } finally {
      for (const person of [reader, ...writers]) {
        person.fall();
        person.profile.dispose();
      }
      await keepers.stop();
    }

    /** Each has keys of the other's, and that is all that they ever say over a wire. */
    async function meet(writer: MailPerson, to: MailPerson, count: number): Promise<void> {
      writers.push(writer);
      await writer.start();
      mailbox.connect(writer.key, to.key);
      await eventually(() => {
        mailbox.settle();
        return writer.mail.carrier.left(to.key) >= count;
      }, 'there are keys');
      mailbox.close(writer.key, to.key);
    }

    async function leaveMany(writer: MailPerson, to: MailPerson, count: number): Promise<void> {
      const store = keepers.storeFor(null);
      for (let sequence = 1; sequence <= count; sequence += 1) {
        const body = { kind: 'text', text: `${sequence} of ${writer.secrets.name}`, replyTo: null } as const;
        const post = { id: toHex(random.bytes(16)), sequence, sentMs: systemClock.nowMs(), body };
        const content = encodeMail({ posts: [{ after: sequence - 1, post }], receipts: [] });
        // oxlint-disable-next-line no-await-in-loop -- in the order in which they are written
        const item = await writer.mail.carrier.write(to.key, content);
        if (item === null) throw new Error('no key is left');
        // oxlint-disable-next-line no-await-in-loop -- likewise
        await store.deposit(mailboxTarget(item.mailbox), item, never);
      }
      writer.fall();
    }

    async function comeBack(person: MailPerson, count: number) {
      const beganMs = systemClock.monotonicMs();
      const delays = monitorEventLoopDelay({ resolution: 5 });
      await person.start();
      const part = createConversationsPart({
        repository: person.storage.conversations,
        search: person.storage.search,
        find: (account, id) => person.storage.messages.find(account, id),
        chat: () => person.chat,
        requireConversation: () => undefined,
      });
      let [arrived, firstMs] = [0, 0];
      person.chat.onChange((changes) => {
        part.chatChanged(changes);
        const before = arrived;
        arrived += changes.filter(({ type }) => type === 'received').length;
        if (before === 0 && arrived > 0) firstMs = systemClock.monotonicMs() - beganMs;
      });
      delays.enable(); let lastUs = Number(process.hrtime.bigint() / 1000n); const began = lastUs; const watch = setInterval(() => { const now = Number(process.hrtime.bigint() / 1000n); if (now - lastUs > 40_000) process.stderr.write(`STALL ${lastUs} ${now} ${Math.round((now-lastUs)/1000)} at ${Math.round((lastUs-began)/1000)} arrived ${arrived}\n`); lastUs = now; }, 3);
      await eventually(() => arrived >= count, 'all are there', 600_000);
      const allMs = systemClock.monotonicMs() - beganMs;
      delays.disable(); clearInterval(watch);
      const stalledMs = Math.max(0, delays.max / 1e6 - 5);
      const mixed = sum(writers.map(({ key }) => outOfOrder(person.messages(key, 'in').map(({ text }) => text))));
      const [seconds, first] = [allMs / 1_000, firstMs / 1_000];
      return {
        figures: {
          messages: count,
          firstMs: Math.round(firstMs),
          allMs: Math.round(allMs),
          longestStallMs: Math.round(stalledMs),
          stallP99Ms: Math.round(Math.max(0, delays.percentile(99) / 1e6 - 5)),
          outOfOrder: mixed,
        },
        kept: arrived === count && mixed === 0 && stalledMs <= longestStallMs,
        words: `${count} letters of one message: the first in sight after ${first.toFixed(1)} s, all after ${seconds.toFixed(0)} s; longest stall ${Math.round(stalledMs)} ms (p99 ${Math.round(Math.max(0, delays.percentile(99) / 1e6 - 5))} ms), ${mixed} out of order`,
      };
    }
  },
};

const outOfOrder = (texts: readonly string[]): number =>
  texts.filter((text, index) => !text.startsWith(`${index + 1} of `)).length;
