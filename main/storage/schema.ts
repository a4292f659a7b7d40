import type { SqliteDatabase } from '../../native-shims/sqlite/index.ts';
import { attachmentTables } from './attachment-tables.ts';

/** "LILI": tells our file from any other SQLite database (sqlite.org/fileformat2.html §1.3.6). */
export const applicationId = 0x4c_49_4c_49;

/**
 * One entry per version, run in order inside one transaction; `user_version` counts them. Never edit one that was released:
 * add the next. Times are milliseconds since 1970, keys lower-case hex.
 */
const migrations: readonly string[] = [
  `
  CREATE TABLE meta (key TEXT PRIMARY KEY, value BLOB NOT NULL) STRICT, WITHOUT ROWID;

  CREATE TABLE account (
    only INTEGER PRIMARY KEY CHECK (only = 1),
    name TEXT NOT NULL,
    account_key TEXT NOT NULL,
    key_storage TEXT NOT NULL,
    phrase_confirmed INTEGER NOT NULL,
    presence TEXT NOT NULL,
    claim TEXT NOT NULL,
    claim_record BLOB
  ) STRICT;

  CREATE TABLE settings (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;

  CREATE TABLE contacts (
    account_key TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    nickname TEXT,
    relation TEXT NOT NULL,
    relation_before TEXT,
    removed INTEGER NOT NULL,
    note TEXT,
    since_ms INTEGER NOT NULL,
    last_seen_ms INTEGER,
    sealed_address BLOB,
    acked_sequence INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE conversations (
    id TEXT PRIMARY KEY,
    draft TEXT NOT NULL DEFAULT '',
    read_ordinal INTEGER NOT NULL DEFAULT 0,
    last_out_sequence INTEGER NOT NULL DEFAULT 0
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE messages (
    ordinal INTEGER PRIMARY KEY AUTOINCREMENT,
    conversation_id TEXT NOT NULL REFERENCES conversations (id) ON DELETE CASCADE,
    id TEXT NOT NULL,
    direction TEXT NOT NULL CHECK (direction IN ('in', 'out')),
    sequence INTEGER NOT NULL,
    text TEXT NOT NULL,
    sent_ms INTEGER NOT NULL,
    at_ms INTEGER NOT NULL,
    delivery TEXT NOT NULL,
    UNIQUE (conversation_id, id)
  ) STRICT;
  CREATE INDEX messages_by_time ON messages (conversation_id, at_ms);
  CREATE INDEX messages_by_arrival ON messages (conversation_id, direction, ordinal);
  CREATE INDEX messages_outbox ON messages (conversation_id, sequence) WHERE direction = 'out' AND delivery <> 'delivered';

  CREATE TABLE calls (
    id TEXT PRIMARY KEY,
    conversation_id TEXT NOT NULL,
    direction TEXT NOT NULL,
    started_ms INTEGER NOT NULL,
    talked_ms INTEGER NOT NULL,
    reason TEXT NOT NULL,
    missed INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX calls_by_conversation ON calls (conversation_id, started_ms);
  CREATE INDEX calls_by_time ON calls (started_ms);

  CREATE TABLE known_nodes (
    host TEXT NOT NULL,
    port INTEGER NOT NULL,
    rank INTEGER NOT NULL,
    PRIMARY KEY (host, port)
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE shelf (target BLOB PRIMARY KEY, record BLOB NOT NULL, expires_ms INTEGER NOT NULL) STRICT, WITHOUT ROWID;
  CREATE INDEX shelf_by_expiry ON shelf (expires_ms);

  CREATE TABLE sequences (
    topic TEXT NOT NULL,
    account_key TEXT NOT NULL,
    highest INTEGER NOT NULL,
    used INTEGER NOT NULL,
    PRIMARY KEY (topic, account_key)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX sequences_by_use ON sequences (used);
  `,
  `
  CREATE TABLE open_calls (
    id TEXT PRIMARY KEY,
    conversation_id TEXT NOT NULL,
    direction TEXT NOT NULL,
    started_ms INTEGER NOT NULL,
    talked_ms INTEGER NOT NULL,
    reason TEXT NOT NULL,
    missed INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
  `,
  `
  ALTER TABLE contacts ADD COLUMN volume REAL NOT NULL DEFAULT 1;
  `,
  `
  CREATE TABLE own_port (only INTEGER PRIMARY KEY CHECK (only = 1), port INTEGER NOT NULL) STRICT;
  `,
  `
  ALTER TABLE calls ADD COLUMN summary TEXT;
  ALTER TABLE open_calls ADD COLUMN summary TEXT;
  `,
  `
  CREATE TABLE known_gateways (
    host TEXT NOT NULL,
    port INTEGER NOT NULL,
    key BLOB NOT NULL,
    rank INTEGER NOT NULL,
    PRIMARY KEY (host, port)
  ) STRICT, WITHOUT ROWID;
  `,
  `
  CREATE TABLE relay_usage (day TEXT PRIMARY KEY, bytes INTEGER NOT NULL) STRICT, WITHOUT ROWID;
  ALTER TABLE contacts ADD COLUMN hidden_from INTEGER NOT NULL DEFAULT 0;
  `,
  `
  CREATE TABLE shelf_waiting (
    target BLOB PRIMARY KEY,
    record BLOB NOT NULL,
    expires_ms INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
  `,
  `
  CREATE TABLE kept_boxes (target BLOB PRIMARY KEY, record BLOB NOT NULL) STRICT, WITHOUT ROWID;
  CREATE TABLE kept_items (
    ordinal INTEGER PRIMARY KEY AUTOINCREMENT,
    target BLOB NOT NULL,
    id BLOB NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('contact', 'request')),
    size INTEGER NOT NULL,
    work INTEGER NOT NULL,
    deposit_key BLOB,
    state TEXT NOT NULL CHECK (state IN ('live', 'removed', 'lapsed')),
    removal BLOB,
    network TEXT,
    expires_ms INTEGER NOT NULL,
    remember_until_ms INTEGER NOT NULL,
    slip BLOB,
    sealed BLOB,
    UNIQUE (target, id)
  ) STRICT;
  `,
  `
  CREATE TABLE outbox (
    conversation_id TEXT NOT NULL REFERENCES conversations (id) ON DELETE CASCADE,
    sequence INTEGER NOT NULL,
    id TEXT NOT NULL,
    sent_ms INTEGER NOT NULL,
    body TEXT NOT NULL,
    topic TEXT,
    hold_until_ms INTEGER,
    tried INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (conversation_id, sequence)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX outbox_by_id ON outbox (conversation_id, id);
  CREATE INDEX outbox_by_topic ON outbox (conversation_id, topic) WHERE topic IS NOT NULL;
  CREATE INDEX outbox_held ON outbox (conversation_id, sequence) WHERE hold_until_ms IS NOT NULL;
  INSERT INTO outbox (conversation_id, sequence, id, sent_ms, body, tried)
    SELECT conversation_id, sequence, id, sent_ms, json_object('kind', 'text', 'text', text, 'replyTo', NULL), 1
    FROM messages WHERE direction = 'out' AND delivery <> 'delivered';
  DROP INDEX messages_outbox;
  CREATE INDEX messages_unread_there ON messages (conversation_id, sequence) WHERE direction = 'out' AND delivery <> 'read';
  CREATE INDEX messages_by_sequence ON messages (conversation_id, sequence) WHERE direction = 'in';
  ALTER TABLE messages ADD COLUMN reply_to TEXT;
  ALTER TABLE messages ADD COLUMN changed_sequence INTEGER NOT NULL DEFAULT 0;
  ALTER TABLE messages ADD COLUMN edited_ms INTEGER;
  ALTER TABLE messages ADD COLUMN deleted INTEGER NOT NULL DEFAULT 0;
  ALTER TABLE messages ADD COLUMN hidden_ms INTEGER;
  CREATE INDEX messages_hidden ON messages (hidden_ms) WHERE hidden_ms IS NOT NULL;
  CREATE TABLE reactions (
    conversation_id TEXT NOT NULL REFERENCES conversations (id) ON DELETE CASCADE,
    message_id TEXT NOT NULL,
    author TEXT NOT NULL,
    emoji TEXT,
    sequence INTEGER NOT NULL,
    PRIMARY KEY (conversation_id, message_id, author)
  ) STRICT, WITHOUT ROWID;
  `,
  `
  CREATE TABLE proven_role (
    only INTEGER PRIMARY KEY CHECK (only = 1),
    host TEXT NOT NULL,
    port INTEGER NOT NULL,
    at_ms INTEGER NOT NULL
  ) STRICT;
  ALTER TABLE relay_usage ADD COLUMN calls INTEGER NOT NULL DEFAULT 0;
  CREATE TABLE relay_total (
    only INTEGER PRIMARY KEY CHECK (only = 1),
    since_day TEXT NOT NULL,
    bytes INTEGER NOT NULL,
    calls INTEGER NOT NULL
  ) STRICT;
  INSERT INTO relay_total (only, since_day, bytes, calls)
    SELECT 1, MIN(day), SUM(bytes), 0 FROM relay_usage HAVING COUNT(*) > 0;
  `,
  `
  CREATE VIRTUAL TABLE message_words USING fts5 (
    words, conversation, content = '', prefix = '2 3', tokenize = 'unicode61 remove_diacritics 2'
  );
  INSERT INTO message_words (message_words, rank) VALUES ('secure-delete', 1);
  CREATE TABLE search_backfill (only INTEGER PRIMARY KEY CHECK (only = 1), ordinal INTEGER NOT NULL) STRICT;
  INSERT INTO search_backfill (only, ordinal) SELECT 1, coalesce(max(ordinal), 0) FROM messages;
  `,
  `
  CREATE TABLE own_box (only INTEGER PRIMARY KEY CHECK (only = 1), record BLOB NOT NULL) STRICT;
  CREATE TABLE seen_items (id BLOB PRIMARY KEY, until_ms INTEGER NOT NULL) STRICT, WITHOUT ROWID;
  CREATE INDEX seen_items_by_end ON seen_items (until_ms);
  CREATE TABLE requests_left (
    account_key TEXT PRIMARY KEY,
    mailbox BLOB NOT NULL,
    subject BLOB NOT NULL,
    id BLOB NOT NULL,
    slip BLOB NOT NULL,
    sealed BLOB NOT NULL,
    left_ms INTEGER NOT NULL
  ) STRICT;
  `,
  `
  CREATE TABLE deposit_keys_given (
    key BLOB PRIMARY KEY,
    account_key TEXT NOT NULL,
    ends_ms INTEGER NOT NULL,
    given_ms INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX deposit_keys_given_to ON deposit_keys_given (account_key, given_ms);
  CREATE TABLE deposit_batches (
    ordinal INTEGER PRIMARY KEY AUTOINCREMENT,
    account_key TEXT NOT NULL,
    mailbox BLOB NOT NULL,
    sealed_secret BLOB NOT NULL,
    week INTEGER NOT NULL,
    certificates BLOB NOT NULL,
    next INTEGER NOT NULL
  ) STRICT;
  CREATE INDEX deposit_batches_of ON deposit_batches (account_key);
  `,
  `
  CREATE TABLE kept_cards (
    target BLOB NOT NULL,
    key BLOB NOT NULL,
    card BLOB NOT NULL,
    source TEXT NOT NULL,
    PRIMARY KEY (target, key)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE own_cards (rank INTEGER PRIMARY KEY, card BLOB NOT NULL) STRICT;
  `,
  `
  ALTER TABLE requests_left ADD COLUMN extra_bits INTEGER NOT NULL DEFAULT 0;
  `,
  `
  ALTER TABLE messages ADD COLUMN unknown INTEGER NOT NULL DEFAULT 0;
  `,
  `
  CREATE TABLE prekeys_own (
    account_key TEXT NOT NULL,
    number INTEGER NOT NULL,
    public BLOB NOT NULL,
    sealed_secret BLOB NOT NULL,
    made_ms INTEGER NOT NULL,
    held INTEGER NOT NULL,
    ends_ms INTEGER NOT NULL,
    PRIMARY KEY (account_key, number)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX prekeys_own_by_end ON prekeys_own (ends_ms);
  CREATE TABLE prekeys_held (
    account_key TEXT PRIMARY KEY,
    number INTEGER NOT NULL,
    public BLOB NOT NULL,
    until_ms INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE deposit_keys_left (account_key TEXT PRIMARY KEY, count INTEGER NOT NULL) STRICT, WITHOUT ROWID;
  CREATE TABLE letters (
    ordinal INTEGER PRIMARY KEY AUTOINCREMENT,
    conversation_id TEXT NOT NULL REFERENCES conversations (id) ON DELETE CASCADE,
    mailbox BLOB NOT NULL,
    id BLOB NOT NULL,
    slip BLOB NOT NULL,
    sealed BLOB NOT NULL,
    written_ms INTEGER NOT NULL,
    stored INTEGER NOT NULL DEFAULT 0,
    tries INTEGER NOT NULL DEFAULT 0,
    next_ms INTEGER NOT NULL
  ) STRICT;
  CREATE INDEX letters_of ON letters (conversation_id, ordinal);
  ALTER TABLE outbox ADD COLUMN letter INTEGER;
  CREATE INDEX outbox_by_letter ON outbox (letter) WHERE letter IS NOT NULL;
  CREATE TABLE receipts_due (
    conversation_id TEXT NOT NULL REFERENCES conversations (id) ON DELETE CASCADE,
    id TEXT NOT NULL,
    letter INTEGER,
    PRIMARY KEY (conversation_id, id)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX receipts_by_letter ON receipts_due (letter) WHERE letter IS NOT NULL;
  CREATE TABLE gone_messages (
    conversation_id TEXT NOT NULL,
    id TEXT NOT NULL,
    at_ms INTEGER NOT NULL,
    PRIMARY KEY (conversation_id, id)
  ) STRICT, WITHOUT ROWID;
  CREATE TRIGGER message_goes AFTER DELETE ON messages WHEN old.direction = 'in' BEGIN
    INSERT OR IGNORE INTO gone_messages VALUES (old.conversation_id, old.id, old.at_ms);
  END;
  `,
  attachmentTables,
  `
  ALTER TABLE contacts ADD COLUMN favourite INTEGER NOT NULL DEFAULT 0;
  ALTER TABLE contacts ADD COLUMN invisible_to INTEGER NOT NULL DEFAULT 0;
  ALTER TABLE contacts ADD COLUMN verified_ms INTEGER;
  CREATE TABLE profiles (
    account_key TEXT PRIMARY KEY,
    version INTEGER NOT NULL,
    display_name TEXT NOT NULL,
    mood TEXT NOT NULL,
    picture TEXT
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE pictures (id TEXT PRIMARY KEY, bytes BLOB NOT NULL) STRICT;
  `,
  `
  ALTER TABLE conversations ADD COLUMN cleared_ordinal INTEGER NOT NULL DEFAULT 0;
  ALTER TABLE conversations ADD COLUMN cleared_ms INTEGER;
  ALTER TABLE conversations ADD COLUMN cleared_draft TEXT NOT NULL DEFAULT '';
  ALTER TABLE conversations ADD COLUMN keep_for TEXT;
  ALTER TABLE calls ADD COLUMN hidden_ms INTEGER;
  `,
  `
  ALTER TABLE seen_items ADD COLUMN taken_ms INTEGER NOT NULL DEFAULT 0;
  ALTER TABLE seen_items ADD COLUMN times INTEGER NOT NULL DEFAULT 1;
  `,
  `
  ALTER TABLE messages ADD COLUMN at_step INTEGER NOT NULL DEFAULT 0;
  ALTER TABLE messages ADD COLUMN came_ms INTEGER;
  ALTER TABLE messages ADD COLUMN place REAL GENERATED ALWAYS AS (at_ms + at_step / 2048.0) VIRTUAL;
  DROP INDEX messages_by_time;
  CREATE INDEX messages_by_place ON messages (conversation_id, place);
  CREATE INDEX messages_stragglers ON messages (conversation_id, ordinal) WHERE came_ms IS NOT NULL;
  `,
];

export const schemaVersion = migrations.length;

/** Brings a database from any older version to this one (or to the one a test wants), all or nothing. */
export function migrate(sqlite: SqliteDatabase, fromVersion: number, toVersion = schemaVersion): void {
  if (fromVersion === toVersion) return;
  sqlite.transaction(() => {
    for (const migration of migrations.slice(fromVersion, toVersion)) sqlite.exec(migration);
    sqlite.exec(`PRAGMA application_id = ${applicationId}; PRAGMA user_version = ${toVersion}`);
  });
}
