import type { AccountState, AccountView, NameVerdict, SignUpProgress } from '../../preload/contract/index.ts';
import { parseName, type ClaimProgress, type ClaimState, type Directory } from '../directory/index.ts';
import {
  accountKeyOf,
  createAccount,
  movedAtMs,
  phraseOf,
  takenBack,
  withNewListening,
  withTimelyCertificate,
  type AccountSecrets,
  type SecretsFile,
  type WatchedMemory,
} from '../identity/index.ts';
import { AppError } from '../ports/app-error.ts';
import type { Clock } from '../ports/clock.ts';
import type { KeyVault } from '../ports/key-vault.ts';
import type { Random } from '../ports/random.ts';
import type { AccountRepository, StoredAccount } from '../storage/index.ts';
import type { AccountPart } from './engine.ts';
import { createValue } from './observable.ts';

export interface AccountPartOptions {
  readonly directory: Directory;
  readonly secretsFile: SecretsFile;
  readonly vault: KeyVault;
  readonly repository: AccountRepository;
  readonly clock: Clock;
  readonly random: Random;
  /** Resolves when the overlay has looked for others, so that the first question is not asked of nobody. */
  readonly networkReady: (signal: AbortSignal) => Promise<void>;
  /** Starts everything that works for an account. */
  readonly activate: (secrets: AccountSecrets) => Promise<void>;
  readonly presenceChanged: (account: AccountView) => void;
  /** What was seen of certificates, ours among them. */
  readonly memory: WatchedMemory;
  /** Ends this engine in good order; the shell starts another. */
  readonly restart: () => void;
}

export interface AccountPartControl extends AccountPart {
  /** Opens the account of this profile, if there is one. @throws AppError VAULT_LOCKED, STORAGE_CORRUPT, STORAGE_LOCKED */
  open(): Promise<void>;
  secrets(): AccountSecrets;
  /** Somebody was blocked: everybody else gets a new way to us. Stored before it is used. */
  rotateListening(): Promise<AccountSecrets>;
  /** Makes a new device certificate if the old one comes to its end. Returns whether it did. */
  renewCertificate(): Promise<boolean>;
  /** Another computer has the account: here it is only to be read. */
  isMoved(): boolean;
  /** As it was last seen. */
  claim(): ClaimState;
  setClaim(claim: ClaimState): void;
}

/** The account of this profile: none, or one. What is shown is stored first. */
export function createAccountPart(options: AccountPartOptions): AccountPartControl {
  const { directory, secretsFile, vault, repository, clock, random, memory } = options;
  const state = createValue<AccountState>({ kind: 'none' });
  let own: AccountSecrets | null = null;
  /** One attempt at a time: two would race for the same file. */
  let busy = false;
  const movedMs = (): number | null => (own === null ? null : movedAtMs(own, memory));
  /** After the answer to whoever asked, or the work that found it out. */
  const restartSoon = (): void => void clock.setTimer(restartAfterMs, options.restart);

  const secrets = (): AccountSecrets => {
    if (own === null) throw new AppError('NOT_SIGNED_IN', 'there is no account yet');
    return own;
  };
  const show = ({ name, accountKey, keyStorage, phraseConfirmed, presence, claim }: StoredAccount): AccountView => {
    const account = { name, accountKey, keyStorage, phraseConfirmed, presence, claim, movedMs: movedMs() };
    state.set({ kind: 'ready', account });
    return account;
  };
  const change = (difference: Partial<StoredAccount>): AccountView => {
    const before = repository.load();
    if (before === null) throw new AppError('NOT_SIGNED_IN', 'there is no account yet');
    const after = { ...before, ...difference };
    repository.save(after);
    return show(after);
  };
  const blank = (made: AccountSecrets, claim: ClaimState): StoredAccount => ({
    name: made.name,
    accountKey: accountKeyOf(made),
    keyStorage: vault.kind,
    phraseConfirmed: false,
    presence: 'online',
    claim,
    claimRecord: null,
  });
  const begin = async (made: AccountSecrets, claim: ClaimState, phraseConfirmed: boolean): Promise<void> => {
    const record = repository.load()?.claimRecord ?? null;
    repository.save({ ...blank(made, claim), phraseConfirmed, claimRecord: record });
    own = made;
    await options.activate(made);
    const stored = repository.load();
    if (stored !== null) show(stored);
  };

  /** Runs `work`, passing its progress on as it comes, and ends with `done`. */
  async function* follow(
    signal: AbortSignal | undefined,
    work: (onProgress: (progress: ClaimProgress) => void, signal: AbortSignal) => Promise<AccountSecrets>,
  ): AsyncGenerator<SignUpProgress, void, void> {
    if (own !== null) throw new AppError('ALREADY_SIGNED_IN', 'this profile has an account');
    if (busy) throw new AppError('ALREADY_SIGNED_IN', 'another sign-up is under way');
    busy = true;
    const stopping = new AbortController();
    const both = signal === undefined ? stopping.signal : AbortSignal.any([signal, stopping.signal]);
    const progress = createValue<SignUpProgress>({ step: 'checking-name' });
    const ended = new AbortController();
    try {
      const result = (async () => {
        await options.networkReady(both);
        return work((step) => progress.set(step), both);
      })().finally(() => {
        // Not when the watcher leaves: what it called off may still be at its last step.
        busy = false;
        ended.abort();
      });
      // The failure is thrown below; without this it would count as unhandled while progress is still being read.
      result.catch(() => undefined);
      yield* progress.watch(ended.signal);
      const made = await result;
      yield { step: 'done', name: made.name, phrase: [...phraseOf(made)] };
    } finally {
      stopping.abort();
    }
  }

  memory.onCertificate((account) => {
    const shown = state.get();
    if (own === null || account !== accountKeyOf(own) || movedMs() === null) return;
    const stored = repository.load();
    if (shown.kind !== 'ready' || shown.account.movedMs !== null || stored === null) return;
    // Started anew, the account is here to be read, and nothing works for it any more.
    show(stored);
    restartSoon();
  });

  return {
    state,
    secrets,
    isMoved: () => movedMs() !== null,
    async takeBack() {
      const next = takenBack(secrets(), memory, { random, nowMs: clock.nowMs() });
      await secretsFile.save(next);
      restartSoon();
    },
    async open() {
      const kept = await secretsFile.load();
      if (kept === null) return;
      // A new certificate would take the account back from where it is now.
      const isElsewhere = movedAtMs(kept, memory) !== null;
      const timely = isElsewhere ? kept : withTimelyCertificate(kept, clock.nowMs());
      if (timely !== kept) await secretsFile.save(timely);
      // The database may have been set aside; the account lives by its secrets.
      const stored = repository.load() ?? { ...blank(timely, 'pending'), phraseConfirmed: true };
      repository.save({ ...stored, keyStorage: vault.kind });
      own = timely;
      show({ ...stored, keyStorage: vault.kind });
      await options.activate(timely);
    },
    async rotateListening() {
      const next = withNewListening(secrets(), { random, nowMs: clock.nowMs() });
      await secretsFile.save(next);
      own = next;
      return next;
    },
    async renewCertificate() {
      if (movedMs() !== null) return false;
      const timely = withTimelyCertificate(secrets(), clock.nowMs());
      if (timely === own) return false;
      await secretsFile.save(timely);
      own = timely;
      return true;
    },
    claim: () => repository.load()?.claim ?? 'pending',
    setClaim(claim) {
      if (repository.load()?.claim !== claim) change({ claim });
    },
    async checkName(typed, signal): Promise<NameVerdict> {
      const bound = signal ?? new AbortController().signal;
      await options.networkReady(bound);
      return directory.checkName(typed, bound);
    },
    signUp: (typed, signal) =>
      follow(signal, async (onProgress, both) => {
        const made = await createAccount(mappedName(typed), { random, nowMs: clock.nowMs() });
        const claim = await directory.claim(made, onProgress, both);
        try {
          await secretsFile.save(made);
        } catch (error) {
          // Nobody has seen the phrase, so nobody could ever use the name again: give it back.
          await directory.release(made, new AbortController().signal);
          throw error;
        }
        await begin(made, claim, false);
        return made;
      }),
    restore: (typed, phrase, signal) =>
      follow(signal, async (onProgress, both) => {
        const { secrets: made, outcome } = await directory.restore(typed, phrase, onProgress, both);
        // If that fails, the name stays: whoever has the phrase can restore it again.
        await secretsFile.save(made);
        await begin(made, outcome, true);
        return made;
      }),
    revealPhrase: async () => [...phraseOf(secrets())],
    confirmPhrase: () => void change({ phraseConfirmed: true }),
    setPresence: (presence) => options.presenceChanged(change({ presence })),
  };
}

const restartAfterMs = 100;

function mappedName(typed: string): string {
  const parsed = parseName(typed);
  if (!parsed.ok) throw new AppError('NAME_INVALID', parsed.reason);
  return parsed.name;
}
