/**
 * A migration, never to be edited. Whatever deletes a message deletes its attachment: triggers, so that no way of deleting can
 * forget it. What of ours is still to be sent stays until it is; the row stays as 'gone', so that parts that come late are known
 * for what they are.
 */
export const attachmentTables = `
  CREATE TABLE attachments (
    conversation_id TEXT NOT NULL REFERENCES conversations (id) ON DELETE CASCADE,
    direction TEXT NOT NULL CHECK (direction IN ('in', 'out')),
    id TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('early', 'coming', 'whole', 'broken', 'gone')),
    began_ms INTEGER NOT NULL,
    size INTEGER,
    hash TEXT,
    duration_ms INTEGER,
    waveform BLOB,
    heard INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (conversation_id, direction, id)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX attachments_unfinished ON attachments (began_ms) WHERE state IN ('early', 'coming');
  CREATE TABLE attachment_parts (
    conversation_id TEXT NOT NULL,
    direction TEXT NOT NULL,
    attachment TEXT NOT NULL,
    part INTEGER NOT NULL,
    bytes BLOB NOT NULL,
    PRIMARY KEY (conversation_id, direction, attachment, part),
    FOREIGN KEY (conversation_id, direction, attachment) REFERENCES attachments (conversation_id, direction, id) ON DELETE CASCADE
  ) STRICT;
  ALTER TABLE messages ADD COLUMN attachment TEXT;
  CREATE INDEX messages_by_attachment ON messages (conversation_id, attachment) WHERE attachment IS NOT NULL;
  ALTER TABLE outbox ADD COLUMN attachment TEXT;
  ALTER TABLE outbox ADD COLUMN part INTEGER;
  CREATE INDEX outbox_by_attachment ON outbox (conversation_id, attachment) WHERE attachment IS NOT NULL;
  CREATE TRIGGER attachment_of_removed AFTER DELETE ON messages WHEN old.attachment IS NOT NULL BEGIN
    UPDATE attachments SET state = 'gone', size = NULL, hash = NULL, duration_ms = NULL, waveform = NULL
      WHERE conversation_id = old.conversation_id AND direction = old.direction AND id = old.attachment;
    DELETE FROM attachment_parts
      WHERE conversation_id = old.conversation_id AND direction = old.direction AND attachment = old.attachment AND NOT (
        old.direction = 'out' AND
        EXISTS (SELECT 1 FROM outbox WHERE conversation_id = old.conversation_id AND attachment = old.attachment));
  END;
  CREATE TRIGGER attachment_of_deleted AFTER UPDATE OF deleted ON messages
  WHEN new.deleted = 1 AND old.deleted = 0 AND new.attachment IS NOT NULL BEGIN
    DELETE FROM outbox WHERE new.direction = 'out' AND conversation_id = new.conversation_id AND attachment = new.attachment;
    UPDATE attachments SET state = 'gone', size = NULL, hash = NULL, duration_ms = NULL, waveform = NULL
      WHERE conversation_id = new.conversation_id AND direction = new.direction AND id = new.attachment;
    DELETE FROM attachment_parts
      WHERE conversation_id = new.conversation_id AND direction = new.direction AND attachment = new.attachment;
  END;
  CREATE TRIGGER attachment_of_sent AFTER DELETE ON outbox WHEN old.attachment IS NOT NULL BEGIN
    DELETE FROM attachment_parts
      WHERE conversation_id = old.conversation_id AND direction = 'out' AND attachment = old.attachment
        AND EXISTS (SELECT 1 FROM attachments
          WHERE conversation_id = old.conversation_id AND direction = 'out' AND id = old.attachment AND state = 'gone')
        AND NOT EXISTS (SELECT 1 FROM outbox WHERE conversation_id = old.conversation_id AND attachment = old.attachment);
  END;
  `;
