import type { CardJudge } from '../../overlay/index.ts';
import { cardKeyOf, isCardTimely, openCard } from './card.ts';
import { targetsOfCard } from './card-terms.ts';
import { indexedWords } from './card-text.ts';
import { createCardWorkCheck, type CardWork } from './card-work.ts';

/** What a supernode asks before it keeps a card. */
export function createCardJudge(work: CardWork): CardJudge {
  const isWorked = createCardWorkCheck(work);
  return {
    read(bytes, nowMs) {
      const card = openCard(bytes);
      if (card === null || !isCardTimely(card, nowMs)) return null;
      const { root, sequence, untilMs: expiresAtMs } = card;
      const common = { key: cardKeyOf(root), sequence, expiresAtMs };
      if (card.kind === 'end') return { ...common, withdraws: true, targets: [], words: [] };
      return { ...common, withdraws: false, targets: targetsOfCard(card), words: indexedWords(card) };
    },
    async isWorked(bytes) {
      const card = openCard(bytes);
      return card?.kind === 'card' && isWorked(card, card.root, card.work);
    },
  };
}
