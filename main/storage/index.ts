export { type AccountRepository, type StoredAccount } from './account-repository.ts';
export { type ContactRelation, type ContactRepository, type StoredContact } from './contact-repository.ts';
export { type CallLogRepository, type ConversationRepository, type TimelinePage } from './conversation-repository.ts';
export {
  type Edit,
  type IncomingMessage,
  type MessageRepository,
  type OutgoingMessage,
  type Reaction,
  type Stored,
} from './message-repository.ts';
export { type LetterItem, type LetterRepository, type MailPost, type StoredLetter } from './letter-repository.ts';
export { type NewPost, type OutboxRepository, type QueuedPost } from './outbox-repository.ts';
export { type OpenCallRepository } from './open-call-repository.ts';
export { type Given, type RelayUsage } from './relay-usage-repository.ts';
export { type SettingsRepository } from './settings-repository.ts';
export { openStorage, type Storage, type StorageNotice, type StorageOptions } from './storage.ts';
export { placeStepMs } from './timeline-places.ts';
export { messageView, type StoredMessage } from './timeline-rows.ts';
export { type SearchRepository, type SearchWish } from './search-repository.ts';
export { type Attachment } from './attachment-shelf.ts';
export { type IncomingVoice, type OutgoingVoice, type VoiceRepository } from './voice-repository.ts';
export { type ProfileRepository, type StoredProfile } from './profile-repository.ts';
export { type AccountRows, type RowBatch, sqliteValue } from './account-rows.ts';
export { beginBroughtBack, type BroughtBackDatabase } from './brought-back.ts';
export { type Forgotten, type ForgettingRepository } from './forgetting-repository.ts';
export { type StorageSize } from './storage-size.ts';
export { type DepositKeyRepository } from './deposit-key-repository.ts';
export { type PrekeyRepository, type StoredPrekey } from './prekey-repository.ts';
export {
  type LeftRequestRepository,
  type OwnBoxRepository,
  type SeenItemRepository,
  type StoredRequest,
} from './own-mailbox-repository.ts';
