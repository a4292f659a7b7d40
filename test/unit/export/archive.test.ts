import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { beginArchive, readArchive } from '../../../main/export/index.ts';
import { createAccount } from '../../../main/identity/index.ts';
import { AppError } from '../../../main/ports/app-error.ts';
import { systemRandom } from '../../../main/ports/random.ts';
import type { Storage } from '../../../main/storage/index.ts';
import { alice, comesFrom, newProfile, startMs, stillClock, type Profile } from '../storage/profile.ts';

/** The least that libsodium takes: these tests are not about guessing. */
const cost = { memoryBytes: 8 * 1024 * 1024, passes: 1 };
const passphrase = 'three grey geese in a green field';

let profile: Profile;
let storage: Storage;
beforeEach(async () => {
  profile = newProfile();
  storage = await profile.open();
});
afterEach(() => profile.dispose());

async function made(messages: number, said = passphrase): Promise<Buffer> {
  storage.transaction(() => {
    for (let number = 1; number <= messages; number += 1) comesFrom(storage, alice, number, `message ${number}`);
  });
  const secrets = await createAccount('gulliver', { random: systemRandom, nowMs: startMs });
  const source = { secrets, rows: storage.accountRows, schemaVersion: storage.schemaVersion, boxKey: storage.boxKey(), app: '0' };
  const writer = await beginArchive(source, said, { clock: stillClock(), random: systemRandom }, cost);
  const parts: Uint8Array[] = [];
  for (let isLast = false; !isLast;) {
    const part = writer.next();
    parts.push(part.bytes);
    ({ isLast } = part);
  }
  return Buffer.concat(parts);
}

/** How many messages the archive gives back, or how it fails. */
async function readBack(archive: Uint8Array, said = passphrase): Promise<number | string> {
  let at = 0;
  const read = (length: number): Promise<Uint8Array> => {
    const bytes = archive.slice(at, at + length);
    at += bytes.byteLength;
    return Promise.resolve(bytes);
  };
  let messages = 0;
  try {
    for await (const record of readArchive(read, said))
      if (record.kind === 'rows' && record.table === 'messages') messages += record.rows.length;
    return messages;
  } catch (error) {
    return error instanceof AppError ? `${error.code} ${error.reason}` : String(error);
  }
}

describe('An archive', () => {
  it('gives back what went in to whoever has the passphrase, however it was typed, and to nobody else', async () => {
    const archive = await made(700, 'Fünf graue Gänse'.normalize('NFC'));
    expect(await readBack(archive, 'Fünf graue Gänse'.normalize('NFD'))).toBe(700);
    expect(await readBack(archive, 'Fünf graue Gans')).toMatch(/^ARCHIVE_PASSPHRASE/u);
    expect(await readBack(archive, '')).toMatch(/^ARCHIVE_PASSPHRASE/u);
    for (const word of ['message 7', 'gulliver', 'conversation_id', alice])
      expect([word, archive.includes(word)]).toEqual([word, false]);
  });

  it('that is cut anywhere is called cut, whatever is missing', async () => {
    const archive = await made(300);
    expect(await readBack(archive)).toBe(300);
    for (const length of [0, 10, 16, 40, 128, 129, 131, 140, 1_000, archive.byteLength - 100, archive.byteLength - 1]) {
      // oxlint-disable-next-line no-await-in-loop -- one after the other
      expect([length, await readBack(archive.subarray(0, length))]).toEqual([
        length,
        length < 16 ? 'ARCHIVE_DAMAGED foreign' : 'ARCHIVE_DAMAGED cut',
      ]);
    }
  });

  it('with one bit changed, anywhere, is damaged: never half of it, never another one', async () => {
    const archive = await made(300);
    for (let place = 0; place < archive.byteLength; place += place < 160 ? 8 : 1_997) {
      const changed = Buffer.from(archive);
      changed[place] = (changed[place] ?? 0) ^ 0x10;
      // oxlint-disable-next-line no-await-in-loop -- one after the other
      const result = await readBack(changed);
      // The version's byte and the key check, which say what they say.
      const failure = place === 16 ? /^ARCHIVE_NEWER/u : /^ARCHIVE_(?:DAMAGED|PASSPHRASE)/u;
      expect([place, failure.test(String(result))]).toEqual([place, true]);
    }
    expect(await readBack(Buffer.concat([archive, Buffer.of(0)]))).toBe('ARCHIVE_DAMAGED damaged');
  });

  it('with pieces left out, doubled or changed round is damaged', async () => {
    const archive = await made(700);
    const pieces: Buffer[] = [];
    const header = archive.subarray(0, 129);
    for (let at = 129; at < archive.byteLength;) {
      const end = at + 4 + archive.readUInt32BE(at);
      pieces.push(archive.subarray(at, end));
      at = end;
    }
    expect(pieces.length).toBeGreaterThan(5);
    expect(await readBack(Buffer.concat([header, ...pieces]))).toBe(700);
    const [first = header, second = header, third = header, ...rest] = pieces;
    for (const order of [
      [first, third, second, ...rest],
      [first, second, second, third, ...rest],
      [first, third, ...rest],
      [second, third, ...rest],
    ])
      // oxlint-disable-next-line no-await-in-loop -- one after the other
      expect(await readBack(Buffer.concat([header, ...order]))).toBe('ARCHIVE_DAMAGED damaged');
  });

  it('of a newer form says so, and what is no archive at all says that', async () => {
    const archive = await made(1);
    const newer = Buffer.from(archive);
    newer[16] = 2;
    expect(await readBack(newer)).toMatch(/^ARCHIVE_NEWER/u);
    expect(await readBack(Buffer.from('PK\u0003\u0004 a zip file, say, that somebody chose by mistake'))).toBe(
      'ARCHIVE_DAMAGED foreign',
    );
  });

  it('that asks for more memory than anybody has is refused before it is tried', async () => {
    const { blake2b256 } = await import('../../../native-shims/sodium/index.ts');
    const archive = await made(1);
    const greedy = Buffer.from(archive);
    greedy.writeUInt32BE(0xff_ff_ff_ff, 21);
    Buffer.from(blake2b256(greedy.subarray(0, 65))).copy(greedy, 65);
    expect(await readBack(greedy)).toBe('ARCHIVE_DAMAGED damaged');
  });
});
