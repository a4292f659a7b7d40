import { z } from 'zod';
import { accountKeySchema, contactViewSchema, usernameSchema, volumeSchema } from '../../preload/contract/index.ts';
import { bytesColumn, type StoreDatabase } from './database.ts';
import type { SecretBox } from './secret-box.ts';

export type ContactRelation = z.output<typeof contactViewSchema.shape.relation>;

export interface StoredContact {
  readonly accountKey: string;
  readonly name: string;
  readonly nickname: string | null;
  readonly relation: ContactRelation;
  /** What it was before blocking; null unless blocked. */
  readonly relationBefore: ContactRelation | null;
  /** Removed in this session: hidden, can be restored until the app ends. */
  readonly removed: boolean;
  readonly note: string | null;
  /** How loud they are played here: 1 as it comes, at most 2. */
  readonly volume: number;
  /** They are not to learn our address. */
  readonly hideAddress: boolean;
  readonly favourite: boolean;
  /** They see us offline. */
  readonly invisibleTo: boolean;
  /** When the safety number was found right; null: never. */
  readonly verifiedMs: number | null;
  readonly sinceMs: number;
  readonly lastSeenMs: number | null;
  /** Encoded contact address (`main/identity`): how to reach them. Sealed on disk. */
  readonly address: Uint8Array | null;
  /** Highest sequence of our own address that they have acknowledged; 0: none. */
  readonly ackedSequence: number;
}

export interface ContactRepository {
  all(): StoredContact[];
  save(contact: StoredContact): void;
  /** Null: they don't want it known. */
  setLastSeen(accountKey: string, atMs: number | null): void;
  remove(accountKey: string): void;
}

const rowSchema = z.object({
  account_key: accountKeySchema,
  name: usernameSchema,
  nickname: z.string().nullable(),
  relation: contactViewSchema.shape.relation,
  relation_before: contactViewSchema.shape.relation.nullable(),
  removed: z.number(),
  note: z.string().nullable(),
  since_ms: z.number(),
  last_seen_ms: z.number().nullable(),
  sealed_address: bytesColumn.nullable(),
  acked_sequence: z.number(),
  volume: volumeSchema,
  hidden_from: z.number(),
  favourite: z.number(),
  invisible_to: z.number(),
  verified_ms: z.number().nullable(),
});

const purpose = (accountKey: string): string => `contact-address/${accountKey}`;

export function contactRepository(database: StoreDatabase, box: SecretBox): ContactRepository {
  const select = database.query('SELECT * FROM contacts', rowSchema);
  const replace = database.write('INSERT OR REPLACE INTO contacts VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)');
  const lastSeen = database.write('UPDATE contacts SET last_seen_ms = ? WHERE account_key = ?');
  const remove = database.write('DELETE FROM contacts WHERE account_key = ?');
  return {
    all: () =>
      select.all().map((row) => ({
        accountKey: row.account_key,
        name: row.name,
        nickname: row.nickname,
        relation: row.relation,
        relationBefore: row.relation_before,
        removed: row.removed === 1,
        note: row.note,
        sinceMs: row.since_ms,
        lastSeenMs: row.last_seen_ms,
        address: row.sealed_address === null ? null : box.open(purpose(row.account_key), row.sealed_address),
        ackedSequence: row.acked_sequence,
        volume: row.volume,
        hideAddress: row.hidden_from === 1,
        favourite: row.favourite === 1,
        invisibleTo: row.invisible_to === 1,
        verifiedMs: row.verified_ms,
      })),
    save: (contact) =>
      void replace.run(
        contact.accountKey,
        contact.name,
        contact.nickname,
        contact.relation,
        contact.relationBefore,
        contact.removed ? 1 : 0,
        contact.note,
        contact.sinceMs,
        contact.lastSeenMs,
        contact.address === null ? null : box.seal(purpose(contact.accountKey), contact.address),
        contact.ackedSequence,
        contact.volume,
        contact.hideAddress ? 1 : 0,
        contact.favourite ? 1 : 0,
        contact.invisibleTo ? 1 : 0,
        contact.verifiedMs,
      ),
    setLastSeen: (accountKey, atMs) => void lastSeen.run(atMs, accountKey),
    remove: (accountKey) => void remove.run(accountKey),
  };
}
