import {
  createDirectory,
  createOwnRecordShelf,
  createRecordValidator,
  endOf,
  mine,
  openRecord,
  sealRecord,
  type ClaimContent,
  type Directory,
  type DirectoryOptions,
  type Work,
  type WorkPolicy,
} from '../../../main/directory/index.ts';
import {
  createAccount,
  createSequenceMemory,
  deviceKeysOf,
  doorKeyOf,
  issueCertificate,
  rootKeysOf,
  type AccountSecrets,
} from '../../../main/identity/index.ts';
import type {
  DirectoryAnswer,
  DirectoryRefusal,
  DirectoryStore,
  RecordValidator,
} from '../../../main/overlay/directory-store.ts';
import { AppError } from '../../../main/ports/app-error.ts';
import type { Clock } from '../../../main/ports/clock.ts';
import { VirtualClock } from '../virtual-clock.ts';
import { silentLogger } from '../../../main/ports/logger.ts';
import { seededRandom, someDayMs } from '../identity/fixtures.ts';

/** Real Argon2id, at its smallest: 8 hashes of 8 KiB on average. */
export const cheapWork: WorkPolicy = { cost: { memoryBytes: 8192, passes: 1 }, difficultyBits: () => 3 };

export const newAccount = (name: string, seed: string, nowMs = someDayMs): Promise<AccountSecrets> =>
  createAccount(name, { random: seededRandom(seed), nowMs });

export const workFor = (secrets: AccountSecrets, atMs: number, policy = cheapWork): Promise<Work> =>
  mine(
    { name: secrets.name, root: rootKeysOf(secrets).publicKey },
    { policy, random: seededRandom('work'), nowMs: atMs, onProgress: () => undefined, signal: new AbortController().signal },
  );

/** A valid record of the account, signed at `heartbeatMs`, but for what `changes` says. */
export async function recordOf(
  secrets: AccountSecrets,
  heartbeatMs: number,
  changes: Partial<ClaimContent> = {},
): Promise<Uint8Array> {
  return sealRecord({
    name: secrets.name,
    root: rootKeysOf(secrets),
    sequence: secrets.claimSequence,
    released: false,
    device: deviceKeysOf(secrets),
    certificate: issueCertificate(rootKeysOf(secrets), deviceKeysOf(secrets).publicKey, 1, heartbeatMs),
    door: doorKeyOf(secrets),
    heartbeatMs,
    refreshSequence: Math.floor(heartbeatMs / 1000),
    work: changes.work ?? (await workFor(secrets, heartbeatMs)),
    ...changes,
  });
}

export interface SimulatedNode {
  readonly network: string;
  readonly held: Map<string, Uint8Array>;
  /** Beside a lapsed record, as on a supernode's shelf. */
  readonly waiting: Map<string, Uint8Array>;
  /** Dead nodes neither answer nor store. */
  isUp: boolean;
}

/** Supernodes with the real validator and no wire between: every one of them is in every closest set. */
export interface SimulatedNetwork extends DirectoryStore {
  readonly nodes: readonly SimulatedNode[];
  readonly puts: number;
}

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

export function simulatedNetwork(networks: readonly string[], clock: Clock): SimulatedNetwork {
  const validator: RecordValidator = createRecordValidator(cheapWork);
  const nodes: SimulatedNode[] = networks.map((network) => ({ network, held: new Map(), waiting: new Map(), isUp: true }));
  let puts = 0;
  const living = (signal: AbortSignal): readonly SimulatedNode[] => {
    if (signal.aborted) throw new AppError('CANCELLED', 'test');
    const up = nodes.filter(({ isUp }) => isUp);
    if (up.length === 0) throw new AppError('NO_NETWORK', 'test');
    return up;
  };
  /** What the shelf does when a record has expired. */
  const settle = async ({ held, waiting }: SimulatedNode, target: Uint8Array): Promise<void> => {
    const key = hex(target);
    const current = openRecord(held.get(key) ?? new Uint8Array(0));
    if (current === null || clock.nowMs() < endOf(current)) return;
    held.delete(key);
    const next = waiting.get(key) ?? null;
    waiting.delete(key);
    if (next === null) return;
    const { verdict } = await validator.judge(target, next, null, clock.nowMs(), null);
    if (verdict === 'store') held.set(key, next);
  };
  return {
    nodes,
    get puts() {
      return puts;
    },
    async get(target, signal) {
      const answers = living(signal).map(async (node): Promise<DirectoryAnswer> => {
        await settle(node, target);
        return { network: node.network, record: node.held.get(hex(target)) ?? null };
      });
      return Promise.all(answers);
    },
    async put(target, record, signal) {
      puts += 1;
      const storedBy: string[] = [];
      const refusals: DirectoryRefusal[] = [];
      await Promise.all(
        living(signal).map(async (node) => {
          const { network, held, waiting } = node;
          await settle(node, target);
          const [current, beside] = [held.get(hex(target)) ?? null, waiting.get(hex(target)) ?? null];
          const verdict = await validator.judge(target, record, current, clock.nowMs(), beside);
          switch (verdict.verdict) {
            case 'refuse':
              refusals.push({ code: verdict.code, held: verdict.inTheWay ?? current, network });
              return;
            case 'wait':
              waiting.set(hex(target), record);
              refusals.push({ code: 'CONTESTED', held: current, network });
              return;
            case 'store':
              waiting.delete(hex(target));
              held.set(hex(target), record);
              storedBy.push(network);
          }
        }),
      );
      return { storedBy, refusals };
    },
  };
}

export const networksNamed = (count: number): readonly string[] =>
  Array.from({ length: count }, (_, index) => `10.0.${index}.0/24`);

export interface Bench {
  readonly clock: VirtualClock;
  readonly network: SimulatedNetwork;
  readonly context: DirectoryOptions;
  readonly directory: Directory;
  /** Another computer on the same network. */
  readonly another: (seed: string) => { readonly context: DirectoryOptions; readonly directory: Directory };
}

export function createBench(nodeCount = 20): Bench {
  const clock = new VirtualClock(someDayMs);
  const network = simulatedNetwork(networksNamed(nodeCount), clock);
  const another = (seed: string) => {
    const context: DirectoryOptions = {
      store: network,
      clock,
      random: seededRandom(seed),
      log: silentLogger,
      work: cheapWork,
      memory: createSequenceMemory(),
      own: createOwnRecordShelf(),
    };
    return { context, directory: createDirectory(context) };
  };
  return { clock, network, ...another('first'), another };
}

export const never = new AbortController().signal;
