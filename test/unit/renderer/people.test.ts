import { describe, expect, it } from 'vitest';
import { addView, type Lookup } from '../../../renderer/contacts/add-view.ts';
import { greetingKey, homeView } from '../../../renderer/contacts/home-view.ts';
import { presenceWords } from '../../../renderer/contacts/presence-words.ts';
import { callRows, holdOrder, peopleRows, recentRows, searchRows } from '../../../renderer/contacts/side-rows.ts';
import type { ContactView } from '../../../preload/contract/index.ts';
import { canTakeCall, displayName, presenceShape, usernameBeside } from '../../../renderer/state/people.ts';
import { aConversation, aMessage, aPerson, aRecord, byKey, words } from './samples.ts';

const noon = new Date(2026, 2, 4, 12).getTime();
const hourMs = 3_600_000;
const wren = aPerson('wren');
const otter = aPerson('otter', { presence: { state: 'offline', onCall: false, lastSeenMs: noon - 2 * hourMs } });
const fennel = aPerson('fennel', { nickname: 'The Gardener', presence: { state: 'away', onCall: false, lastSeenMs: null } });
const asking = aPerson('tern', { relation: 'incoming' });
const asked = aPerson('sorrel', { relation: 'outgoing' });
const blocked = aPerson('pike', { relation: 'blocked' });
const contacts = byKey([otter, wren, fennel, asking, asked, blocked], (person) => person.accountKey);
const names = (rows: ReturnType<typeof peopleRows>) =>
  rows.map((row) => (row.kind === 'section' ? `# ${row.title}` : row.kind === 'request' ? `? ${row.person.name}` : row.name));

describe('presence', () => {
  it('says when somebody was last heard, and nothing it does not know', () => {
    expect(presenceWords(words, otter, noon)).toBe('Last seen 2 hours ago');
    expect(presenceWords(words, aPerson('x', { presence: { state: 'offline', onCall: false, lastSeenMs: null } }), noon)).toBe(
      'Offline',
    );
    expect(presenceWords(words, aPerson('x', { presence: { state: 'unknown', onCall: false, lastSeenMs: null } }), noon)).toBe(
      'Not known yet',
    );
  });
  it('shows a call only of somebody who is here', () => {
    expect(presenceShape(aPerson('x', { presence: { state: 'online', onCall: true, lastSeenMs: null } }))).toBe('call');
    expect(presenceShape(aPerson('x', { presence: { state: 'offline', onCall: true, lastSeenMs: null } }))).toBe('offline');
  });
  it('offers calls to who can take one', () => {
    expect([wren, otter, fennel, asking].map(canTakeCall)).toEqual([true, false, true, false]);
  });
});

describe('the lists', () => {
  const conversations = byKey(
    [
      aConversation(wren, { last: aMessage({ direction: 'out', text: 'boots on', atMs: noon - 60_000, delivery: 'waiting' }) }),
      aConversation(otter, {
        last: aRecord(otter, { missed: true, talkedMs: 0, reason: 'unanswered', startedMs: noon - 30_000 }),
        unread: 1,
      }),
      aConversation(fennel),
      aConversation(blocked, { last: aMessage({ atMs: noon }) }),
    ],
    (conversation) => conversation.id,
  );
  const input = { contacts, conversations, nowMs: noon };

  it('puts who asks first, then who is here, then the rest; blocked people are nowhere', () => {
    expect(names(peopleRows(words, input, { order: 'status', shown: 'all' }))).toEqual([
      '# Want to be added',
      '? tern',
      '# Online now',
      'wren',
      '# Away and offline',
      'otter',
      'The Gardener',
      '# Waiting for an answer',
      'sorrel',
    ]);
  });
  it('puts favourites before the others, each part in the order that was chosen', () => {
    const dear = byKey([...contacts.values(), { ...fennel, favourite: true }], (person) => person.accountKey);
    const rows = (order: 'status' | 'name' | 'recent') =>
      names(peopleRows(words, { ...input, contacts: dear }, { order, shown: 'all' })).slice(2, -2);
    expect(rows('status')).toEqual(['# Favourites', 'The Gardener', '# Online now', 'wren', '# Away and offline', 'otter']);
    expect(rows('name')).toEqual(['# Favourites', 'The Gardener', '# Everybody', 'otter', 'wren']);
    expect(rows('recent')).toEqual(['# Favourites', 'The Gardener', '# Everybody', 'otter', 'wren']);
  });
  it('shows only who is here, or only favourites, when that was chosen; who asks is always there', () => {
    const rows = (shown: 'present' | 'favourites') => names(peopleRows(words, input, { order: 'status', shown }));
    expect(rows('present')).toEqual(['# Want to be added', '? tern', '# Online now', 'wren']);
    expect(rows('favourites')).toEqual(['# Want to be added', '? tern']);
  });
  it('calls people as we do, else as they do, else by their username, which then stands beside', () => {
    const called = (change: Partial<ContactView>): (string | null)[] => {
      const person = aPerson('otter', change);
      return [displayName(person), usernameBeside(person)];
    };
    const profile = { displayName: 'Otto', mood: '', picture: null };
    expect(called({})).toEqual(['otter', null]);
    expect(called({ profile })).toEqual(['Otto', 'otter']);
    expect(called({ profile, nickname: 'The Swimmer' })).toEqual(['The Swimmer', 'otter']);
    expect(called({ nickname: 'otter' })).toEqual(['otter', null]);
  });
  it('orders conversations by what happened last, and leaves out empty ones', () => {
    const rows = recentRows(words, input);
    expect(names(rows)).toEqual(['# Want to be added', '? tern', 'otter', 'wren']);
    expect(rows.at(-1)).toMatchObject({ text: 'You: boots on', mark: 'waiting' });
    expect(rows.at(-2)).toMatchObject({ text: 'Missed call', mark: 'missed', unread: 1, when: '11:59' });
  });
  it('shows a draft instead of the last message', () => {
    const drafted = byKey([aConversation(wren, { draft: 'half a' })], (conversation) => conversation.id);
    expect(recentRows(words, { ...input, conversations: drafted }).at(-1)).toMatchObject({ text: 'Draft: half a' });
  });
  it('shows that somebody is typing, before anything else', () => {
    const typing = byKey([aConversation(wren, { draft: 'half a', typing: true })], (conversation) => conversation.id);
    expect(recentRows(words, { ...input, conversations: typing }).at(-1)).toMatchObject({ text: 'is typing' });
  });
  it('finds people by name and by nickname, beginnings first', () => {
    expect(names(searchRows(words, 'ren', input))).toEqual(['# People', 'wren']);
    expect(names(searchRows(words, 'GARD', input))).toEqual(['# People', 'The Gardener']);
    expect(searchRows(words, 'zzz', input)).toEqual([]);
  });
  it('lists calls with people it knows', () => {
    const rows = callRows(words, [aRecord(wren, { talkedMs: 120_000 }), aRecord(aPerson('stranger'))], input);
    expect(rows).toHaveLength(1);
    expect(rows[0]).toMatchObject({ name: 'wren', text: '2 minutes', mark: 'outgoing', callable: true });
  });
  it('keeps every row in its place while the order is held, and adds what is new at the end', () => {
    const before = peopleRows(words, input, { order: 'status', shown: 'all' });
    const now = before.toReversed();
    expect(names(holdOrder(before, now))).toEqual(names(before));
    expect(names(holdOrder(before.slice(0, 4), now)).slice(0, 4)).toEqual(names(before.slice(0, 4)));
    expect(holdOrder(before, now.slice(2))).toHaveLength(before.length - 2);
  });
});

describe('home', () => {
  it('greets by the hour', () => {
    expect([4, 5, 11, 12, 17, 18, 23].map(greetingKey).map((key) => key.slice(5))).toEqual([
      'evening',
      'morning',
      'morning',
      'afternoon',
      'afternoon',
      'evening',
      'evening',
    ]);
  });
  it('offers who can take a call, called last first, with the last call in words', () => {
    const view = homeView(
      words,
      'juniper',
      contacts,
      [aRecord(fennel, { startedMs: noon - 26 * hourMs, talkedMs: 24 * 60_000 })],
      noon,
    );
    expect(view.canCall).toBe('2 people can take a call right now.');
    expect(view.people.map(({ person, lastCall }) => [person.name, lastCall])).toEqual([
      ['fennel', 'Last call yesterday 10:00, 24 minutes'],
      ['wren', 'No call yet'],
    ]);
  });
  it('says so when nobody can', () => {
    expect(homeView(words, 'juniper', new Map(), [], noon).canCall).toBe('Nobody can take a call right now.');
  });
});

const answer = (lookup: Extract<Lookup, { kind: 'answered' }>['answer'], pinned: string | null = null) =>
  addView(words, { kind: 'answered', answer: lookup, pinned }, 'own', contacts);

describe('adding somebody', () => {
  it('by a link takes nobody else who holds the name, and whom it means where two do', () => {
    const [meant, other] = ['a'.repeat(64), 'b'.repeat(64)];
    const found = { result: 'found', name: 'tansy', accountKey: other, lastHeartbeatMs: 1, fresh: true } as const;
    expect(answer(found, meant)).toMatchObject({ kind: 'said', tone: 'bad' });
    expect(answer({ ...found, accountKey: meant }, meant)).toMatchObject({ kind: 'found', pinned: meant });
    const two = { result: 'disputed', name: 'tansy', accountKeys: [meant, other] } as const;
    expect(answer({ ...two, accountKeys: [...two.accountKeys] }, meant)).toMatchObject({ kind: 'found', accountKey: meant });
    expect(answer({ ...two, accountKeys: [other] }, meant)).toMatchObject({ kind: 'said', tone: 'bad' });
  });
  it('offers to ask a stranger', () => {
    expect(answer({ result: 'found', name: 'tansy', accountKey: 'a'.repeat(64), lastHeartbeatMs: 1, fresh: true })).toMatchObject(
      {
        kind: 'found',
      },
    );
  });
  it('says who it is when it is nobody, oneself, or somebody known', () => {
    expect(answer({ result: 'not-found', name: 'x-y' })).toMatchObject({ kind: 'said', tone: 'warn' });
    expect(answer({ result: 'found', name: 'juniper', accountKey: 'own', lastHeartbeatMs: 1, fresh: true })).toMatchObject({
      sentence: 'juniper is you.',
    });
    expect(answer({ result: 'found', name: 'wren', accountKey: wren.accountKey, lastHeartbeatMs: 1, fresh: true })).toMatchObject(
      {
        open: wren.accountKey,
      },
    );
    expect(
      answer({ result: 'found', name: 'pike', accountKey: blocked.accountKey, lastHeartbeatMs: 1, fresh: true }),
    ).toMatchObject({
      open: null,
    });
  });
  it('never guesses between two claims', () => {
    expect(answer({ result: 'disputed', name: 'wren', accountKeys: [] })).toMatchObject({
      kind: 'said',
      tone: 'bad',
      open: null,
    });
  });
});
