import { AppError } from '../../ports/app-error.ts';
import { missingCase } from '../../ports/missing-case.ts';
import type { Command } from '../arguments.ts';
import { exitCode, type ExitCode } from '../exit-codes.ts';
import { usage } from '../usage.ts';
import { lookup, restore, signUp } from './account.ts';
import { call, soundTest } from './call.ts';
import { findPeople, publishCard, showCard, withdrawCard } from './cards.ts';
import { check } from './check.ts';
import { archive, bringBack, clear, exportConversation, keep } from './data.ts';
import type { CommandContext } from './context.ts';
import { helping } from './helping.ts';
import { acceptContact, addContact, history, listContacts, search, sendMessage } from './people.ts';
import { invitation, status } from './joining.ts';
import { run } from './run.ts';

export type { CommandContext } from './context.ts';

/** What is about people makes no sense without being one. */
const forPeople: readonly Command['kind'][] = [
  'contacts-add',
  'contacts-accept',
  'contacts-list',
  'card-show',
  'card-withdraw',
  'card-publish',
  'call',
  'echo',
  'send',
  'history',
  'search',
  'export',
  'archive',
  'keep',
  'clear',
  'invitation',
];

/** @throws AppError NOT_SIGNED_IN */
async function requireAccount({ engine, signal }: CommandContext): Promise<void> {
  for await (const { kind } of await engine.client.account.watch(undefined, { signal })) {
    if (kind !== 'ready') throw new AppError('NOT_SIGNED_IN', 'no account in this profile');
    break;
  }
}

/** All but a supernode, which has more than an engine (`main/cli/supernode`). */
export async function perform(context: CommandContext, command: Exclude<Command, { kind: 'supernode' }>): Promise<ExitCode> {
  if (forPeople.includes(command.kind)) await requireAccount(context);
  switch (command.kind) {
    case 'help':
      context.output.say('usage', {}, usage);
      return exitCode.ok;
    case 'signup':
      return signUp(context, command.name);
    case 'restore':
      return restore(context, command.name, command.phrase);
    case 'lookup':
      return lookup(context, command.name);
    case 'contacts-add':
      return addContact(context, command.name, command.note);
    case 'contacts-accept':
      return acceptContact(context, command.name);
    case 'contacts-list':
      return listContacts(context);
    case 'find':
      return findPeople(context, command.typed);
    case 'card-show':
      return showCard(context);
    case 'card-withdraw':
      return withdrawCard(context);
    case 'card-publish':
      return publishCard(context, command.displayName, command.words);
    case 'run':
      return run(context, command);
    case 'call':
      return call(context, command.name, command.files, command.seconds);
    case 'echo':
      return soundTest(context, command.files, command.seconds);
    case 'send':
      return sendMessage(context, command.name, command.text);
    case 'history':
      return history(context, command.name);
    case 'search':
      return search(context, command.words);
    case 'export':
      return exportConversation(context, command.name, command.path, command.format);
    case 'archive':
      return archive(context, command.path, command.passphrase);
    case 'bring-back':
      return bringBack(context, command.path, command.passphrase, command.replace);
    case 'keep':
      return keep(context, command.keepFor, command.dryRun);
    case 'clear':
      return clear(context, command.name);
    case 'invitation':
      return invitation(context);
    case 'status':
      return status(context);
    case 'helping':
      return helping(context, command.mode);
    case 'check':
      return check(context, command.showAddress);
    default:
      return missingCase(command);
  }
}
