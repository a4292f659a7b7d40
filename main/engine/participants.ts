import type { Contacts } from '../contacts/index.ts';
import type { Participants } from '../export/index.ts';
import { accountKeyOf, type AccountSecrets } from '../identity/index.ts';
import { AppError } from '../ports/app-error.ts';

/** Who is in a conversation, for its file. @throws AppError NO_SUCH_CONVERSATION */
export function participantsOf(id: string, contacts: Pick<Contacts, 'get'>, self: AccountSecrets): Participants {
  const contact = contacts.get(id);
  if (contact === undefined) throw new AppError('NO_SUCH_CONVERSATION', 'nobody of that key');
  const { name, nickname, accountKey } = contact;
  return { you: { name: self.name, accountKey: accountKeyOf(self) }, others: [{ name, nickname, accountKey }] };
}
