import type { AppView } from '../../preload/contract/index.ts';
import type { SqliteDriverName } from '../../native-shims/sqlite/index.ts';
import type { SequenceMemory } from '../identity/index.ts';
import type { CardShelf, KnownGateways, KnownNodes, MailboxShelf, OwnPort, ProvenRole, RecordShelf } from '../overlay/index.ts';
import type { Clock } from '../ports/clock.ts';
import type { KeyVault } from '../ports/key-vault.ts';
import type { Logger } from '../ports/logger.ts';
import type { Unsubscribe } from '../ports/peer-wire.ts';
import type { Random } from '../ports/random.ts';
import { accountRepository, type AccountRepository } from './account-repository.ts';
import { contactRepository, type ContactRepository } from './contact-repository.ts';
import { cardShelf, ownCardRepository, type OwnCardRepository } from './card-repository.ts';
import {
  callLogRepository,
  conversationRepository,
  type CallLogRepository,
  type ConversationRepository,
} from './conversation-repository.ts';
import { accountRows, type AccountRows } from './account-rows.ts';
import { storeDatabase, type StorageTrouble } from './database.ts';
import { forgettingRepository, type ForgettingRepository } from './forgetting-repository.ts';
import { mailboxShelf } from './mailbox-repository.ts';
import { messageRepository, type MessageRepository } from './message-repository.ts';
import { outboxRepository, type OutboxRepository } from './outbox-repository.ts';
import {
  knownGatewaysRepository,
  knownNodesRepository,
  ownGatewaySeed,
  ownPortRepository,
  provenRoleRepository,
  recordShelf,
} from './network-repository.ts';
import {
  leftRequestRepository,
  ownBoxRepository,
  seenItemRepository,
  type LeftRequestRepository,
  type OwnBoxRepository,
  type SeenItemRepository,
} from './own-mailbox-repository.ts';
import { depositKeyRepository, type DepositKeyRepository } from './deposit-key-repository.ts';
import { letterRepository, type LetterRepository } from './letter-repository.ts';
import { openCallRepository, type OpenCallRepository } from './open-call-repository.ts';
import { openDatabase } from './open-database.ts';
import { schemaVersion } from './schema.ts';
import { openSecretBox } from './secret-box.ts';
import { prekeyRepository, type PrekeyRepository } from './prekey-repository.ts';
import { profileRepository, type ProfileRepository } from './profile-repository.ts';
import { storageSize, type StorageSize } from './storage-size.ts';
import { relayUsageRepository, type RelayUsage } from './relay-usage-repository.ts';
import { searchRepository, type SearchRepository } from './search-repository.ts';
import { sequenceRepository } from './sequence-repository.ts';
import { settingsRepository, type SettingsRepository } from './settings-repository.ts';
import { voiceRepository, type VoiceRepository } from './voice-repository.ts';

export type StorageNotice = NonNullable<AppView['storageNotice']>;

/** One repository per aggregate over one SQLite file. Every method of every repository throws `AppError` and nothing else. */
export interface Storage {
  readonly account: AccountRepository;
  readonly settings: SettingsRepository;
  readonly contacts: ContactRepository;
  readonly profiles: ProfileRepository;
  readonly messages: MessageRepository;
  readonly voices: VoiceRepository;
  readonly outbox: OutboxRepository;
  readonly letters: LetterRepository;
  readonly search: SearchRepository;
  readonly conversations: ConversationRepository;
  /** What people no longer want to keep. */
  readonly forgetting: ForgettingRepository;
  readonly callLog: CallLogRepository;
  readonly openCalls: OpenCallRepository;
  readonly knownNodes: KnownNodes;
  readonly ownPort: OwnPort;
  readonly provenRole: ProvenRole;
  readonly knownGateways: KnownGateways;
  /** 32 secret bytes. */
  ownGatewaySeed(): Uint8Array;
  readonly shelf: RecordShelf;
  /** What is kept for others. */
  readonly mailboxShelf: MailboxShelf;
  readonly ownBox: OwnBoxRepository;
  readonly seenItems: SeenItemRepository;
  readonly leftRequests: LeftRequestRepository;
  readonly depositKeys: DepositKeyRepository;
  readonly prekeys: PrekeyRepository;
  readonly cardShelf: CardShelf;
  readonly ownCards: OwnCardRepository;
  readonly relayUsage: RelayUsage;
  readonly sequences: SequenceMemory;
  /** How much there is. */
  size(): StorageSize;
  /** What goes into an archive of the account. */
  readonly accountRows: AccountRows;
  /** Of the file as it is; an archive tells it. */
  readonly schemaVersion: number;
  /** 32 bytes that small secrets in the database are sealed with. For an archive, which is sealed itself. */
  boxKey(): Uint8Array;
  /** What the person should be told about the disk; null while all is well. */
  notice(): StorageNotice | null;
  onNotice(listener: (notice: StorageNotice) => void): Unsubscribe;
  /** Several repositories, all or nothing. */
  transaction<T>(work: () => T): T;
  close(): void;
}

export interface StorageOptions {
  /** The database file, `<profile>/lilliput.db`. Its folder is made if missing. */
  readonly path: string;
  readonly vault: KeyVault;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  /** For tests: insist on one SQLite driver. */
  readonly driver?: SqliteDriverName;
}

/**
 * Opens the database of a profile. A damaged or newer one is kept aside and reported by `notice()` with where it is.
 * @throws AppError DISK_FULL, STORAGE_LOCKED (another process holds it), VAULT_LOCKED; nothing was changed then
 */
export async function openStorage({ path, vault, clock, random, logger, driver }: StorageOptions): Promise<Storage> {
  const { sqlite, keptAt } = await openDatabase({ path, nowMs: clock.nowMs(), logger, driver });
  const listeners = new Set<(notice: StorageNotice) => void>();
  let notice: StorageNotice | null = keptAt === null ? null : { code: 'STORAGE_CORRUPT', keptAt };
  const onTrouble = (code: StorageTrouble): void => {
    logger.error('storage-trouble', { code });
    if (notice?.code === code) return;
    notice = { code, keptAt: code === 'STORAGE_CORRUPT' ? (notice?.keptAt ?? null) : null };
    for (const listener of listeners) listener(notice);
  };
  try {
    const database = storeDatabase(sqlite, onTrouble);
    const box = await openSecretBox(database, vault, random);
    const outbox = outboxRepository(database);
    const search = searchRepository(database);
    return {
      account: accountRepository(database),
      settings: settingsRepository(database),
      contacts: contactRepository(database, box),
      profiles: profileRepository(database),
      messages: messageRepository(database, outbox, search),
      voices: voiceRepository(database, outbox),
      search,
      outbox,
      letters: letterRepository(database),
      conversations: conversationRepository(database, search),
      forgetting: forgettingRepository(database, search),
      callLog: callLogRepository(database),
      openCalls: openCallRepository(database),
      knownNodes: knownNodesRepository(database),
      ownPort: ownPortRepository(database),
      provenRole: provenRoleRepository(database),
      knownGateways: knownGatewaysRepository(database),
      ownGatewaySeed: () => ownGatewaySeed(database, box, random),
      shelf: recordShelf(database),
      mailboxShelf: mailboxShelf(database),
      ownBox: ownBoxRepository(database),
      seenItems: seenItemRepository(database),
      leftRequests: leftRequestRepository(database),
      depositKeys: depositKeyRepository(database, box),
      prekeys: prekeyRepository(database, box),
      cardShelf: cardShelf(database),
      ownCards: ownCardRepository(database),
      relayUsage: relayUsageRepository(database),
      sequences: sequenceRepository(database),
      size: storageSize(database),
      accountRows: accountRows(database),
      schemaVersion,
      boxKey: () => box.key,
      notice: () => notice,
      onNotice(listener) {
        listeners.add(listener);
        return () => listeners.delete(listener);
      },
      transaction: (work) => database.transaction(work),
      close: () => sqlite.close(),
    };
  } catch (error) {
    sqlite.close();
    throw error;
  }
}
