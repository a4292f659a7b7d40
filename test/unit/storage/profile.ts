import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CallRecordView } from '../../../preload/contract/index.ts';
import type { SqliteDriverName } from '../../../native-shims/sqlite/index.ts';
import { fileKeyVault } from '../../../main/identity/index.ts';
import type { Clock } from '../../../main/ports/clock.ts';
import { silentLogger } from '../../../main/ports/logger.ts';
import { systemRandom } from '../../../main/ports/random.ts';
import { openStorage, type NewPost, type Storage, type Stored, type StoredMessage } from '../../../main/storage/index.ts';

export const startMs = Date.UTC(2026, 10, 23, 18, 0, 0);

/** A clock that stands still until told. Its timers never fire. */
export function stillClock(): Clock & { set(nowMs: number): void } {
  let now = startMs;
  return {
    nowMs: () => now,
    monotonicMs: () => now,
    setTimer: () => ({ cancel: () => undefined, restart: () => undefined }),
    set: (nowMs) => (now = nowMs),
  };
}

/** A profile folder of its own, with its storage on the real disk. */
export interface Profile {
  readonly directory: string;
  readonly path: string;
  open(driver?: SqliteDriverName, elsewhere?: string): Promise<Storage>;
  closeAll(): void;
  /** Closes what was opened and removes the folder. */
  dispose(): void;
}

/** @param directory that there is; else one is made */
export function newProfile(directory = mkdtempSync(join(tmpdir(), 'lilliput-profile-'))): Profile {
  const path = join(directory, 'lilliput.db');
  const opened: Storage[] = [];
  const closeAll = (): void => {
    for (const storage of opened.splice(0)) storage.close();
  };
  return {
    directory,
    path,
    async open(driver, elsewhere) {
      const options = {
        path: elsewhere ?? path,
        vault: fileKeyVault,
        clock: stillClock(),
        random: systemRandom,
        logger: silentLogger,
      };
      const storage = await openStorage(driver === undefined ? options : { ...options, driver });
      opened.push(storage);
      return storage;
    },
    closeAll,
    dispose() {
      closeAll();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

export const alice = 'a1'.repeat(32);
export const bob = 'b2'.repeat(32);
export const id = (number: number): string => number.toString(16).padStart(32, '0');

/** A text of ours, in the outbox as the chat puts it there. */
export const writeTo = (
  storage: Pick<Storage, 'messages'>,
  account: string,
  number: number,
  text: string,
  nowMs = startMs,
): StoredMessage => storage.messages.addOutgoing(account, { text, replyTo: null, nowMs }, queued(number, text, nowMs));

/** Opaque to the storage. */
export const queued = (number: number, body: string, sentMs = startMs, topic: string | null = null): NewPost => ({
  id: id(number),
  body,
  sentMs,
  topic,
  holdUntilMs: null,
});

/** A text of theirs, their `number`th. */
export const comesFrom = (storage: Storage, account: string, number: number, text: string): Stored =>
  storage.messages.addIncoming(account, {
    id: id(number),
    sequence: number,
    text,
    replyTo: null,
    sentMs: startMs,
    nowMs: startMs,
  });

/** A call of theirs that nobody answered. */
export const missedCall = (number: number, startedMs: number, conversationId = alice): CallRecordView => ({
  kind: 'call',
  id: id(number),
  conversationId,
  direction: 'in',
  startedMs,
  talkedMs: 0,
  reason: 'no-answer',
  missed: true,
  summary: null,
});

/** The files of a profile in which these bytes stand. */
export const filesWith = ({ directory }: Pick<Profile, 'directory'>, text: string): string[] =>
  readdirSync(directory, { withFileTypes: true })
    .filter((entry) => entry.isFile() && readFileSync(join(directory, entry.name)).includes(text))
    .map(({ name }) => name);
