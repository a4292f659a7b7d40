import type { CardView, FoundPeople } from '../../../preload/contract/index.ts';
import { exitCode, type ExitCode } from '../exit-codes.ts';
import { deadline } from '../watching.ts';
import type { CommandContext } from './context.ts';

export async function findPeople({ engine, output, signal }: CommandContext, typed: string): Promise<ExitCode> {
  let last: FoundPeople = { people: [], done: false };
  for await (const found of await engine.client.contacts.find({ typed }, { signal })) last = found;
  for (const { name, accountKey, displayName, words, confirmed } of last.people) {
    output.say(
      'person',
      { name, accountKey, displayName, words, confirmed },
      [name, displayName, words.join(' '), confirmed ? '' : 'not confirmed'].filter((part) => part !== '').join('\t'),
    );
  }
  if (last.people.length === 0) output.say('nobody', {}, 'Nobody who wants to be found matches');
  return last.people.length === 0 ? exitCode.person : exitCode.ok;
}

const sentences: Readonly<Record<CardView['state'], string>> = {
  off: 'Nobody finds you by words',
  working: 'Being published',
  published: 'People can find you',
  waiting: 'The network could not be told yet; it is tried again while you are online',
  withdrawing: 'Being withdrawn; some may still find you for up to a week',
};

const say = ({ output }: CommandContext, { state, displayName, words }: CardView): void =>
  output.say(
    'card',
    { state, displayName, words },
    [sentences[state], displayName, words.join(' ')].filter((part) => part !== '').join('\t'),
  );

export async function showCard(context: CommandContext): Promise<ExitCode> {
  for await (const card of await context.engine.client.contacts.watchCard(undefined, { signal: context.signal })) {
    say(context, card);
    break;
  }
  return exitCode.ok;
}

/** Says how it stands until it is as wished, or the wait is over. */
async function until(context: CommandContext, wished: CardView['state']): Promise<ExitCode> {
  const { engine, clock, common, signal } = context;
  const limit = deadline(clock, common.wait, signal);
  try {
    for await (const card of await engine.client.contacts.watchCard(undefined, { signal: limit.signal })) {
      say(context, card);
      if (card.state === wished) return exitCode.ok;
    }
  } catch (error) {
    if (!limit.expired()) throw error;
  } finally {
    limit.cancel();
  }
  return exitCode.network;
}

export async function publishCard(context: CommandContext, displayName: string, words: string): Promise<ExitCode> {
  const change = { findMe: true, findMeName: displayName, findMeWords: words };
  await context.engine.client.settings.update(change, { signal: context.signal });
  return until(context, 'published');
}

export async function withdrawCard(context: CommandContext): Promise<ExitCode> {
  await context.engine.client.settings.update({ findMe: false }, { signal: context.signal });
  return until(context, 'off');
}
