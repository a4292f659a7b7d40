import { assert, property, string } from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ExportCursor, ExportFormat } from '../../../preload/contract/index.ts';
import { conversationFileSchema, conversationPart, htmlForm, jsonForm, type Participants } from '../../../main/export/index.ts';
import type { Storage } from '../../../main/storage/index.ts';
import { alice, comesFrom, id, newProfile, queued, startMs, writeTo, type Profile } from '../storage/profile.ts';

const me = 'ee'.repeat(32);
const madeMs = Date.UTC(2026, 10, 26, 9, 0, 0);

let profile: Profile;
let storage: Storage;
beforeEach(async () => {
  profile = newProfile();
  storage = await profile.open();
});
afterEach(() => profile.dispose());

const participants = (name = 'alice', nickname: string | null = 'Alice from school', own = 'ben'): Participants => ({
  you: { name: own, accountKey: me },
  others: [{ name, nickname, accountKey: alice }],
});

/** The whole file, and how many parts it came in. */
function written(format: ExportFormat, between: () => void = () => undefined, about = participants()) {
  const source = {
    pageAfter: (afterMs: number | null, limit: number) => storage.conversations.pageAfter(alice, afterMs, limit),
    count: () => storage.conversations.count(alice),
  };
  let text = '';
  let parts = 0;
  let done = 0;
  let cursor: ExportCursor = null;
  do {
    const part = conversationPart(source, format === 'json' ? jsonForm : htmlForm, cursor, {
      participants: about,
      madeMs,
      app: '1.2.3',
    });
    ({ next: cursor, done } = part);
    expect(part.total).toBeGreaterThanOrEqual(done);
    text += part.text;
    parts += 1;
    between();
  } while (cursor !== null);
  return { text, parts, done };
}

const asJson = (text: string) => conversationFileSchema.parse(JSON.parse(text));

describe('A conversation as JSON', () => {
  it('says who, when and what, with answers, reactions, edits, deletions and calls', () => {
    comesFrom(storage, alice, 1, 'tea?');
    storage.messages.addOutgoing(alice, { text: 'yes', replyTo: id(1), nowMs: startMs + 1000 }, queued(2, 'post'));
    storage.messages.reactIncoming(alice, { to: id(2), emoji: '🎉' }, 2);
    storage.messages.editIncoming(alice, { of: id(1), text: 'tea at four?', nowMs: startMs + 2000 }, 3);
    comesFrom(storage, alice, 4, 'a slip');
    storage.messages.deleteIncoming(alice, id(4), 5, startMs);
    storage.callLog.add({
      kind: 'call',
      id: id(6),
      conversationId: alice,
      direction: 'out',
      startedMs: startMs + 60_000,
      talkedMs: 61_000,
      reason: 'hung-up',
      missed: false,
      summary: null,
    });
    const file = asJson(written('json').text);
    expect(file).toMatchObject({
      format: 'lilliput-conversation',
      version: 1,
      app: '1.2.3',
      exportedAt: '2026-11-26T09:00:00.000Z',
      you: { name: 'ben', accountKey: me },
      others: [{ name: 'alice', nickname: 'Alice from school', accountKey: alice }],
    });
    expect(file.items).toEqual([
      {
        type: 'message',
        id: id(1),
        from: alice,
        at: '2026-11-23T18:00:00.000Z',
        arrivedAt: null,
        sentAt: '2026-11-23T18:00:00.000Z',
        text: 'tea at four?',
        voice: null,
        unknown: false,
        replyTo: null,
        editedAt: '2026-11-23T18:00:02.000Z',
        deleted: false,
        delivery: null,
        reactions: [],
      },
      {
        type: 'message',
        id: id(2),
        from: me,
        at: '2026-11-23T18:00:01.000Z',
        arrivedAt: null,
        sentAt: '2026-11-23T18:00:01.000Z',
        text: 'yes',
        voice: null,
        unknown: false,
        replyTo: id(1),
        editedAt: null,
        deleted: false,
        delivery: 'waiting',
        reactions: [{ from: alice, emoji: '🎉' }],
      },
      expect.objectContaining({ type: 'message', id: id(4), text: '', deleted: true }),
      {
        type: 'call',
        id: id(6),
        from: me,
        at: '2026-11-23T18:01:00.000Z',
        talkedSeconds: 61,
        reason: 'hung-up',
        missed: false,
      },
    ]);
  });

  it('of nothing is a file all the same', () => {
    expect(asJson(written('json').text).items).toEqual([]);
    expect(written('html').text).toContain('</html>');
  });

  it('comes in parts, whole and in order, also while messages come, go and are hidden', () => {
    storage.transaction(() => {
      for (let number = 1; number <= 1_000; number += 1) comesFrom(storage, alice, number, `message ${number}`);
    });
    storage.messages.hide(alice, [id(3)], startMs);
    let round = 0;
    const { text, parts, done } = written('json', () => {
      round += 1;
      // The last that was written, and the first of the next part.
      if (round === 1) storage.messages.deleteIncoming(alice, id(201), 2_000, startMs);
      if (round === 2) {
        storage.messages.hide(alice, [id(401)], startMs);
        storage.messages.purgeHidden(startMs + 1);
      }
      if (round === 3) comesFrom(storage, alice, 1_001, 'message 1001');
    });
    const { items } = asJson(text);
    expect(parts).toBe(6);
    expect(done).toBe(1_000);
    const numbers = items.map((item) => Number.parseInt(item.id, 16));
    expect(numbers).toEqual(Array.from({ length: 1_001 }, (_, index) => index + 1).filter((number) => number !== 3));
  });

  it('has no time where a peer’s clock said none', () => {
    storage.messages.addIncoming(alice, {
      id: id(1),
      sequence: Number.MAX_SAFE_INTEGER,
      text: 'from the end of time',
      replyTo: null,
      sentMs: Number.MAX_SAFE_INTEGER,
      nowMs: startMs,
    });
    expect(asJson(written('json').text).items).toMatchObject([{ sentAt: null, at: '2026-11-23T18:00:00.000Z' }]);
    expect(written('html').text).toContain('from the end of time');
  });
});

const tags = (html: string): string[] => html.match(/<[^>]*>/gu) ?? [];

describe('A conversation as HTML', () => {
  it('is one file with nothing in it that loads or runs, and one heading a day', () => {
    comesFrom(storage, alice, 1, 'tea?');
    writeTo(storage, alice, 2, 'yes', startMs + 1000);
    writeTo(storage, alice, 3, 'again?', startMs + 3 * 86_400_000);
    const { text } = written('html');
    expect(text.match(/<h2>/gu)).toHaveLength(2);
    expect(text).toContain("default-src 'none'");
    expect(text).not.toMatch(/<script|\bsrc=|href=|url\(|@import|javascript:| on\w+=/iu);
    expect(text).toContain('light-dark(');
  });

  it('has one heading for a day that goes on from one part to the next', () => {
    storage.transaction(() => {
      for (let number = 1; number <= 450; number += 1) comesFrom(storage, alice, number, 'x');
    });
    const { text, parts } = written('html');
    expect(parts).toBe(3);
    expect(text.match(/<h2>/gu)).toHaveLength(1);
    expect(text.match(/<article/gu)).toHaveLength(450);
  });

  it('takes whatever people wrote, or are called, for text: there is never a tag more', () => {
    const file = (text: string, name: string): string => {
      storage.conversations.erase(alice);
      comesFrom(storage, alice, 1, text);
      return written('html', undefined, participants(name, name, name)).text;
    };
    const plain = tags(file('x', 'x'));
    const hostile = string({ unit: 'binary', minLength: 1, maxLength: 60 });
    assert(
      property(hostile, hostile, (text, name) => {
        expect(tags(file(text.replaceAll('\0', 'x'), name))).toEqual(plain);
      }),
      { numRuns: 60 },
    );
    for (const text of [
      '<script>alert(1)</script>',
      '</p></article><img src=x onerror=alert(1)>',
      '"><svg onload=alert(1)>',
      "' onmouseover='alert(1)",
      '&lt;script&gt;',
      '<!--',
      ']]>',
      '\u001B[2J\u0007\u0085',
      '\u202Egnp.exe',
      `z${'\u0300'.repeat(3_000)}`,
    ])
      expect(tags(file(text, text))).toEqual(plain);
    expect(file('&lt;b&gt;', 'x')).toContain('&amp;lt;b&amp;gt;');
  });
});
