export * from './card.ts';
export { createCardJudge } from './card-judge.ts';
export { startPublishing, type CardPublisher, type CardState, type OwnCards, type PublisherParts } from './card-publisher.ts';
export * from './card-terms.ts';
export * from './card-text.ts';
export { cardChallenge, standardCardWork, type CardWork } from './card-work.ts';
export { findPeople, maxFound, type FindParts, type FoundPerson } from './find-people.ts';
