import type { Power, RoleView } from '../../../preload/contract/index.ts';
import type { DhtNode } from '../../../native-shims/hyperdht/index.ts';
import { hostPortText, type HostPort } from '../../ports/host-port.ts';
import { openGate } from '../../ports/line-gate.ts';
import type { Logger } from '../../ports/logger.ts';
import { isPrivateHost, sameAddress } from '../address.ts';
import { likelyHost } from '../joining/self-address.ts';
import type { Networks } from '../networks.ts';
import type { OverlayOptions, SupernodeMode } from '../overlay-options.ts';
import { announceLeaving } from './leaving.ts';
import { Prober } from './prober.ts';
import { afterRound, nothingMeasured, type ReachState } from './reach.ts';
import {
  defaultRoleTiming,
  isMeasureDue,
  nextRole,
  startingRole,
  unknownPower,
  type RoleFacts,
  type RoleReason,
  type RoleState,
  type RoleTiming,
} from './role-machine.ts';

/** Where others last reached us as a supernode, kept on disk, so that a restart of everybody leaves a network behind. */
export interface ProvenRole {
  load(): (HostPort & { readonly atMs: number }) | null;
  save(proven: (HostPort & { readonly atMs: number }) | null): void;
}

/** What a proof of yesterday is worth: a reboot at night; after a longer absence routers and leases are others. */
const provenForMs = 24 * 3_600_000;
/** Routers are changed and firewalls closed, rarely; each look costs eight others two datagrams. */
const measureEveryMs = 30 * 60_000;
/** Nobody could tell: a small network, or everybody is busy. */
const measureAgainMs = 2 * 60_000;

export interface RoleKeeperParts {
  readonly options: Pick<
    OverlayOptions,
    'clock' | 'random' | 'bind' | 'publicAddress' | 'supernodeMode' | 'provenRole' | 'role' | 'gate'
  >;
  readonly networks: Networks;
  readonly isCarried: () => boolean;
  /** It heard somebody until a moment ago. */
  readonly isCutOff: () => boolean;
  readonly log: Logger;
  readonly onChange: () => void;
  /** It will be a client in a moment: hands on what only a neighbour may bring. Waited for, so it ends soon whatever happens. */
  readonly steppingBack: () => Promise<void>;
  /** It is one now. */
  readonly steppedBack: () => void;
}

/** Keeps the node what the role machine says: measures, decides, and makes it so. */
export class RoleKeeper {
  readonly #parts: RoleKeeperParts;
  readonly #prober: Prober;
  readonly #timing: RoleTiming;
  #mode: SupernodeMode;
  #power: Power = unknownPower;
  #isLeaving = false;
  #isSettled = false;
  #state: RoleState = startingRole;
  #reach: ReachState = nothingMeasured;
  #steadySinceMs = 0;
  #measureAtMs = Number.NEGATIVE_INFINITY;
  #isMeasuring = false;
  /** One change after the other. */
  #work: Promise<void> = Promise.resolve();

  constructor(parts: RoleKeeperParts) {
    const { options, networks } = parts;
    this.#parts = parts;
    this.#mode = options.supernodeMode;
    this.#prober = new Prober({ networks, clock: options.clock, random: options.random });
    const timing = { ...defaultRoleTiming, ...options.role?.timing };
    // Two laptops that have only each other must not step back in the same moment.
    this.#timing = { ...timing, sparingMs: timing.sparingMs * (1 + options.random.fraction()) };
  }

  get isSettled(): boolean {
    return this.#isSettled;
  }

  /** @param isSupernode what the node is by now: between deciding and being lies a question or two */
  view(isSupernode: boolean): RoleView {
    const { role, reason } = this.#state;
    return { reason: role === 'supernode' && !isSupernode ? 'measuring' : reason, vouchers: this.#reach.vouchers };
  }

  started(): void {
    this.#steadySinceMs = this.#parts.options.clock.monotonicMs();
  }

  setMode(mode: SupernodeMode): void {
    this.#mode = mode;
  }

  setPower(power: Power): void {
    this.#power = power;
  }

  /** Carries nothing more, from now on. */
  leave(): void {
    this.#isLeaving = true;
  }

  /** Something upset the node: what was known of it counts no more. @param slept a computer that sleeps is not one that stays */
  upset(slept: boolean): void {
    this.#steadySinceMs = this.#parts.options.clock.monotonicMs();
    this.#measureAtMs = Number.NEGATIVE_INFINITY;
    if (slept) this.#prove(null);
  }

  /** Decides, and makes the node so; in turn. The first time ends the start. */
  look(dht: DhtNode): Promise<void> {
    this.#work = this.#work.catch(() => undefined).then(() => this.#look(dht));
    return this.#work;
  }

  async #look(dht: DhtNode): Promise<void> {
    const isMisnamed = this.#isMisnamed(dht);
    // Others see another address than our id was made from: they don't count us, and what was measured was another place.
    if (isMisnamed) {
      this.#reach = nothingMeasured;
      this.#measureAtMs = Number.NEGATIVE_INFINITY;
    }
    const facts = this.#facts(dht);
    this.#state = nextRole(this.#state, { ...facts, isSettled: true }, this.#timing);
    const { role, reason } = this.#state;
    if (role === 'client') {
      if (dht.id() !== null) await this.#stepBack(dht);
      // Who is never to be one says from the start that it must be met half-way.
      else if (reason === 'forced-off' && !this.#isSettled) dht.becomeClient();
    } else {
      if (isMisnamed) dht.becomeClient();
      if (dht.id() === null) await this.#promote(dht, reason);
    }
    this.#isSettled = true;
    this.#measureIfDue(dht, facts);
    this.#parts.onChange();
  }

  #facts(dht: DhtNode): RoleFacts {
    const { clock, role, gate = openGate } = this.#parts.options;
    const nodesHeard = dht.heard().length;
    const seen = dht.seenAs();
    return {
      nowMs: clock.monotonicMs(),
      mode: this.#mode,
      isLeaving: this.#isLeaving,
      isSettled: this.#isSettled,
      nodesHeard,
      isCutOff: this.#parts.isCutOff(),
      isCarried: this.#parts.isCarried(),
      isAtHome: seen === null ? null : isPrivateHost(seen.host) && role?.privateIsHome !== false,
      steadySinceMs: this.#steadySinceMs,
      power: this.#power,
      reach: this.#reach.reach,
      wasProven: this.#isProven(dht),
      isLineBusy: gate.isShut,
    };
  }

  async #promote(dht: DhtNode, reason: RoleReason): Promise<void> {
    const { bind, publicAddress } = this.#parts.options;
    if (reason === 'first' && dht.heard().length === 0) {
      const assumed = publicAddress ?? { host: likelyHost(bind.host), port: dht.port() };
      await dht.becomeSupernode(assumed, true);
      this.#parts.log.info('first-supernode', { address: hostPortText(assumed) });
    } else if (reason === 'forced-on') await dht.becomeSupernode(publicAddress ?? null, true);
    else if (reason === 'home' && this.#isUntranslated(dht)) {
      // It is our two sockets that others saw, not a router that gives each of our packets another port.
      dht.forgetAddress();
      await dht.becomeSupernode({ host: likelyHost(bind.host), port: dht.port() }, true);
    }
    // dht-rpc looks once more for itself, and learns the outer address of the socket that others know.
    else await dht.becomeSupernode(null, false);
  }

  /** Others see several ports of ours, at our own address: nothing stands between us that could have made them. */
  #isUntranslated(dht: DhtNode): boolean {
    const seen = dht.seenAs();
    return seen !== null && seen.port === 0 && seen.host === likelyHost(this.#parts.options.bind.host);
  }

  async #stepBack(dht: DhtNode): Promise<void> {
    // Who leaves has seen to it, and waits for all of it.
    const isLeaving = this.#isLeaving;
    if (!isLeaving) await this.#parts.steppingBack();
    const neighbours = dht.heard();
    dht.goQuiet();
    this.#parts.log.info('stepping-back', { reason: this.#state.reason });
    const told = await announceLeaving(dht, neighbours);
    this.#parts.log.info('said-goodbye', { neighbours: neighbours.length, told });
    dht.becomeClient();
    if (!isLeaving) this.#parts.steppedBack();
  }

  #isMisnamed(dht: DhtNode): boolean {
    const id = dht.id();
    const seen = dht.seenAs();
    if (id === null || seen === null || seen.port === 0 || dht.heard().length === 0) return false;
    return Buffer.compare(id, this.#parts.networks.id(seen.host, seen.port)) !== 0;
  }

  #measureIfDue(dht: DhtNode, facts: RoleFacts): void {
    if (this.#isMeasuring || !isMeasureDue(facts, this.#timing, this.#measureAtMs, dht.id() !== null)) return;
    this.#isMeasuring = true;
    this.#measure(dht)
      .catch((error: unknown) => this.#parts.log.warn('not-measured', { detail: String(error).slice(0, 200) }))
      .finally(() => (this.#isMeasuring = false));
  }

  async #measure(dht: DhtNode): Promise<void> {
    const { clock, random } = this.#parts.options;
    const { outcomes, networksKnown } = await this.#prober.measure(dht);
    const before = this.#reach;
    this.#reach = afterRound(before, outcomes, networksKnown);
    const { reach, vouchers, failures } = this.#reach;
    this.#parts.log.info('measured', { reach, vouchers, asked: outcomes.length });
    const isDoubtful = reach === 'unknown' || failures === 1 || this.#reach === before;
    this.#measureAtMs = clock.monotonicMs() + (isDoubtful ? measureAgainMs : measureEveryMs) * (0.75 + random.fraction() / 2);
    if (reach === 'not-reached') this.#prove(null);
    await this.look(dht);
    const seen = dht.seenAs();
    if (this.#state.reason === 'reachable' && seen !== null) this.#prove({ host: seen.host, port: dht.port() });
  }

  #isProven(dht: DhtNode): boolean {
    const proven = this.#remembered(() => this.#parts.options.provenRole?.load() ?? null);
    const seen = dht.seenAs();
    if (proven === null || seen === null || !sameAddress(proven, { host: seen.host, port: dht.port() })) return false;
    const ageMs = this.#parts.options.clock.nowMs() - proven.atMs;
    return ageMs >= 0 && ageMs < provenForMs;
  }

  #prove(at: HostPort | null): void {
    const atMs = this.#parts.options.clock.nowMs();
    this.#remembered(() => this.#parts.options.provenRole?.save(at === null ? null : { ...at, atMs }));
  }

  /** A disk that is full costs a slower start next time, not the node. */
  #remembered<T>(work: () => T): T | null {
    try {
      return work();
    } catch (error) {
      this.#parts.log.warn('memory-failed', { detail: String(error).slice(0, 200) });
      return null;
    }
  }
}
