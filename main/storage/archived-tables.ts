/**
 * What of the database belongs to the account and goes with it to another computer, and what belongs to this computer. Every
 * table is in one of the two lists (a test sees to it). The large ones first: what is written while an archive is made is
 * then in the small ones that it depends on.
 */
export const archivedTables = [
  'messages',
  'attachment_parts',
  'attachments',
  'reactions',
  'calls',
  'outbox',
  'letters',
  'receipts_due',
  'gone_messages',
  'conversations',
  'contacts',
  'pictures',
  'profiles',
  'sequences',
  'requests_left',
  'deposit_keys_given',
  'deposit_batches',
  'deposit_keys_left',
  'prekeys_own',
  'prekeys_held',
  'own_box',
  'seen_items',
  'own_cards',
  'known_nodes',
  'known_gateways',
  'settings',
  'account',
] as const;

/** What is kept or was measured for others, what this computer is in the network, and what is made anew. */
export const tablesThatStay = [
  'meta',
  'open_calls',
  'own_port',
  'shelf',
  'shelf_waiting',
  'kept_boxes',
  'kept_items',
  'kept_cards',
  'relay_usage',
  'relay_total',
  'proven_role',
  'message_words',
  'search_backfill',
] as const;
