import type { CardView, FoundPeople, Settings } from '../../preload/contract/index.ts';
import {
  displayNameOf,
  findPeople,
  isCardText,
  maxCardWords,
  wordsIn,
  type CardState,
  type CardText,
  type FindParts,
} from '../directory/index.ts';
import { AppError } from '../ports/app-error.ts';
import type { FindingPart } from './engine.ts';
import { createValue, type ObservableValue } from './observable.ts';

type FindSettings = Pick<Settings, 'findMe' | 'findMeName' | 'findMeWords'>;

export interface FindingPartOptions {
  readonly find: FindParts;
  readonly networkReady: (signal: AbortSignal) => Promise<void>;
  readonly settings: () => FindSettings;
}

export interface FindingPartControl extends FindingPart {
  readonly card: ObservableValue<CardView>;
  /** What the account says of itself; null: it doesn't want to be found. */
  wish(): Omit<CardText, 'name'> | null;
  stateChanged(state: CardState): void;
  /** @returns whether they changed what we say of ourselves, or that we say it */
  settingsChanged(): boolean;
}

const textOf = ({ findMeName, findMeWords }: FindSettings): Omit<CardText, 'name'> => ({
  displayName: displayNameOf(findMeName),
  words: wordsIn(findMeWords).slice(0, maxCardWords),
});

/** Longer than any name is in bytes: what fits beside it fits beside every name. */
const anyName = 'x'.repeat(128);

/** @throws AppError BAD_INPUT (`card-name`, `card-words`) where the settings make no card */
export function judgeCard(settings: FindSettings): void {
  const { displayName } = textOf(settings);
  if (!isCardText({ name: '', displayName, words: [] })) throw new AppError('BAD_INPUT', 'card-name');
  const words = wordsIn(settings.findMeWords);
  if (words.length > maxCardWords || !isCardText({ name: anyName, displayName, words })) {
    throw new AppError('BAD_INPUT', 'card-words');
  }
}

/** Being found, and finding others. */
export function createFindingPart({ find, networkReady, settings }: FindingPartOptions): FindingPartControl {
  let state: CardState = 'off';
  const view = (): CardView => {
    const { displayName, words } = textOf(settings());
    return { state, displayName, words: [...words] };
  };
  const card = createValue<CardView>(view());
  const chosen = (): string => {
    const { findMe, findMeName, findMeWords } = settings();
    return JSON.stringify([findMe, findMeName, findMeWords]);
  };
  let known = chosen();
  return {
    card,
    wish: () => (settings().findMe ? textOf(settings()) : null),
    stateChanged(next) {
      state = next;
      card.set(view());
    },
    settingsChanged() {
      if (known === chosen()) return false;
      known = chosen();
      card.set(view());
      return true;
    },
    async *search(typed, signal): AsyncGenerator<FoundPeople, void, void> {
      const stopping = new AbortController();
      const both = signal === undefined ? stopping.signal : AbortSignal.any([signal, stopping.signal]);
      const ended = new AbortController();
      const progress = createValue<FoundPeople>({ people: [], done: false });
      try {
        await networkReady(both);
        const show = (people: Awaited<ReturnType<typeof findPeople>>, done: boolean): void =>
          progress.set({ people: people.map(({ words, ...person }) => ({ ...person, words: [...words] })), done });
        const result = findPeople(find, typed, (people) => show(people, false), both)
          .then((people) => show(people, true))
          .finally(() => ended.abort());
        // The failure is thrown below; without this it would count as unhandled while progress is still being read.
        result.catch(() => undefined);
        yield* progress.watch(ended.signal);
        await result;
        yield progress.get();
      } finally {
        stopping.abort();
      }
    },
  };
}
