import { z } from 'zod';
import { accountKeySchema, accountViewSchema, usernameSchema } from '../../preload/contract/index.ts';
import { bytesColumn, type StoreDatabase } from './database.ts';

const rowSchema = z
  .object({
    name: usernameSchema,
    account_key: accountKeySchema,
    key_storage: accountViewSchema.shape.keyStorage,
    phrase_confirmed: z.number(),
    presence: accountViewSchema.shape.presence,
    claim: accountViewSchema.shape.claim,
    claim_record: bytesColumn.nullable(),
  })
  .transform((row) => ({
    name: row.name,
    accountKey: row.account_key,
    keyStorage: row.key_storage,
    phraseConfirmed: row.phrase_confirmed === 1,
    presence: row.presence,
    claim: row.claim,
    claimRecord: row.claim_record,
  }));

/** The public side of the account on this device; its secrets sleep in the secrets file of `main/identity`. */
export type StoredAccount = Readonly<z.output<typeof rowSchema>>;

export interface AccountRepository {
  load(): StoredAccount | null;
  save(account: StoredAccount): void;
  remove(): void;
}

export function accountRepository(database: StoreDatabase): AccountRepository {
  const select = database.query('SELECT * FROM account', rowSchema);
  const replace = database.write('INSERT OR REPLACE INTO account VALUES (1, ?, ?, ?, ?, ?, ?, ?)');
  const remove = database.write('DELETE FROM account');
  return {
    load: () => select.get() ?? null,
    save: (account) =>
      void replace.run(
        account.name,
        account.accountKey,
        account.keyStorage,
        account.phraseConfirmed ? 1 : 0,
        account.presence,
        account.claim,
        account.claimRecord,
      ),
    remove: () => void remove.run(),
  };
}
