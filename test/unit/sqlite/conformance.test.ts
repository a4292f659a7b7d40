import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openSqlite, SqliteError, type SqliteDatabase, type SqliteDriverName } from '../../../native-shims/sqlite/index.ts';

let directory: string;
let path: string;
const opened: SqliteDatabase[] = [];

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'lilliput-sqlite-'));
  path = join(directory, 'test.db');
});

afterEach(() => {
  for (const database of opened.splice(0)) database.close();
  rmSync(directory, { recursive: true });
});

async function open(driver: SqliteDriverName, busyTimeoutMs = 20): Promise<SqliteDatabase> {
  const database = await openSqlite(path, { busyTimeoutMs }, driver);
  opened.push(database);
  return database;
}

const kindOf = (run: () => unknown): string => {
  try {
    run();
    return 'no error';
  } catch (error) {
    return error instanceof SqliteError ? error.kind : `not ours: ${String(error)}`;
  }
};

const other = { node: 'wasm', wasm: 'node' } as const;

describe.each(['node', 'wasm'] as const)('SQLite through the %s driver', (driver) => {
  it('says which driver it is', async () => {
    expect((await open(driver)).driver).toBe(driver);
  });

  it('keeps text, integers, floats, bytes and null as they were', async () => {
    const database = await open(driver);
    database.exec('CREATE TABLE t (a, b, c, d, e)');
    const insert = database.prepare('INSERT INTO t VALUES (?, ?, ?, ?, ?)');
    expect(insert.run('naïve 🎈', 1_763_920_000_123, 1.5, new Uint8Array([0, 255, 7]), null)).toBe(1);
    const row = database.prepare('SELECT * FROM t').get();
    expect({ ...row }).toEqual({ a: 'naïve 🎈', b: 1_763_920_000_123, c: 1.5, d: new Uint8Array([0, 255, 7]), e: null });
  });

  it('answers undefined for no row, an empty list for no rows and the number of rows changed', async () => {
    const database = await open(driver);
    database.exec('CREATE TABLE t (a); INSERT INTO t VALUES (1), (2), (3)');
    expect(database.prepare('SELECT a FROM t WHERE a > ?').get(9)).toBeUndefined();
    expect(database.prepare('SELECT a FROM t WHERE a > ?').all(9)).toEqual([]);
    expect(database.prepare('UPDATE t SET a = a + 1 WHERE a >= ?').run(2)).toBe(2);
  });

  it('runs one statement many times with different values', async () => {
    const database = await open(driver);
    const echo = database.prepare('SELECT ? AS value');
    for (const value of [1, 'two', null, 4.5]) expect(echo.get(value)?.['value']).toBe(value);
  });

  it('leaves no transaction open after reading one row of many', async () => {
    const database = await open(driver);
    database.exec('CREATE TABLE t (a); INSERT INTO t VALUES (1), (2), (3)');
    database.prepare('SELECT a FROM t').get();
    // Refused inside a transaction.
    expect(kindOf(() => database.exec('PRAGMA synchronous = OFF; PRAGMA journal_mode = WAL'))).toBe('no error');
  });

  it('rolls the whole transaction back when the work throws, nested work too', async () => {
    const database = await open(driver);
    database.exec('CREATE TABLE t (a)');
    const insert = database.prepare('INSERT INTO t VALUES (?)');
    expect(() =>
      database.transaction(() => {
        insert.run(1);
        database.transaction(() => insert.run(2));
        throw new TypeError('changed my mind');
      }),
    ).toThrow('changed my mind');
    expect(database.prepare('SELECT count(*) AS n FROM t').get()?.['n']).toBe(0);
    expect(database.transaction(() => insert.run(3))).toBe(1);
  });

  it('enforces foreign keys', async () => {
    const database = await open(driver);
    database.exec('CREATE TABLE p (id INTEGER PRIMARY KEY); CREATE TABLE c (p REFERENCES p (id))');
    expect(kindOf(() => database.prepare('INSERT INTO c VALUES (1)').run())).toBe('constraint');
  });

  it('writes ahead, and searches full text', async () => {
    const database = await open(driver);
    expect(database.prepare('PRAGMA journal_mode = WAL').get()?.['journal_mode']).toBe('wal');
    database.exec("CREATE VIRTUAL TABLE f USING fts5 (body); INSERT INTO f VALUES ('tiny strings hold a giant')");
    expect(database.prepare("SELECT body FROM f WHERE f MATCH 'giant'").all()).toHaveLength(1);
  });

  it('opens what the other driver wrote, write-ahead log included', async () => {
    const first = await open(other[driver]);
    first.exec('PRAGMA journal_mode = WAL; CREATE TABLE t (a); INSERT INTO t VALUES (42)');
    first.close();
    expect((await open(driver)).prepare('SELECT a FROM t').get()?.['a']).toBe(42);
  });

  it('calls a file that is no database corrupt', async () => {
    writeFileSync(path, Buffer.alloc(8192, 7));
    const failure = await open(driver).then(
      (database) => kindOf(() => database.prepare('SELECT * FROM sqlite_schema').all()),
      (error: unknown) => (error instanceof SqliteError ? error.kind : error),
    );
    expect(failure).toBe('corrupt');
  });

  it('calls a truncated file corrupt', async () => {
    const first = await open(driver);
    first.exec('CREATE TABLE t (a); INSERT INTO t VALUES (zeroblob(200000))');
    first.close();
    truncateSync(path, 8192);
    const failure = await open(driver).then(
      (database) => kindOf(() => database.prepare('SELECT sum(length(hex(a))) FROM t').all()),
      (error: unknown) => (error instanceof SqliteError ? error.kind : error),
    );
    expect(failure).toBe('corrupt');
  });

  it('calls a file that another connection holds busy', async () => {
    const holder = await open(driver);
    holder.exec('CREATE TABLE t (a); BEGIN EXCLUSIVE');
    const failure = await open(driver).then(
      (database) => kindOf(() => database.prepare('INSERT INTO t VALUES (1)').run()),
      (error: unknown) => (error instanceof SqliteError ? error.kind : error),
    );
    expect(failure).toBe('busy');
  });

  it('calls a database that may not grow full, and stays usable', async () => {
    const database = await open(driver);
    database.exec('CREATE TABLE t (a); PRAGMA max_page_count = 8');
    const insert = database.prepare('INSERT INTO t VALUES (zeroblob(?))');
    expect(kindOf(() => database.transaction(() => insert.run(100_000)))).toBe('full');
    expect(database.transaction(() => insert.run(10))).toBe(1);
  });

  it('calls broken SQL and a missing directory by their names', async () => {
    const database = await open(driver);
    expect(kindOf(() => database.prepare('SELEKT 1'))).toBe('other');
    path = join(directory, 'missing', 'test.db');
    await expect(open(driver)).rejects.toMatchObject({ kind: 'io' });
  });

  it('can be closed twice', async () => {
    const database = await open(driver);
    database.close();
    expect(() => database.close()).not.toThrow();
  });

  /** Another process that has the file open, with one row stored and one begun; it kills itself so long after it said so, if asked to. */
  async function startHolder(diesAfterMs: number | null): Promise<ChildProcess> {
    const script = join(directory, 'holder.ts');
    const shim = new URL('../../../native-shims/sqlite/index.ts', import.meta.url).href;
    const then = diesAfterMs === null ? 'undefined, 1000' : `process.kill(process.pid, 'SIGKILL'), ${diesAfterMs}`;
    writeFileSync(
      script,
      `import { openSqlite } from ${JSON.stringify(shim)};
       const database = await openSqlite(${JSON.stringify(path)}, { busyTimeoutMs: 20 }, '${driver}');
       database.exec('PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL; CREATE TABLE t (a); INSERT INTO t VALUES (5)');
       database.exec('BEGIN IMMEDIATE; INSERT INTO t VALUES (6)');
       process.send('held');
       setInterval(() => ${then});`,
    );
    const holder = fork(script, [], { execArgv: [] });
    await once(holder, 'message');
    return holder;
  }

  const stored = (database: SqliteDatabase): unknown[] =>
    database
      .prepare('SELECT a FROM t')
      .all()
      .map((row) => row['a']);

  it('opens again after the process that held it was killed', async () => {
    const holder = await startHolder(null);
    const gone = once(holder, 'exit');
    holder.kill('SIGKILL');
    await gone;
    expect(existsSync(path)).toBe(true);
    expect(stored(await open(driver))).toEqual([5]);
  });

  it('opens again at whichever moment of opening and closing it a process was killed', { timeout: 60_000 }, async () => {
    const script = join(directory, 'restless.ts');
    const shim = new URL('../../../native-shims/sqlite/index.ts', import.meta.url).href;
    writeFileSync(
      script,
      `import { openSqlite } from ${JSON.stringify(shim)};
       for (let first = true; ; first = false) {
         const database = await openSqlite(${JSON.stringify(path)}, { busyTimeoutMs: 20 }, '${driver}');
         database.exec('PRAGMA locking_mode = EXCLUSIVE; CREATE TABLE IF NOT EXISTS t (a); INSERT INTO t VALUES (5)');
         database.close();
         if (first) process.send('restless');
         await new Promise((resolve) => setImmediate(resolve));
       }`,
    );
    for (let round = 0; round < 8; round += 1) {
      const restless = fork(script, [], { execArgv: [] });
      const gone = once(restless, 'exit');
      await once(restless, 'message');
      await delay(Math.random() * 40);
      restless.kill('SIGKILL');
      await gone;
      const database = await open(driver);
      expect(stored(database).length).toBeGreaterThan(round);
      database.close();
    }
  });

  it('waits for a process that holds it and is about to die', async () => {
    await startHolder(300);
    expect(stored(await open(driver, 20_000))).toEqual([5]);
  });
});

describe('The lock of the WebAssembly driver', () => {
  const kindOfOpening = (): Promise<unknown> =>
    open('wasm').then(
      () => 'opens',
      (error: unknown) => (error instanceof SqliteError ? error.kind : error),
    );

  it('is nobody’s without the word of who took it', async () => {
    mkdirSync(`${path}.lock`);
    expect(await kindOfOpening()).toBe('opens');
  });

  it('is that of a process that is alive, and not that of one with the same number before the computer started', async () => {
    mkdirSync(`${path}.lock`);
    writeFileSync(`${path}.lock-owner`, `${process.ppid}`);
    expect(await kindOfOpening()).toBe('busy');
    writeFileSync(`${path}.lock-owner`, `${process.ppid} another-start`);
    // Only Linux counts its starts.
    expect(await kindOfOpening()).toBe(existsSync('/proc/sys/kernel/random/boot_id') ? 'opens' : 'busy');
  });
});

describe('Choosing a driver', () => {
  it("takes the runtime's own where there is one", async () => {
    const database = await openSqlite(path, { busyTimeoutMs: 20 });
    opened.push(database);
    expect(database.driver).toBe('node');
  });
});
