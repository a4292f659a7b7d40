import { join } from 'node:path';
import { openSqlite } from '../../../native-shims/sqlite/index.ts';
import { fileKeyVault } from '../../../main/identity/index.ts';
import { silentLogger } from '../../../main/ports/logger.ts';
import { systemRandom } from '../../../main/ports/random.ts';
import { systemClock } from '../../../main/ports/system-clock.ts';
import { openStorage } from '../../../main/storage/index.ts';
import { spread, type Bench } from '../figures.ts';

const people = 50;
const inAll = 1_000_000;
const inLongest = 100_000;
const wordCount = 20_000;
const queries = 200;

/** Words as often as in speech: the n-th most frequent is said 1/n as often as the first (Zipf). */
function createSpeaker(seed: number): () => string {
  let state = seed;
  const next = (): number => {
    // Numerical Recipes' linear congruential generator: the same text in each run.
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
  const word = (): string => `w${Math.floor(wordCount ** next()).toString(36)}`;
  return () => Array.from({ length: 4 + Math.floor(next() * 16) }, word).join(' ');
}

const keyOf = (person: number): string => person.toString(16).padStart(64, '0');

/** Two persons have the longest conversation, the rest is shared by the others. */
const personOf = (index: number): number => (index < inLongest ? 0 : 1 + (index % (people - 1)));

export const history: Bench = {
  name: 'history',
  what:
    `${inAll} messages of words as frequent as in speech, ${inLongest} of them with one person: from the typed words to the newest 50 ` +
    'messages with all of them, in all conversations; and from opening the longest conversation to its newest page, and to a page from its middle.',
  async run({ dir, say }) {
    const path = join(dir, 'history.db');
    const vault = fileKeyVault;
    const open = () => openStorage({ path, vault, clock: systemClock, random: systemRandom, logger: silentLogger });
    (await open()).close();
    say('writing the messages');
    await fill(path);
    const storage = await open();
    const filledMs = performance.now();
    while (storage.search.backfill(5_000));
    say(`in the index after ${Math.round((performance.now() - filledMs) / 1000)} s`);
    const speak = createSpeaker(2);
    const time = (work: () => unknown): number => {
      const from = performance.now();
      work();
      return performance.now() - from;
    };
    const typed = Array.from({ length: queries }, (_, index) =>
      speak()
        .split(' ')
        .slice(0, 1 + (index % 3))
        .join(' '),
    );
    const searching = typed.map((words) =>
      time(() => storage.search.find({ typed: words, conversationId: null, beforeOrdinal: null, limit: 50 })),
    );
    const commonest = Array.from({ length: 20 }, () =>
      time(() => storage.search.find({ typed: 'w1', conversationId: keyOf(3), beforeOrdinal: null, limit: 50 })),
    );
    const opening = Array.from({ length: 50 }, () =>
      time(() => [storage.conversations.view(keyOf(0)), storage.conversations.page(keyOf(0), null, 60)]),
    );
    const older = Array.from({ length: 50 }, (_, index) =>
      time(() => storage.conversations.page(keyOf(0), 20_000 + index * 1_000, 60)),
    );
    const list = Array.from({ length: 10 }, () => time(() => storage.conversations.list()));
    storage.close();
    return [
      ...spread('search in a million messages', 'ms', searching, { p95: 50 }),
      ...spread('search for the commonest word, with one person', 'ms', commonest, { p95: 50 }),
      ...spread('a conversation of 100,000 opened', 'ms', opening, { p95: 100 }),
      ...spread('a page of it from its middle', 'ms', older, { p95: 100 }),
      ...spread('the list of conversations', 'ms', list, { p95: 100 }),
    ];
  },
};

/** As an older version left them, without an index: straight into the table. */
async function fill(path: string): Promise<void> {
  const sqlite = await openSqlite(path, { busyTimeoutMs: 1_000 });
  try {
    const speak = createSpeaker(1);
    const insert = sqlite.prepare(
      `INSERT INTO messages (conversation_id, id, direction, sequence, text, sent_ms, at_ms, delivery)
       VALUES (?, ?, ?, ?, ?, ?, ?, 'delivered')`,
    );
    sqlite.transaction(() => {
      const begin = sqlite.prepare('INSERT INTO conversations (id) VALUES (?)');
      for (let person = 0; person < people; person += 1) begin.run(keyOf(person));
      for (let index = 0; index < inAll; index += 1) {
        const direction = index % 2 === 0 ? 'in' : 'out';
        insert.run(keyOf(personOf(index)), index.toString(16).padStart(32, '0'), direction, index + 1, speak(), index, index);
      }
      sqlite.exec(`UPDATE search_backfill SET ordinal = ${inAll}`);
    });
  } finally {
    sqlite.close();
  }
}
