import { describe, expect, it } from 'vitest';
import {
  cardBytes,
  cardLifetimeMs,
  createCardJudge,
  displayNameOf,
  findPeople,
  indexedWords,
  isCardText,
  keyBytes,
  openCard,
  sealCardEnd,
  startPublishing,
  targetsOfCard,
  targetsOfQuestion,
  wordsIn,
  type CardText,
  type FoundPerson,
} from '../../../main/directory/index.ts';
import { accountKeyOf, createSequenceMemory } from '../../../main/identity/index.ts';
import { cardKeyBytes, cardMaxBytes, type CardStore } from '../../../main/overlay/index.ts';
import { AppError } from '../../../main/ports/app-error.ts';
import { toHex } from '../../../main/ports/hex.ts';
import { silentLogger } from '../../../main/ports/logger.ts';
import { seededRandom, someDayMs } from '../identity/fixtures.ts';
import { VirtualClock } from '../virtual-clock.ts';
import { cardOf, cheapCardWork, signerOf } from './card-fixtures.ts';
import { newAccount } from './fixtures.ts';

const never = new AbortController().signal;
const ada = await newAccount('ada-lovelace', 'ada');
const hexes = (targets: readonly Uint8Array[]): readonly string[] => targets.map(toHex);

describe('the words of a card', () => {
  it('are mapped as names are', () => {
    expect(wordsIn('  ＢERLIN, Schach!  schach  Tromsø x')).toEqual(['berlin', 'schach', 'tromsø']);
  });

  it('are found by every beginning of three letters and more, and whole', () => {
    const text: CardText = { name: 'ada', displayName: 'Ada Byron', words: ['nairobi', '東京'] };
    const places = new Set(hexes(targetsOfCard(text)));
    for (const typed of ['ada', 'byr', 'byron', 'nai', 'nair', 'nairo', 'nairob', 'nairobi', '東京']) {
      expect(
        hexes(targetsOfQuestion(typed)).some((target) => places.has(target)),
        typed,
      ).toBe(true);
    }
    for (const typed of ['na', 'airobi', 'xyz']) {
      expect(
        hexes(targetsOfQuestion(typed)).some((target) => places.has(target)),
        typed,
      ).toBe(false);
    }
  });

  it('take thirty places at most', () => {
    const text: CardText = {
      name: 'one-two-three-four-five',
      displayName: 'Sixth Seventh Eighth Ninth',
      words: ['alpha-one', 'beta-two', 'gamma-three', 'delta-four', 'epsilon-five'],
    };
    expect(isCardText(text)).toBe(true);
    expect(indexedWords(text).slice(0, 6)).toEqual([text.name, ...text.words]);
    expect(targetsOfCard(text).length).toBeLessThanOrEqual(30);
  });

  it.each(['a\u202eb', 'a\u200bb', 'two\nlines', ' padded', 'x'.repeat(41), `a${'\u0301'.repeat(6)}`])(
    'are refused beside a display name like %j',
    (displayName) => {
      expect(isCardText({ name: 'ada', displayName, words: [] })).toBe(false);
    },
  );

  it('keep a display name of one line', () => {
    expect(displayNameOf('  Ada \n Lovelace ')).toBe('Ada Lovelace');
  });
});

describe('a card', () => {
  it('fits what the overlay keeps', async () => {
    expect([cardBytes, keyBytes]).toEqual([cardMaxBytes, cardKeyBytes]);
    const words = ['a', 'b', 'c', 'd', 'e'].map((letter) => letter.repeat(24));
    const card = await cardOf(ada, words, someDayMs, 2 ** 40, 'ß'.repeat(40));
    expect(openCard(card)).toMatchObject({ kind: 'card', name: 'ada-lovelace', words });
  });

  it('is kept for a week where its words belong, and for its work', async () => {
    const judge = createCardJudge(cheapCardWork);
    const card = await cardOf(ada, ['berlin'], someDayMs);
    const facts = judge.read(card, someDayMs);
    expect(facts).toMatchObject({ sequence: 1, withdraws: false, expiresAtMs: someDayMs + cardLifetimeMs });
    expect(await judge.isWorked(card)).toBe(true);
    expect(judge.read(card, someDayMs + cardLifetimeMs)).toBeNull();
    expect(judge.read(card, someDayMs - 2 * 3_600_000)).toBeNull();
    const lazy = createCardJudge({ ...cheapCardWork, bits: 200 });
    expect(await lazy.isWorked(card)).toBe(false);
  });
});

/** Keepers that keep everything they are brought. */
function openStore(): CardStore & { readonly cards: Map<string, Map<string, Uint8Array>> } {
  const cards = new Map<string, Map<string, Uint8Array>>();
  return {
    cards,
    put(target, card) {
      const at = cards.get(toHex(target)) ?? new Map<string, Uint8Array>();
      cards.set(toHex(target), at.set(openCard(card)?.account ?? '', card));
      return Promise.resolve({ storedBy: 1, answered: 1 });
    },
    find: ({ target }) => Promise.resolve([...(cards.get(toHex(target))?.values() ?? [])]),
  };
}

const find = async (
  store: CardStore,
  typed: string,
  holders: Readonly<Record<string, string>>,
  onChange: (people: readonly FoundPerson[]) => void = () => undefined,
) =>
  findPeople(
    {
      store,
      lookup: (name) => {
        const accountKey = holders[name];
        const view =
          accountKey === undefined
            ? ({ result: 'not-found', name } as const)
            : ({ result: 'found', name, accountKey, lastHeartbeatMs: someDayMs, fresh: true } as const);
        return Promise.resolve({ view, door: null });
      },
      memory: createSequenceMemory(),
      clock: new VirtualClock(someDayMs),
      random: seededRandom('find'),
      log: silentLogger,
    },
    typed,
    onChange,
    never,
  );

describe('a search', () => {
  it('shows names, then beginnings, then who matches more words, and nobody whose name is somebody else’s', async () => {
    const store = openStore();
    const names = ['berlin', 'berlina', 'carol', 'dave', 'eve'];
    const accounts = await Promise.all(names.map((name) => newAccount(name, name)));
    for (const account of accounts) {
      const words = account.name === 'carol' ? ['berlin', 'chess'] : ['berlin'];
      const card = await cardOf(account, words, someDayMs);
      for (const target of targetsOfCard({ name: account.name, displayName: '', words })) await store.put(target, card, never);
    }
    const holders = Object.fromEntries(accounts.map((account) => [account.name, accountKeyOf(account)]));
    const steps: (readonly FoundPerson[])[] = [];
    const found = await find(store, 'Berlin chess', { ...holders, eve: 'somebody else' }, (people) => steps.push(people));
    expect(found.map(({ name }) => name)).toEqual(['berlin', 'berlina', 'carol', 'dave']);
    expect(found.every(({ confirmed }) => confirmed)).toBe(true);
    expect(steps[0]?.map(({ confirmed }) => confirmed)).toEqual([false, false, false, false, false]);
  });

  it('believes the latest word of an account, also that it withdrew', async () => {
    const store = openStore();
    const card = await cardOf(ada, ['berlin'], someDayMs, 5);
    const end = sealCardEnd(signerOf(ada, someDayMs), 6, someDayMs);
    const holders = { [ada.name]: accountKeyOf(ada) };
    const told = (cards: readonly Uint8Array[]): CardStore => ({ ...store, find: () => Promise.resolve(cards) });
    expect(await find(told([card]), 'berlin', holders)).toHaveLength(1);
    expect(await find(told([card, end]), 'berlin', holders)).toEqual([]);
    expect(await find(told([end, card]), 'berlin', holders)).toEqual([]);
  });

  it('asks for a word', async () => {
    await expect(find(openStore(), ' . ', {})).rejects.toThrow('no-word');
  });
});

describe('publishing', () => {
  const publish = (store: CardStore, clock: VirtualClock, kept: { cards: readonly Uint8Array[] }) => {
    const wish: { text: Omit<CardText, 'name'> | null } = { text: { displayName: '', words: ['berlin'] } };
    const publisher = startPublishing({
      store,
      own: { load: () => kept.cards, save: (cards) => void (kept.cards = cards) },
      work: cheapCardWork,
      clock,
      random: seededRandom('publish'),
      log: silentLogger,
      secrets: () => ({ ...ada, certificate: signerOf(ada, someDayMs).certificate }),
      wish: () => wish.text,
    });
    return { publisher, wish };
  };
  const kindAt = (store: ReturnType<typeof openStore>, word: string): string | null => {
    const [card] = [...(store.cards.get(toHex(targetsOfQuestion(word)[0] ?? new Uint8Array()))?.values() ?? [])];
    return card === undefined ? null : (openCard(card)?.kind ?? null);
  };

  it('withdraws from places that new words leave, and from all when nobody is to find us', async () => {
    const store = openStore();
    const kept = { cards: [] as readonly Uint8Array[] };
    const { publisher, wish } = publish(store, new VirtualClock(someDayMs), kept);
    await publisher.update();
    expect([publisher.state(), kindAt(store, 'berlin')]).toEqual(['published', 'card']);
    wish.text = { displayName: '', words: ['wien'] };
    await publisher.update();
    expect([kindAt(store, 'berlin'), kindAt(store, 'wien'), kept.cards.length]).toEqual(['end', 'card', 1]);
    wish.text = null;
    await publisher.update();
    expect([publisher.state(), kindAt(store, 'wien'), kindAt(store, ada.name), kept.cards.length]).toEqual([
      'off',
      'end',
      'end',
      0,
    ]);
    await publisher.stop();
  });

  it('says that nobody could be told, and still knows after a restart what is out there', async () => {
    const kept = { cards: [] as readonly Uint8Array[] };
    const clock = new VirtualClock(someDayMs);
    const dead: CardStore = {
      put: () => Promise.reject(new AppError('NO_NETWORK', 'nobody')),
      find: () => Promise.resolve([]),
    };
    const first = publish(dead, clock, kept);
    await first.publisher.update();
    expect([first.publisher.state(), kept.cards.length > 0]).toEqual(['waiting', true]);
    await first.publisher.stop();
    const store = openStore();
    const second = publish(store, clock, kept);
    second.wish.text = null;
    await second.publisher.update();
    expect([second.publisher.state(), kindAt(store, 'berlin')]).toEqual(['off', 'end']);
    await second.publisher.stop();
  });
});
