import { createCardJudge, createRecordValidator, type WorkPolicy } from '../../../main/directory/index.ts';
import { createMailboxJudge } from '../../../main/mailbox/index.ts';
import {
  createOverlay,
  type CardShelf,
  type MailboxShelf,
  type OverlayOptions,
  type RunningOverlay,
} from '../../../main/overlay/index.ts';
import type { RecordShelf, ShelvedRecord } from '../../../main/overlay/directory-store.ts';
import { toHex } from '../../../main/ports/hex.ts';
import type { HostPort } from '../../../main/ports/host-port.ts';
import type { Random } from '../../../main/ports/random.ts';
import { systemClock } from '../../../main/ports/system-clock.ts';
import { seededRandom } from '../../unit/identity/fixtures.ts';
import { memoryCardShelf } from '../card-shelf.ts';
import { memoryMailboxShelf } from '../mailbox-shelf.ts';
import { cheapCardWork, cheapMailboxWork, overlayOptions } from '../world.ts';
import { LabClock } from './lab-clock.ts';
import { upkeep } from './upkeep.ts';
import { wires, type Traffic } from './wires.ts';

/** Argon2id at its smallest, 2 hashes on average: the laboratory asks how the index keeps names; what one costs is priced apart. */
export const labWork: WorkPolicy = { cost: { memoryBytes: 8192, passes: 1 }, difficultyBits: () => 1 };

export interface WorldOptions {
  readonly nodes: number;
  /** Of every choice that the laboratory makes. Ids and keys of nodes are the system's own randomness. */
  readonly seed: string;
  /** Whether nodes carry other people's connections (blind relay and gateway): twice the memory, nothing for the index. */
  readonly carries?: boolean;
  /** Besides what all have. */
  readonly changes?: (place: number) => Partial<OverlayOptions>;
}

/** What a node keeps on disk over a restart. */
interface Disk {
  known: readonly HostPort[];
  port: number | null;
  readonly records: Map<string, ShelvedRecord>;
  readonly mailboxes: MailboxShelf;
  readonly cards: CardShelf;
}

/** A node of the laboratory, mostly a supernode: the app's whole overlay, in a /24 of its own. */
export interface LabNode {
  readonly place: number;
  readonly host: string;
  readonly isClient: boolean;
  readonly overlay: RunningOverlay;
  readonly at: () => HostPort;
  readonly traffic: () => Traffic;
}

/** Started at a time: each waits half a second for answers, and all have one core together. */
const startedAtOnce = 48;

const regions = 250;

/** One /24 each, spread over 250 networks of /16; 127.0.0.0/16 is left to others. */
const hostOf = (place: number): string => `127.${1 + (place % regions)}.${Math.floor(place / regions) % 256}.1`;

const emptyDisk = (): Disk => ({
  known: [],
  port: null,
  mailboxes: memoryMailboxShelf(),
  cards: memoryCardShelf(),
  records: new Map(),
});

/** Many real overlay nodes in this process, over loopback, with a clock that leaps and wires that count. */
export class LabWorld {
  readonly clock = new LabClock();
  readonly random: Random;
  /** Bytes that the process had before this world. */
  readonly rssBefore = process.memoryUsage().rss;
  readonly #options: WorldOptions;
  readonly #alive = new Map<number, LabNode>();
  readonly #clients = new Map<number, LabNode>();
  readonly #disks = new Map<number, Disk>();
  #next = 0;

  constructor(options: WorldOptions) {
    this.#options = options;
    this.random = seededRandom(options.seed);
    wires.reset();
    wires.install();
    upkeep.install();
  }

  /** A world of `options.nodes` supernodes that know each other. */
  static async grow(options: WorldOptions): Promise<LabWorld> {
    const world = new LabWorld(options);
    await world.add(options.nodes);
    return world;
  }

  /** The supernodes that run now. */
  get nodes(): readonly LabNode[] {
    return [...this.#alive.values()];
  }

  /** New ones, each in a network of its own, joining through nodes that are there. */
  async add(count: number, changes: Partial<OverlayOptions> = {}): Promise<readonly LabNode[]> {
    const added: LabNode[] = [];
    // The very first says that it is the first before others ask it.
    if (this.#alive.size === 0 && count > 0) added.push(await this.#start(this.#next++, [], changes));
    while (added.length < count) {
      const places = Array.from({ length: Math.min(startedAtOnce, count - added.length) }, () => this.#next++);
      // oxlint-disable-next-line no-await-in-loop -- a few at a time
      added.push(...(await Promise.all(places.map((place) => this.#start(place, this.entrances(3), changes)))));
    }
    return added;
  }

  /** Apps that store nothing for others: most people's. */
  async addClients(count: number): Promise<readonly LabNode[]> {
    const added: LabNode[] = [];
    while (added.length < count) {
      const places = Array.from({ length: Math.min(startedAtOnce, count - added.length) }, () => this.#next++);
      // oxlint-disable-next-line no-await-in-loop -- a few at a time
      added.push(...(await Promise.all(places.map((place) => this.#start(place, this.entrances(3), { supernodeMode: 'off' })))));
    }
    return added;
  }

  /** Some nodes of the world to join by. */
  entrances(count: number): readonly HostPort[] {
    return this.some(count).map((node) => node.at());
  }

  /** As many different nodes, by chance (all, if there are no more). */
  some(count: number): readonly LabNode[] {
    const left = [...this.#alive.values()];
    return Array.from({ length: Math.min(count, left.length) }, () => {
      const [chosen] = left.splice(Math.floor(this.random.fraction() * left.length), 1);
      if (chosen === undefined) throw new Error('nobody is left');
      return chosen;
    });
  }

  one(): LabNode {
    const [node] = this.some(1);
    if (node === undefined) throw new Error('nobody is alive');
    return node;
  }

  /** Sockets closed, nobody told. What they had on disk stays, as it was at that moment. */
  async kill(nodes: readonly LabNode[]): Promise<void> {
    for (const { place } of nodes) for (const kind of [this.#alive, this.#clients]) kind.delete(place);
    await Promise.all(
      nodes.map(async ({ place, overlay }) => {
        const disk = this.#disks.get(place);
        if (disk !== undefined) this.#disks.set(place, { ...disk, records: new Map(disk.records) });
        await overlay.crash();
      }),
    );
  }

  /** They end as apps do that are closed: they say goodbye. What they have on disk stays. */
  async quit(nodes: readonly LabNode[]): Promise<void> {
    for (const { place } of nodes) for (const kind of [this.#alive, this.#clients]) kind.delete(place);
    await Promise.all(nodes.map(({ overlay }) => overlay.stop()));
  }

  /**
   * Hours and days: the clock leaps, and the routing tables get the upkeep of that time, in real milliseconds.
   * @param upkeepRounds at most so many; in life one every 40 s
   */
  async pass(durationMs: number, upkeepRounds = Number.POSITIVE_INFINITY): Promise<void> {
    this.clock.leap(durationMs);
    await caughtUp();
    await upkeep.makeUp(durationMs, upkeepRounds);
    await caughtUp();
  }

  /** Starts a killed node again, with what it had on disk. @param bootstrap besides the nodes that it remembers */
  restart({ place, isClient }: LabNode, bootstrap: readonly HostPort[] = []): Promise<LabNode> {
    return this.#start(place, bootstrap, isClient ? { supernodeMode: 'off' } : {});
  }

  /** Datagrams sent by all of this world, since it began. */
  messages(): number {
    return wires.total().sent;
  }

  async stop(): Promise<void> {
    await this.kill([...this.nodes, ...this.#clients.values()]);
    wires.reset();
  }

  async #start(place: number, bootstrap: readonly HostPort[], changes: Partial<OverlayOptions>): Promise<LabNode> {
    const host = hostOf(place);
    const disk = this.#disks.get(place) ?? emptyDisk();
    this.#disks.set(place, disk);
    const overlay = createOverlay(
      overlayOptions({ host, port: 0 }, bootstrap, {
        clock: this.clock,
        validator: createRecordValidator(labWork),
        knownNodes: { load: () => disk.known, save: (nodes) => void (disk.known = nodes) },
        ownPort: { load: () => disk.port, save: (port) => void (disk.port = port) },
        shelf: shelfOn(disk),
        cards: { shelf: disk.cards, judge: createCardJudge(cheapCardWork) },
        mailboxes: { shelf: disk.mailboxes, judge: createMailboxJudge(cheapMailboxWork) },
        // As in the app: what the laboratory's own test world lifts.
        shelfLimits: {},
        ...this.#options.changes?.(place),
        ...changes,
      }),
    );
    overlay.setCarries(this.#options.carries ?? false);
    await overlay.start();
    const isClient = changes.supernodeMode === 'off';
    const at = (): HostPort => overlay.address() ?? { host, port: 0 };
    const node = { place, host, isClient, overlay, at, traffic: () => wires.traffic(host) };
    (isClient ? this.#clients : this.#alive).set(place, node);
    return node;
  }
}

const shelfOn = ({ records }: Disk): RecordShelf => ({
  load: () => [...records.values()],
  save: (record) => void records.set(`${record.place} ${toHex(record.target)}`, record),
  remove: (target, place) => void records.delete(`${place} ${toHex(target)}`),
});

/** Three turns of the process between a question and its answer may take a second; with a thousand nodes each takes 50 ms at rest. */
const [probeMs, calmMs, calmInARow] = [20, 100, 10];
/** On a machine that has other work it may never be calm. */
const patienceMs = 60_000;

/**
 * Waits, a minute at most, until this process has caught up: after a leap the timers of all nodes run at once, where in life each has a processor of
 * its own, and a node that waits for the others' turn would take them for dead.
 */
export async function caughtUp(): Promise<void> {
  const endMs = systemClock.monotonicMs() + patienceMs;
  for (let calm = 0; calm < calmInARow && systemClock.monotonicMs() < endMs;) {
    const beganMs = systemClock.monotonicMs();
    // oxlint-disable-next-line no-await-in-loop -- one look after the other
    await new Promise((resolve) => setTimeout(resolve, probeMs));
    calm = systemClock.monotonicMs() - beganMs - probeMs < calmMs ? calm + 1 : 0;
  }
}

/** Real time, for sockets to do what they have begun. Never what a test waits for: scenarios measure after so long. */
export const realSeconds = (seconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, seconds * 1000));
