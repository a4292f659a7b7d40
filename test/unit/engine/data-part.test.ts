import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { RunningEngine } from '../../../main/engine/running-engine.ts';
import { startEngine } from '../../../main/engine/start-engine.ts';
import { createSecretsFile, fileKeyVault, openCertificate } from '../../../main/identity/index.ts';
import { silentLogger } from '../../../main/ports/logger.ts';
import { systemRandom } from '../../../main/ports/random.ts';
import { systemClock } from '../../../main/ports/system-clock.ts';
import { openStorage, type Storage } from '../../../main/storage/index.ts';
import { alice, bob, comesFrom, startMs, writeTo } from '../storage/profile.ts';
import { engineParts } from './engine-parts.ts';

const passphrase = 'three grey geese in a green field';

let home = '';
const running = new Set<RunningEngine>();
beforeEach(() => (home = mkdtempSync(join(tmpdir(), 'lilliput-data-'))));
afterEach(async () => {
  await Promise.all([...running].map((engine) => engine.stop()));
  running.clear();
  rmSync(home, { recursive: true, force: true });
});

interface Person {
  readonly dir: string;
  engine: RunningEngine;
  /** Resolves with the engine that comes after one that asked to be restarted. */
  again(): Promise<RunningEngine>;
}

/** An engine as a shell runs it: when it asks to be restarted it is. */
async function person(name: string): Promise<Person> {
  const dir = join(home, name);
  let wish = Promise.withResolvers<void>();
  const start = async (): Promise<RunningEngine> => {
    const engine = await startEngine({
      ...engineParts(dir, { host: '127.44.6.1', port: 0 }),
      restart: () => wish.resolve(),
      archiveCost: { memoryBytes: 8 * 1024 * 1024, passes: 1 },
    });
    running.add(engine);
    return engine;
  };
  const made: Person = {
    dir,
    engine: await start(),
    async again() {
      await wish.promise;
      wish = Promise.withResolvers();
      await made.engine.stop();
      running.delete(made.engine);
      made.engine = await start();
      return made.engine;
    },
  };
  return made;
}

async function signUp({ account }: RunningEngine, name: string): Promise<void> {
  for await (const { step } of account.signUp(name, undefined)) if (step === 'done') return;
}

/** What is on the disk of somebody whose engine does not run. */
const storageOf = (dir: string): Promise<Storage> =>
  openStorage({
    path: join(dir, 'lilliput.db'),
    vault: fileKeyVault,
    clock: systemClock,
    random: systemRandom,
    logger: silentLogger,
  });

const secretsOf = async (dir: string) => {
  const secrets = await createSecretsFile(join(dir, 'account.secret'), fileKeyVault).load();
  if (secrets === null) throw new TypeError('no secrets');
  return secrets;
};

/** Somebody with two contacts, one of whom they wrote with for a while. */
async function gulliver(messages: number): Promise<Person> {
  const before = await person('gulliver');
  await signUp(before.engine, 'gulliver');
  await before.engine.settings.update({ theme: 'dark', undoSend: true });
  await before.engine.stop();
  running.delete(before.engine);
  const storage = await storageOf(before.dir);
  for (const [number, accountKey] of [alice, bob].entries()) {
    storage.contacts.save({
      accountKey,
      name: number === 0 ? 'alice' : 'bob',
      nickname: number === 0 ? 'Al' : null,
      relation: 'contact',
      relationBefore: null,
      removed: false,
      note: null,
      volume: 1.5,
      hideAddress: number === 1,
      favourite: number === 0,
      invisibleTo: false,
      verifiedMs: number === 0 ? 3_000 : null,
      sinceMs: 1_000,
      lastSeenMs: 2_000,
      address: new Uint8Array(100).fill(number + 1),
      ackedSequence: 7,
    });
  }
  storage.transaction(() => {
    for (let number = 1; number <= messages; number += 1) comesFrom(storage, alice, number, `message ${number}`);
    writeTo(storage, bob, 5_000, 'waits for bob');
  });
  storage.sequences.raise('certificate', alice, 77);
  storage.close();
  return person('gulliver');
}

async function archiveOf({ engine }: Person): Promise<string[]> {
  const id = await engine.data.openArchive(passphrase);
  const parts: string[] = [];
  let before = 0;
  for (;;) {
    const { bytes, fraction, isLast } = engine.data.readArchive(id);
    expect(fraction).toBeGreaterThanOrEqual(before);
    before = fraction;
    parts.push(bytes);
    if (isLast) return parts;
  }
}

async function put({ engine }: Person, parts: readonly string[]): Promise<string> {
  let id: string | null = null;
  // oxlint-disable-next-line no-await-in-loop -- one part after the other
  for (const part of parts) id = await engine.data.putArchive(id, part);
  if (id === null) throw new TypeError('nothing to put');
  return id;
}

async function bringBack({ engine }: Person, id: string, said = passphrase, replace = false): Promise<string[]> {
  const steps: string[] = [];
  for await (const { step } of engine.data.bringBack(id, said, replace, undefined)) steps.push(step);
  return steps;
}

const bytesOf = (parts: readonly string[]): Buffer => Buffer.concat(parts.map((part) => Buffer.from(part, 'base64')));
const textsOf = ({ engine }: Person, account: string): string[] =>
  engine.conversations.page(account, null, 200).items.flatMap((item) => (item.kind === 'message' ? [item.text] : []));

describe('An account in an archive', { timeout: 60_000 }, () => {
  it('is on another computer what it was: people, messages, settings, what waits; as a device of its own', async () => {
    const there = await gulliver(3_000);
    const archive = await archiveOf(there);
    const before = await secretsOf(there.dir);
    await there.engine.stop();
    running.delete(there.engine);

    const here = await person('here');
    expect((await bringBack(here, await put(here, archive))).at(-1)).toBe('done');
    await here.again();
    expect(here.engine.app.get().storageNotice).toBeNull();
    expect(here.engine.account.state.get()).toMatchObject({ kind: 'ready', account: { name: 'gulliver' } });
    expect(here.engine.settings.state.get()).toMatchObject({ theme: 'dark', undoSend: true });
    expect(textsOf(here, alice)).toEqual(Array.from({ length: 200 }, (_, index) => `message ${2_801 + index}`));
    expect(textsOf(here, bob)).toEqual(['waits for bob']);
    expect(here.engine.data.size()).toMatchObject({ messages: 3_001, calls: 0 });
    await here.engine.stop();
    running.delete(here.engine);

    const storage = await storageOf(here.dir);
    expect(storage.contacts.all()).toMatchObject([
      {
        accountKey: alice,
        nickname: 'Al',
        volume: 1.5,
        favourite: true,
        verifiedMs: 3_000,
        hideAddress: false,
        address: Buffer.alloc(100, 1),
      },
      { accountKey: bob, nickname: null, hideAddress: true, address: Buffer.alloc(100, 2) },
    ]);
    expect(storage.sequences.highest('certificate', alice)).toBe(77);
    expect(storage.outbox.count(bob)).toBe(1);
    expect(writeTo(storage, bob, 6_000, 'more').sequence).toBeGreaterThan(startMs / 1000 + 10_000);
    while (storage.search.backfill(500));
    expect(storage.search.find({ typed: 'message 2077', conversationId: alice, beforeOrdinal: null, limit: 9 })).toHaveLength(1);
    storage.close();

    const after = await secretsOf(here.dir);
    expect(after.rootSeed).toEqual(before.rootSeed);
    expect(after.doorSeed).toEqual(before.doorSeed);
    expect(after.deviceSeed).not.toEqual(before.deviceSeed);
    expect(openCertificate(after.certificate)?.floor).toBeGreaterThan(openCertificate(before.certificate)?.sequence ?? 0);
    expect(after.listening.sequence).toBeGreaterThan(before.listening.sequence);
    expect(readdirSync(here.dir).filter((name) => name.includes('archive') || name.includes('brought'))).toEqual([]);
  });

  it('takes the place of another account only when that was said, and the other is kept aside', async () => {
    const archive = await archiveOf(await gulliver(1));
    const here = await person('here');
    await signUp(here.engine, 'somebody-else');
    const incoming = await put(here, archive);
    await expect(bringBack(here, incoming)).rejects.toMatchObject({ code: 'ALREADY_SIGNED_IN' });
    expect(here.engine.account.state.get()).toMatchObject({ kind: 'ready', account: { name: 'somebody-else' } });
    await bringBack(here, incoming, passphrase, true);
    await here.again();
    expect(here.engine.account.state.get()).toMatchObject({ kind: 'ready', account: { name: 'gulliver' } });
    const kept = readdirSync(here.dir).filter((name) => name.includes('.kept-'));
    expect(kept.some((name) => name.startsWith('account.secret'))).toBe(true);
    const keptDatabase = kept.find((name) => name.startsWith('lilliput.db.kept')) ?? '';
    const storage = await openStorage({
      path: join(here.dir, keptDatabase),
      vault: fileKeyVault,
      clock: systemClock,
      random: systemRandom,
      logger: silentLogger,
    });
    expect(storage.account.load()?.name).toBe('somebody-else');
    storage.close();
  });

  it('that can’t be brought back changes nothing: a wrong passphrase, one cut off, one damaged; and then the right one works', async () => {
    const archive = await archiveOf(await gulliver(2_000));
    const whole = bytesOf(archive);
    const here = await person('here');
    const good = await put(here, archive);
    await expect(bringBack(here, good, 'three grey ducks')).rejects.toMatchObject({ code: 'ARCHIVE_PASSPHRASE' });
    const cut = await put(here, [whole.subarray(0, whole.byteLength - 50).toString('base64')]);
    await expect(bringBack(here, good)).rejects.toMatchObject({ code: 'CANCELLED' });
    await expect(bringBack(here, cut)).rejects.toMatchObject({ code: 'ARCHIVE_DAMAGED', reason: 'cut' });
    const changed = Buffer.from(whole);
    changed[whole.byteLength - 100] = (changed[whole.byteLength - 100] ?? 0) ^ 1;
    await expect(bringBack(here, await put(here, [changed.toString('base64')]))).rejects.toMatchObject({
      code: 'ARCHIVE_DAMAGED',
      reason: 'damaged',
    });
    expect(here.engine.account.state.get()).toEqual({ kind: 'none' });
    expect(existsSync(join(here.dir, 'brought-back', 'ready'))).toBe(false);
    expect(existsSync(join(here.dir, 'brought-back', 'lilliput.db'))).toBe(false);
    await bringBack(here, await put(here, archive));
    await here.again();
    expect(here.engine.data.size()).toMatchObject({ messages: 2_001 });
  });

  it('is made one at a time, and can be stopped', async () => {
    const there = await gulliver(1);
    const first = await there.engine.data.openArchive(passphrase);
    await expect(there.engine.data.openArchive(passphrase)).rejects.toMatchObject({ code: 'TOO_MANY' });
    there.engine.data.closeArchive(first);
    expect(() => there.engine.data.readArchive(first)).toThrow('archive-closed');
    expect(await archiveOf(there)).not.toEqual([]);
  });
});

describe('An account', { timeout: 60_000 }, () => {
  it('that is to be forgotten here leaves nothing of itself, and its name to whoever has the words', async () => {
    const there = await gulliver(1);
    expect(() => there.engine.data.forgetAccount('galliver')).toThrow('BAD_INPUT');
    there.engine.data.forgetAccount('gulliver');
    await there.again();
    expect(there.engine.account.state.get()).toEqual({ kind: 'none' });
    expect(there.engine.data.size()).toMatchObject({ messages: 0, calls: 0 });
    expect(existsSync(join(there.dir, 'account.secret'))).toBe(false);
    expect(existsSync(join(there.dir, 'forget-account'))).toBe(false);
  });

  it('shows a conversation cleared, and as it was when that is undone', async () => {
    const there = await gulliver(5);
    const shown = (): string[] => there.engine.conversations.list.values().map((conversation) => conversation.id);
    there.engine.data.clear(alice);
    expect([shown(), textsOf(there, alice)]).toEqual([[bob], []]);
    there.engine.data.unclear(alice);
    expect(shown().toSorted()).toEqual([alice, bob]);
    expect(textsOf(there, alice)).toHaveLength(5);
    there.engine.data.clear(null);
    expect(shown()).toEqual([]);
    expect(() => there.engine.data.clear('cc'.repeat(32))).toThrow('NO_SUCH_CONVERSATION');
  });

  it('exports what is said to a person of the list, and to nobody else', async () => {
    const there = await gulliver(300);
    const first = there.engine.data.exportPart(alice, 'json', null);
    expect(first).toMatchObject({ done: 200, total: 300 });
    const second = there.engine.data.exportPart(alice, 'json', first.next);
    expect(second).toMatchObject({ next: null, done: 300 });
    expect(JSON.parse(first.text + second.text)).toMatchObject({ you: { name: 'gulliver' }, items: { length: 300 } });
    expect(() => there.engine.data.exportPart('0'.repeat(64), 'html', null)).toThrow('NO_SUCH_CONVERSATION');
  });
});
