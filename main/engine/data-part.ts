import type {
  BringBackProgress,
  DataSize,
  ExportCursor,
  ExportFormat,
  ExportPart,
  ForgottenView,
} from '../../preload/contract/index.ts';
import { conversationPart, htmlForm, jsonForm, type Participants } from '../export/index.ts';
import { AppError } from '../ports/app-error.ts';
import type { Clock } from '../ports/clock.ts';
import type { KeyVault } from '../ports/key-vault.ts';
import type { Logger } from '../ports/logger.ts';
import type { Random } from '../ports/random.ts';
import type { Storage } from '../storage/index.ts';
import type { AccountPartControl } from './account-part.ts';
import { createArchives, type ArchivesOptions } from './archives.ts';
import type { EngineBoot } from './boot.ts';
import type { ConversationsPartControl } from './conversations-part.ts';
import type { DataPart, SettingsPart } from './engine.ts';
import { startForgetting } from './forgetting.ts';
import { folderBytes, forgetAtNextStart } from './profile-files.ts';
import { recordingsFolder } from './recordings.ts';

export interface DataPartOptions {
  readonly boot: Pick<EngineBoot, 'profileDir' | 'version'>;
  readonly storage: Storage;
  readonly vault: KeyVault;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  readonly settings: SettingsPart;
  readonly account: Pick<AccountPartControl, 'state' | 'secrets'>;
  /** @throws AppError NO_SUCH_CONVERSATION, NOT_SIGNED_IN */
  readonly participants: (conversationId: string) => Participants;
  readonly conversations: Pick<ConversationsPartControl, 'shownAnew' | 'forgotten'>;
  /** Ends this engine in good order; the shell starts another. */
  readonly restart: () => void;
  /** For tests: what a guess of an archive's passphrase costs. */
  readonly archiveCost?: ArchivesOptions['cost'];
}

export interface DataPartControl extends DataPart {
  stop(): Promise<void>;
}

export function createDataPart(options: DataPartOptions): DataPartControl {
  const { boot, storage, vault, clock, random, settings, account, participants, conversations, restart } = options;
  const { profileDir } = boot;
  const repository = storage.forgetting;
  const archives = createArchives({
    profileDir,
    vault,
    clock,
    random,
    source: () => ({
      secrets: account.secrets(),
      rows: storage.accountRows,
      schemaVersion: storage.schemaVersion,
      boxKey: storage.boxKey(),
      app: boot.version,
    }),
    ...(options.archiveCost === undefined ? {} : { cost: options.archiveCost }),
  });
  const forgetting = startForgetting({
    repository,
    keepFor: () => settings.state.get().keepFor,
    gone: (items) => conversations.forgotten(items),
    clock,
    logger: options.logger,
  });
  const stopping = new AbortController();
  const followSetting = async (): Promise<void> => {
    let { keepFor: before } = settings.state.get();
    for await (const { keepFor } of settings.state.watch(stopping.signal)) {
      if (keepFor !== before) forgetting.ruleChanged();
      before = keepFor;
    }
  };
  void followSetting();
  const ownName = (): string | null => (account.state.get().kind === 'ready' ? account.secrets().name : null);
  /** After the answer to whoever asked. */
  const restartSoon = (): void => void clock.setTimer(restartAfterMs, restart);
  return {
    size(): DataSize {
      return { ...storage.size(), recordingBytes: folderBytes(recordingsFolder(profileDir)) };
    },
    exportPart(id: string, format: ExportFormat, cursor: ExportCursor): ExportPart {
      const about = { participants: participants(id), madeMs: clock.nowMs(), app: boot.version };
      const source = {
        pageAfter: (afterMs: number | null, limit: number) => storage.conversations.pageAfter(id, afterMs, limit),
        count: () => storage.conversations.count(id),
      };
      return conversationPart(source, format === 'json' ? jsonForm : htmlForm, cursor, about);
    },
    openArchive: (passphrase) => archives.open(passphrase),
    readArchive: (id) => archives.read(id),
    closeArchive: (id) => archives.close(id),
    putArchive: (id, bytes) => archives.put(id, bytes),
    async *bringBack(id, passphrase, replace, signal): AsyncGenerator<BringBackProgress, void, void> {
      if (ownName() !== null && !replace) throw new AppError('ALREADY_SIGNED_IN', 'this profile has an account');
      for await (const step of archives.bringBack(id, passphrase, signal)) {
        if (step.step === 'done') restartSoon();
        yield step;
      }
    },
    tooOld(keepFor, id): ForgottenView {
      const nowMs = clock.nowMs();
      return { ...(id === null ? repository.tooOld(keepFor, nowMs) : repository.tooOldIn(id, keepFor, nowMs)) };
    },
    keepFor: (id) => repository.keepFor(id),
    setKeepFor(id, keepFor) {
      participants(id);
      repository.setKeepFor(id, keepFor);
      forgetting.ruleChanged();
    },
    clear(id) {
      if (id !== null) participants(id);
      repository.clear(id, clock.nowMs());
      conversations.shownAnew(id);
      forgetting.cleared();
    },
    unclear(id) {
      repository.unclear(id);
      conversations.shownAnew(id);
    },
    forgetAccount(typed) {
      const name = ownName();
      if (name === null) throw new AppError('NOT_SIGNED_IN', 'there is no account');
      if (typed !== name) throw new AppError('BAD_INPUT', 'not the name of this account');
      forgetAtNextStart(profileDir);
      restartSoon();
    },
    async stop() {
      stopping.abort();
      forgetting.stop();
      await archives.stop();
    },
  };
}

const restartAfterMs = 100;
