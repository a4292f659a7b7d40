import type { SignUpProgress } from '../../../preload/contract/index.ts';
import { missingCase } from '../../ports/missing-case.ts';
import { exitCode, type ExitCode } from '../exit-codes.ts';
import { readPhrase } from '../read-phrase.ts';
import type { CommandContext } from './context.ts';

async function follow(context: CommandContext, steps: AsyncIterable<SignUpProgress>, event: string): Promise<ExitCode> {
  for await (const progress of steps) {
    switch (progress.step) {
      case 'checking-name':
        context.output.say('progress', { step: progress.step }, 'Checking the name');
        break;
      case 'proof-of-work':
        context.output.say('progress', { step: progress.step, fraction: progress.fraction }, null);
        break;
      case 'storing-claim':
        context.output.say('progress', { step: progress.step }, 'Storing the claim');
        break;
      case 'done':
        context.output.say(
          event,
          { name: progress.name, phrase: progress.phrase },
          `${progress.name} is yours. Write these twelve words down; anyone with them can answer as you.\n  ${progress.phrase.join(' ')}`,
        );
        break;
      default:
        missingCase(progress);
    }
  }
  return exitCode.ok;
}

export async function signUp(context: CommandContext, name: string): Promise<ExitCode> {
  return follow(context, await context.engine.client.account.signUp({ name }, { signal: context.signal }), 'signed-up');
}

export async function restore(context: CommandContext, name: string, given: string | null): Promise<ExitCode> {
  const { engine, output, signal } = context;
  const ask = (): void => output.say('phrase-wanted', {}, 'Type the twelve words, then Enter');
  const phrase = given ?? (await readPhrase(context.input, ask, signal));
  return follow(context, await engine.client.account.restore({ name, phrase }, { signal }), 'restored');
}

export async function lookup(context: CommandContext, name: string): Promise<ExitCode> {
  const found = await context.engine.client.contacts.lookup({ name }, { signal: context.signal });
  switch (found.result) {
    case 'found':
      context.output.say('found', { name: found.name, accountKey: found.accountKey }, `${found.name} is ${found.accountKey}`);
      return exitCode.ok;
    case 'not-found':
      context.output.say('not-found', { name: found.name }, `Nobody holds ${found.name}`);
      return exitCode.name;
    case 'lapsed':
      context.output.say(
        'lapsed',
        { name: found.name, lastHeartbeatMs: found.lastHeartbeatMs },
        `Whoever was ${found.name} has been away for half a year; the name is about to become somebody else's`,
      );
      return exitCode.name;
    case 'disputed':
      context.output.say(
        'disputed',
        { name: found.name, accountKeys: found.accountKeys },
        `${found.name} is claimed by ${found.accountKeys.length} people. Ask your friend for their link instead.`,
      );
      return exitCode.name;
    default:
      return missingCase(found);
  }
}
