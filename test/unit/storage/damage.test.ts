import { existsSync, readdirSync, readFileSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { execFileSync } from 'node:child_process';
import { openSqlite } from '../../../native-shims/sqlite/index.ts';
import { AppError } from '../../../main/ports/app-error.ts';
import { silentLogger } from '../../../main/ports/logger.ts';
import { storeDatabase } from '../../../main/storage/database.ts';
import { messageRepository } from '../../../main/storage/message-repository.ts';
import { outboxRepository } from '../../../main/storage/outbox-repository.ts';
import { searchRepository } from '../../../main/storage/search-repository.ts';
import { openDatabase } from '../../../main/storage/open-database.ts';
import { alice, newProfile, startMs, type Profile, writeTo } from './profile.ts';

/** Only root may mount a disk of one megabyte. */
const canMount = process.platform === 'linux' && process.getuid?.() === 0;

let profile: Profile;
beforeEach(() => (profile = newProfile()));
afterEach(() => profile.dispose());

const codeOf = (run: () => unknown): string => {
  try {
    run();
    return 'no error';
  } catch (error) {
    return error instanceof AppError ? error.code : String(error);
  }
};

describe.each(['node', 'wasm'] as const)('A damaged or busy database (%s driver)', (driver) => {
  async function keptAside(original: Buffer): Promise<'kept aside'> {
    const storage = await profile.open(driver);
    const notice = storage.notice();
    expect(notice?.code).toBe('STORAGE_CORRUPT');
    expect(notice?.keptAt).toMatch(/lilliput\.db\.kept-2026-11-23T18-00-00-000Z/u);
    expect(readFileSync(notice?.keptAt ?? '').equals(original)).toBe(true);
    writeTo(storage, alice, 1, 'a new beginning');
    expect(storage.outbox.next(alice, 0, 10, startMs)).toHaveLength(1);
    storage.close();
    expect((await profile.open(driver)).notice()).toBeNull();
    return 'kept aside';
  }

  it('keeps a file of garbage aside, byte for byte, and begins a new one', async () => {
    writeFileSync(profile.path, Buffer.alloc(8192, 'garbage'));
    expect(await keptAside(readFileSync(profile.path))).toBe('kept aside');
  });

  it('keeps a truncated database aside and begins a new one', async () => {
    const storage = await profile.open(driver);
    for (let number = 0; number < 40; number += 1) writeTo(storage, alice, number, 'x'.repeat(2000));
    storage.close();
    truncateSync(profile.path, Math.floor(statSync(profile.path).size / 2 / 4096) * 4096);
    expect(await keptAside(readFileSync(profile.path))).toBe('kept aside');
  });

  it('keeps a database of a newer version aside and begins a new one', async () => {
    (await profile.open(driver)).close();
    const sqlite = await openSqlite(profile.path, { busyTimeoutMs: 100 }, driver);
    sqlite.exec('PRAGMA user_version = 999');
    sqlite.close();
    expect(await keptAside(readFileSync(profile.path))).toBe('kept aside');
  });

  it("keeps another program's database aside and begins a new one", async () => {
    const sqlite = await openSqlite(profile.path, { busyTimeoutMs: 100 }, driver);
    sqlite.exec('CREATE TABLE recipes (name)');
    sqlite.close();
    expect(await keptAside(readFileSync(profile.path))).toBe('kept aside');
  });

  it('never overwrites what was kept before, even within one millisecond', async () => {
    const kept: (string | null | undefined)[] = [];
    for (const content of ['first', 'second', 'third']) {
      writeFileSync(profile.path, Buffer.alloc(4096, content));
      const storage = await profile.open(driver);
      kept.push(storage.notice()?.keptAt);
      storage.close();
    }
    expect(new Set(kept).size).toBe(3);
    expect(
      kept.map((path) =>
        readFileSync(path ?? '')
          .toString()
          .slice(0, 5),
      ),
    ).toEqual(['first', 'secon', 'third']);
  });

  it('says STORAGE_LOCKED while another connection holds it, and leaves the file alone', async () => {
    (await profile.open(driver)).close();
    const holder = await openSqlite(profile.path, { busyTimeoutMs: 100 }, driver);
    holder.exec('BEGIN EXCLUSIVE');
    await expect(profile.open(driver)).rejects.toMatchObject({ code: 'STORAGE_LOCKED' });
    holder.exec('ROLLBACK');
    holder.close();
    expect(readdirSync(profile.directory).filter((name) => name.includes('kept'))).toEqual([]);
    expect((await profile.open(driver)).notice()).toBeNull();
  });

  it('says STORAGE_LOCKED to a second engine on the same profile, which leaves the first one alone', async () => {
    const first = await profile.open(driver);
    await expect(profile.open(driver)).rejects.toMatchObject({ code: 'STORAGE_LOCKED' });
    writeTo(first, alice, 1, 'still here');
    expect(first.outbox.count(alice)).toBe(1);
  });

  it('says STORAGE_LOCKED where no folder can be made', async () => {
    writeFileSync(`${profile.directory}/file`, '');
    await expect(profile.open(driver, `${profile.directory}/file/lilliput.db`)).rejects.toMatchObject({ code: 'STORAGE_LOCKED' });
  });

  it('keeps the file for its owner only', async () => {
    await profile.open(driver);
    expect(statSync(profile.path).mode & 0o777).toBe(0o600);
  });

  it('says DISK_FULL when it may not grow, loses nothing stored, and goes on when there is room', async () => {
    const { sqlite } = await openDatabase({ path: profile.path, nowMs: startMs, logger: silentLogger, driver });
    const troubles: string[] = [];
    const database = storeDatabase(sqlite, (trouble) => troubles.push(trouble));
    const outbox = outboxRepository(database);
    const storage = { messages: messageRepository(database, outbox, searchRepository(database)) };
    writeTo(storage, alice, 1, 'before');
    sqlite.exec('PRAGMA max_page_count = 1'); // SQLite takes the least possible: the present size.
    expect(codeOf(() => writeTo(storage, alice, 2, 'x'.repeat(16_000)))).toBe('DISK_FULL');
    expect(troubles).toEqual(['DISK_FULL']);
    sqlite.exec('PRAGMA max_page_count = 1000000');
    writeTo(storage, alice, 3, 'after');
    expect(outbox.next(alice, 0, 10, startMs).map(({ body, sequence }) => [sequence, body])).toEqual([
      [startMs / 1000, 'before'],
      [startMs / 1000 + 1, 'after'],
    ]);
    sqlite.close();
  });

  it.runIf(canMount)('says DISK_FULL on a disk that is really full, and tells who watches', async () => {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', profile.directory]);
    try {
      const storage = await profile.open(driver);
      const notices: string[] = [];
      storage.onNotice((notice) => notices.push(notice.code));
      writeTo(storage, alice, 0, 'before');
      let number = 0;
      const code = codeOf(() => {
        for (number = 1; number < 200; number += 1) writeTo(storage, alice, number, 'x'.repeat(16_000));
      });
      expect(code).toBe('DISK_FULL');
      expect(notices).toEqual(['DISK_FULL']);
      expect(storage.outbox.count(alice)).toBe(number);
      storage.close();
      await expect(profile.open(driver).then((again) => again.notice())).resolves.toBeNull();
    } finally {
      profile.closeAll();
      execFileSync('umount', [profile.directory]);
    }
  });
});

describe('The files beside the database', () => {
  it('are kept aside with it', async () => {
    writeFileSync(profile.path, Buffer.alloc(8192, 'garbage'));
    writeFileSync(`${profile.path}-wal`, 'log');
    const storage = await profile.open();
    const keptAt = storage.notice()?.keptAt ?? '';
    expect(existsSync(`${keptAt}-wal`) && readFileSync(`${keptAt}-wal`, 'utf8')).toBe('log');
  });
});
